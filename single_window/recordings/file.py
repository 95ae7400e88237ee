"""Reads and writes recordings: a zip file of a manifest, the sandbox, and one line of JSON per event.

A file that is truncated, damaged, foreign or newer than this program is refused before anything is played.
"""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

import single_window
from single_window.cases.digests import lines
from single_window.cases.digests.lines import Outcome
from single_window.private import open_file
from single_window.recordings.events import (
    FORMAT,
    VERSION,
    WITH_CALLS,
    WITH_CHANGES,
    CallEvent,
    Event,
    Manifest,
    MessageEvent,
    OfficerAct,
    ReceiptEvent,
    Recorded,
    SandboxChanged,
)

MANIFEST, SANDBOX, EVENTS, OUTCOMES = "manifest.json", "sandbox.json", "events.jsonl", "outcomes.jsonl"
DATED = (1980, 1, 1, 0, 0, 0)
"""The date of every part, so that the same recording has the same bytes."""
MAX_LINE_BYTES = 200_000_000
"""Maximum size of a line: a message of the largest accepted size, escaped."""
MAX_PART_BYTES = 64_000_000
"""Maximum size of the manifest, and of the sandbox."""
_event = msgspec.json.Decoder(Event)
_encode = msgspec.json.Encoder().encode


class BadRecording(Exception):
    """Raised for a file that is not a complete recording of a known version; says what is wrong and what to do."""

    permanent = True


class RecordingFacts(NamedTuple):
    """The part of a manifest that is not counted while writing: digests, outcomes, what was left out."""

    digest: str = ""
    outcomes: int = 0
    left_out: Mapping[str, int] = {}
    scrubbed: bool = False
    synthetic: tuple[str, ...] = ()
    sequence: str = ""


def write(
    path: Path,
    sandbox: Recorded | Callable[[], Recorded],
    events: Iterable[Event],
    made: Callable[[], RecordingFacts],
    outcomes: Iterable[bytes] = (),
) -> Manifest:
    """Write a recording completely or not at all; an existing file is never replaced. Raises `FileExistsError`.

    `events` are read while writing. `made`, and `sandbox` if it is a function, are called after the last event.
    `outcomes`: the lines of the digest of outcomes, by which a replay names what differs (empty: not known).
    """
    if path.exists():
        raise FileExistsError(f"{path} exists already and is not replaced; choose another name.")
    unfinished = path.with_name(path.name + ".unfinished")
    try:
        with open_file(unfinished, "wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as packed:
                manifest = _pack_parts(packed, sandbox, events, made)
                _pack_outcomes(packed, outcomes)
            file.flush()
        unfinished.rename(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return manifest


def _pack_parts(
    packed: zipfile.ZipFile,
    sandbox: Recorded | Callable[[], Recorded],
    events: Iterable[Event],
    made: Callable[[], RecordingFacts],
) -> Manifest:
    counts, digest = Counter[type](), hashlib.sha256()
    with packed.open(_part_name(EVENTS), "w", force_zip64=True) as part:
        for event in events:
            line = _encode(event) + b"\n"
            counts[type(event)] += 1
            digest.update(line)
            part.write(line)
    packed_sandbox, packed_manifest = _encode(sandbox() if callable(sandbox) else sandbox), made()
    packed.writestr(_part_name(SANDBOX), packed_sandbox)
    manifest = Manifest(
        format=FORMAT,
        version=WITH_CHANGES if counts[SandboxChanged] else WITH_CALLS if counts[CallEvent] else VERSION,
        release=single_window.__version__,
        messages=counts[MessageEvent],
        acts=counts[OfficerAct],
        receipts=counts[ReceiptEvent],
        outcomes=packed_manifest.outcomes,
        digest=packed_manifest.digest,
        left_out=dict(packed_manifest.left_out),
        parts={EVENTS: digest.hexdigest(), SANDBOX: hashlib.sha256(packed_sandbox).hexdigest()},
        scrubbed=packed_manifest.scrubbed,
        synthetic=packed_manifest.synthetic,
        calls=counts[CallEvent],
        sequence=packed_manifest.sequence,
    )
    packed.writestr(_part_name(MANIFEST), _encode(manifest))
    return manifest


def _pack_outcomes(packed: zipfile.ZipFile, outcomes: Iterable[bytes]) -> None:
    """The lines end with their own hash; a recording without them is whole, too."""
    part = None
    for line in outcomes:
        part = part or packed.open(_part_name(OUTCOMES), "w", force_zip64=True)
        part.write(line)
    if part is not None:
        part.close()


def _part_name(name: str) -> zipfile.ZipInfo:
    part = zipfile.ZipInfo(name, DATED)
    part.compress_type = zipfile.ZIP_DEFLATED
    return part


class Recording:
    """An open recording: its manifest, its sandbox, and its events, which can be read repeatedly."""

    def __init__(self, path: Path, packed: zipfile.ZipFile) -> None:
        """Raises `BadRecording`; the events are checked when they are read to their end, or by `check`."""
        self.path, self._packed = path, packed
        self.manifest = self._manifest()
        sandbox_bytes = self._small(SANDBOX)
        if hashlib.sha256(sandbox_bytes).hexdigest() != self.manifest.parts.get(SANDBOX):
            raise self._bad(f"{SANDBOX} is not what the manifest says: the file was changed or damaged")
        self.sandbox = self._decoded(sandbox_bytes, Recorded, SANDBOX)

    def events(self) -> Iterator[Event]:
        """All events in order; raises `BadRecording` at the first one that is damaged."""
        digest = hashlib.sha256()
        with self._open(EVENTS) as part:
            number = 0
            while line := self._line(part, number := number + 1):
                digest.update(line)
                try:
                    yield _event.decode(line)
                except (msgspec.DecodeError, UnicodeDecodeError) as error:
                    raise self._bad(f"line {number} of {EVENTS} is damaged ({error})") from None
        if digest.hexdigest() != self.manifest.parts.get(EVENTS):
            raise self._bad(f"{EVENTS} is not what the manifest says: the file was changed or damaged")

    def outcomes(self) -> Iterator[Outcome] | None:
        """The recorded outcomes; None if the recording has none. Raises `BadRecording` if they are damaged."""
        return self._outcomes() if OUTCOMES in self._packed.namelist() else None

    def _outcomes(self) -> Iterator[Outcome]:
        try:
            with self._open(OUTCOMES) as part:
                yield from lines.outcomes_of(iter(lambda: part.readline(lines.MAX_LINE_BYTES + 1), b""), OUTCOMES)
        except (lines.WrongDigest, zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
            raise self._bad(f"{OUTCOMES} is damaged ({error})") from None

    @property
    def first(self) -> int:
        """The sandbox's instant of the first message or act."""
        return next(
            (event.at for event in self.events() if isinstance(event, MessageEvent | OfficerAct)), self.sandbox.ended
        )

    def check(self) -> None:
        """Read all events; raises `BadRecording` if the file is damaged."""
        for _ in self.events():
            pass

    def _line(self, part: Any, number: int) -> bytes:
        try:
            line: bytes = part.readline(MAX_LINE_BYTES)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
            raise self._bad(f"it is damaged near line {number} of {EVENTS} ({error})") from None
        if line and not line.endswith(b"\n"):
            raise self._bad(f"line {number} of {EVENTS} has no end")
        return line

    def _manifest(self) -> Manifest:
        packed = self._small(MANIFEST)
        decoded = self._decoded(packed, dict[str, Any], MANIFEST)
        if decoded.get("format") != FORMAT:
            raise self._bad("it is a zip of something else")
        if decoded.get("version") not in {VERSION, WITH_CALLS, WITH_CHANGES}:
            raise BadRecording(
                f"{self.path} is a recording of version {decoded.get('version')!s:.20}, this program reads versions "
                f"{VERSION} to {WITH_CHANGES}. Read it with the release that made it "
                f"({decoded.get('release')!s:.20}), or record again."
            )
        manifest: Manifest = self._decoded(packed, Manifest, MANIFEST)
        return manifest

    def _small(self, name: str) -> bytes:
        with self._open(name) as part:
            try:
                content: bytes = part.read(MAX_PART_BYTES + 1)
            except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
                raise self._bad(f"{name} is damaged ({error})") from None
        if len(content) > MAX_PART_BYTES:
            raise self._bad(f"{name} has more than {MAX_PART_BYTES:,} bytes")
        return content

    def _open(self, name: str) -> Any:
        try:
            return self._packed.open(name)
        except KeyError:
            raise self._bad(f"it has no {name}") from None
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
            raise self._bad(f"{name} cannot be read ({error})") from None

    def _decoded(self, data: bytes, kind: Any, name: str) -> Any:
        try:
            return msgspec.json.decode(data, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise self._bad(f"{name} cannot be read ({error})") from None

    def _bad(self, complaint: str) -> BadRecording:
        return BadRecording(f"{self.path} is no whole recording: {complaint}. Copy it again, or record again.")


@contextmanager
def open_recording(path: Path) -> Iterator[Recording]:
    """Open a recording; raises `BadRecording`, `FileNotFoundError`."""
    with path.open("rb") as file:
        try:
            packed = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
            raise BadRecording(
                f"{path} is no whole recording: it is cut off, or none at all ({error}). "
                "Copy it again, or record again."
            ) from None
        with packed:
            yield Recording(path, packed)
