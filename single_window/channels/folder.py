"""The folder channel: files in `in` are admitted and moved to `done` or `error`; receipts appear in `out`.

All folders are below <data>/folders/<sandbox>/. Files in `in/<DXP id>` must be sent by that participant, and are moved
to a subfolder of the same name. If keys are required, files directly in `in` are refused. out/<DXP id> is created with
a participant's first file, or by the participant.

Safe against kills: a file that was admitted but not moved is recognised as the same transmission, and receipts become
visible only after their sequence was recorded.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from heapq import nsmallest
from itertools import count, islice
from pathlib import Path
from threading import Event, Thread
from traceback import format_exc
from typing import NamedTuple

import msgspec
import structlog

from schemas.findings import Finding
from schemas.packing import MESSAGES
from schemas.wording import finding
from single_window.channels.outbox import HIDDEN, Outbox, file_name, text_of, write_file
from single_window.channels.senders import all_of_owner, refuse_reading
from single_window.context import Context
from single_window.intake.admission import AdmissionAnswer
from single_window.intake.admission_queue import AdmissionQueue, NotAccepting
from single_window.intake.reader import Reader
from single_window.intake.reading import OVERSIZED_BYTES_KEPT, Reading, is_address
from single_window.intake.transmissions import NOT_TAKEN, Transmission, answer_of
from single_window.language.words import Words
from single_window.private import make_file, make_folder

log = structlog.get_logger(__name__)
CHANNEL = "folder"
POLL_SECONDS = 1.0
"""Seconds between two polls; a file that is unchanged in two of them is complete."""
MAX_FILES_PER_POLL = 200
"""Maximum number of files of one sandbox in one poll, so that other sandboxes and receipts are not delayed."""
UNFINISHED = (".tmp", ".part", ".partial", ".crdownload", ".swp", "~")
MOST_COUNTED = 10_000
"""Files that are counted."""
MAX_NAME_BYTES = 255
"""Maximum length of a file name in bytes."""
FOLDER = Words("文件夹", "in the folder of")
ATTEMPTS = 3
"""Failed attempts after which a file is moved to `error`."""


class _FileStatus(NamedTuple):
    inode: int
    size: int
    changed: int


def waiting_in(data: Path, sandbox: str) -> int:
    """Return how many files wait in the folder of a sandbox below a data folder, in those of its participants, too; of
    very many the first `MOST_COUNTED`."""
    place = data / "folders" / file_name(sandbox) / "in"
    try:
        within = (Path(above) / name for above, _, names in os.walk(place) for name in names if _is_complete_name(name))
        return sum(1 for _ in islice(within, MOST_COUNTED))
    except OSError:
        return 0


def _is_complete_name(name: str) -> bool:
    return not name.startswith(".") and not name.lower().endswith(UNFINISHED)


class FolderChannel:
    """Serves the folders of all sandboxes. `poll` does one round; `start` and `stop` run it in a thread."""

    def __init__(
        self, context: Context, admission: AdmissionQueue, every: float = POLL_SECONDS, most: int = MAX_FILES_PER_POLL
    ) -> None:
        self._context, self._admission, self._every, self._most = context, admission, every, most
        self._reader = Reader(context)
        self._root = context.settings.data / "folders"
        self._seen: dict[Path, _FileStatus] = {}
        self._failed: dict[Path, int] = {}
        self._outboxes: dict[Path, Outbox] = {}
        self._turn = 0
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="folder", daemon=True)

    def start(self) -> FolderChannel:
        """Begin to poll."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Finish the current file and end."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while True:
            done = 0
            try:
                done = self.poll()
            except Exception as error:
                log.error("folder.failed", reason=repr(error)[:300], traceback=format_exc())
            # poll again at once if the last poll reached its limit
            if self._stopping.wait(0 if done >= self._most else self._every):
                return

    def poll(self) -> int:
        """One round over all sandboxes: admit complete files, write receipts; returns the number of both."""
        done = 0
        for sandbox in self._context.clocks():
            place = self._root / file_name(sandbox)
            for name in ("in", "out", "done", "error"):
                make_folder(place / name)
            for owner, path in self._all_complete(place / "in"):
                if self._stopping.is_set():
                    return done
                done += self._take(sandbox, place, path, owner)
            done += self._write(sandbox, place / "out")
        return done

    def _all_complete(self, folder: Path) -> Iterator[tuple[str, Path]]:
        """(owner, file) of complete files, up to the limit of a poll; the owner is "" for files directly in `in`.
        Rounds begin with each owner in turn.
        """
        owners = ["", *(text_of(entry.name) for entry in os.scandir(folder) if _is_owned(entry))]
        self._turn += 1
        first = self._turn % len(owners)
        complete = (
            (owner, path)
            for owner in (*owners[first:], *owners[:first])
            for path in self._complete(folder / file_name(owner) if owner else folder)
        )
        yield from islice(complete, self._most)

    def _complete(self, folder: Path) -> Iterator[Path]:
        """Regular files that have not changed since the last poll, oldest first, up to the limit of a poll."""
        statuses = {}
        for entry in os.scandir(folder):
            if not _is_complete_name(entry.name):
                continue
            try:
                status = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue
            if stat.S_ISREG(status.st_mode):
                statuses[folder / entry.name] = _FileStatus(status.st_ino, status.st_size, status.st_mtime_ns)
        before = {path: status for path, status in self._seen.items() if path.parent == folder}
        for path in before.keys() - statuses.keys():
            del self._seen[path]
            self._failed.pop(path, None)
        self._seen.update(statuses)
        ready = [path for path, status in statuses.items() if before.get(path) == status]
        yield from nsmallest(self._most, ready, key=lambda path: (statuses[path].changed, path.name))

    def _take(self, sandbox: str, place: Path, path: Path, owner: str) -> int:
        try:
            came = self._receive(sandbox, path, owner)
            answer = self._admit(sandbox, came)
            _file_away(place, path, owner, came, answer)
        except (NotAccepting, FileNotFoundError) as error:
            log.warning("folder.later", file=str(path), reason=str(error)[:300])
            return 0
        except Exception as error:
            return self._fail(place / "error" / _own(owner), path, error)
        return 1

    def _admit(self, sandbox: str, came: Transmission) -> AdmissionAnswer:
        answers = []
        for answer in self._admission.admit_together(sandbox, CHANNEL, came.readings):
            if isinstance(answer, NotAccepting):
                raise answer
            answers.append(answer)
        return answer_of(answers)

    def _receive(self, sandbox: str, path: Path, owner: str) -> Transmission:
        """Parse a file; refuse messages whose sender may not use this folder."""
        cap = self._context.settings.body_cap
        with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
            body = file.read(cap + 1)
            size = os.fstat(file.fileno()).st_size
        if len(body) > cap:
            came = Transmission((_oversized(path.name, body, size, cap),))
        elif self._context.settings.require_keys and not owner:
            came = Transmission((self._reader.read(sandbox, body),))
        else:
            came = self._reader.receive(sandbox, body, owner)
        if owner:
            return all_of_owner(came, owner, FOLDER)
        if not self._context.settings.require_keys:
            return came
        first = came.readings[0]
        return Transmission((refuse_reading(first._replace(sender=""), _no_owner(first.sender)),))

    def _fail(self, error_folder: Path, path: Path, error: Exception) -> int:
        """Retry a file at the next poll; after `ATTEMPTS` failures move it to `error` with the reason."""
        log.error("folder.file_failed", file=str(path), reason=repr(error)[:300], traceback=format_exc())
        self._failed[path] = self._failed.get(path, 0) + 1
        if self._failed[path] < ATTEMPTS:
            return 0
        del self._failed[path]
        target = _free(make_folder(error_folder), path)
        _write_findings(target, "failed", {"findings": [{"code": "internal", "en": repr(error)[:300]}]})
        os.replace(path, target)
        return 1

    def _write(self, sandbox: str, out: Path) -> int:
        """Write receipts for every participant with a folder."""
        written = 0
        for entry in sorted(os.scandir(out), key=lambda entry: entry.name):
            if not entry.is_dir(follow_symlinks=False) or entry.name.startswith("."):
                continue
            path = out / entry.name
            try:
                if path not in self._outboxes:
                    self._outboxes[path] = Outbox(self._context.engine, sandbox, path)
                written += self._outboxes[path].deliver()
            except Exception as error:  # a failing folder must not delay other participants
                log.error("folder.undelivered", folder=str(path), reason=repr(error)[:300], traceback=format_exc())
        return written


def _oversized(name: str, body: bytes, size: int, cap: int) -> Reading:
    """The refused reading of a file above the cap; of it only the beginning is kept."""
    head = body[:OVERSIZED_BYTES_KEPT]
    too_large = finding("too-large", size=size, cap=cap, expected=f"≤ {cap}", found=str(size))
    digest, packed = hashlib.sha256(head).hexdigest(), MESSAGES.pack(head)
    return Reading(name[:30], "", digest, packed, size, findings=(too_large,), refused=413)


def _no_owner(sender: str) -> Finding:
    return Finding(
        "no-owner",
        "须使用密钥时，报文须放入其发送方的文件夹",
        "where keys are required a file lies in its sender's folder",
        path="in",
        expected=f"in/{sender or 'DXPENT0000000001'}",
        remedy_zh="请将文件放入in/DXP编号，该文件夹只允许该企业写入",
        remedy_en="lay it into in/<DXP id>, a folder that only that participant may write to",
    )


def _is_owned(entry: os.DirEntry[str]) -> bool:
    """True if a folder belongs to a participant: its name is an encoded DXP id."""
    owner = text_of(entry.name)
    return entry.is_dir(follow_symlinks=False) and is_address(owner) and file_name(owner) == entry.name


def _own(owner: str) -> str:
    return file_name(owner) if owner else "."


def _file_away(place: Path, path: Path, owner: str, came: Transmission, answer: AdmissionAnswer) -> None:
    """Move a file that was answered to `done` or `error`, with what is to be said of it beside it; a CONTRL goes to the
    folder of the file's owner, else beside it, too."""
    accepted = answer.status == 202
    target = _free(make_folder(place / ("done" if accepted else "error") / _own(owner)), path)
    for mailbox in {owner, *(reading.sender for reading in came.readings)} - {""} if accepted else ():
        make_folder(place / "out" / file_name(mailbox))
    if came.control and answer.status in (202, NOT_TAKEN):
        _write_control(make_folder(place / "out" / file_name(owner)) if owner else target.parent, came)
    findings = [finding._asdict() for finding in (came.findings if accepted else answer.findings)]
    if not accepted:
        _write_findings(target, "refused", {"id": answer.id, "findings": findings})
    elif came.unread or findings or (came.control and answer.repeated):
        told = {"id": answer.id, "repeated": answer.repeated, "unread": came.unread, "findings": findings}
        _write_findings(target, "accepted", told)
    os.replace(path, target)


def _free(folder: Path, path: Path) -> Path:
    """The place for a file in a folder: under its own name, or with a number if that exists there."""
    numbers = count(1)
    target = folder / path.name
    while target.exists():
        target = folder / _fitting(path.stem, f".{next(numbers)}{path.suffix[:20]}")
    return target


def _fitting(stem: str, ending: str) -> str:
    """A file name with this ending, its stem truncated to the maximum length."""
    cut = os.fsencode(stem)[: MAX_NAME_BYTES - len(os.fsencode(ending))]
    return (stem if cut == os.fsencode(stem) else cut.decode(errors="ignore")) + ending


def _write_control(folder: Path, came: Transmission) -> None:
    """Write the CONTRL that answers an interchange; one that is written again after a kill stands once. A participant
    may make its folder unwritable, which is its own loss."""
    name = f"CONTRL-{came.digest[:12].upper()}.edi"
    try:
        write_file(folder / f"{HIDDEN}{name}", came.control)
        os.replace(folder / f"{HIDDEN}{name}", folder / name)
    except OSError as error:
        log.error("folder.undelivered", folder=str(folder), reason=repr(error)[:300], traceback=format_exc())


def _write_findings(moved: Path, state: str, about: Mapping[str, object]) -> None:
    """Write findings next to a file as JSON. `status` repeats `state` under its former name."""
    content = {**about, "state": state, "status": state}
    findings_file = moved.with_name(_fitting(moved.name, ".findings.json"))
    partial = findings_file.with_name(".findings.json.tmp")
    make_file(partial)
    partial.write_bytes(msgspec.json.format(msgspec.json.encode(content), indent=2))
    os.replace(partial, findings_file)
