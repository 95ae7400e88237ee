"""The folder channel: files laid into `in` are admitted and moved to `done` or `error`; receipts appear in `out`.

Below <data>/folders/<sandbox>/. What lies in `in/<DXP id>` is sent by that participant or refused, and its file goes on
into a folder of that name; where keys are required nothing is taken from `in` itself. A participant has his folder
out/<DXP id> from his first file on, or by making it.
Nothing is lost or done twice by a kill: a file that was admitted and not moved is admitted again as the same
transmission, and receipts are made visible only after the place in the sequence was remembered.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from heapq import nsmallest
from itertools import islice
from pathlib import Path
from threading import Event, Thread
from traceback import format_exc
from typing import NamedTuple

import msgspec
import structlog

from schemas.findings import Finding
from schemas.packing import MESSAGES
from schemas.wording import finding
from single_window.channels.outbox import Outbox, file_name, text_of
from single_window.channels.ownership import of_owner, refused
from single_window.context import Context
from single_window.intake.admission import AdmissionAnswer
from single_window.intake.admission_queue import AdmissionQueue, NotAccepting
from single_window.intake.reader import read
from single_window.intake.reading import OVERSIZED_BYTES_KEPT, Reading, is_address
from single_window.language.words import Words
from single_window.private import make_file, make_folder

log = structlog.get_logger(__name__)
CHANNEL = "folder"
EVERY = 1.0
"""Seconds between two polls; a file that is unchanged in two of them is complete."""
MOST = 200
"""Files of one sandbox that are taken in one poll: the other sandboxes, and all receipts, have their turn between."""
UNFINISHED = (".tmp", ".part", ".partial", ".crdownload", ".swp", "~")
LONGEST_NAME = 255
"""Bytes of a file's name at most."""
FOLDER = Words("文件夹", "in the folder of")
ATTEMPTS = 3
"""Polls after which a file that cannot be handled is moved to `error`."""


class _Look(NamedTuple):
    inode: int
    size: int
    changed: int


class FolderChannel:
    """Serves the folders of all sandboxes. `look` does one round; `start` and `stop` run it in a thread."""

    def __init__(self, context: Context, admission: AdmissionQueue, every: float = EVERY, most: int = MOST) -> None:
        self._context, self._admission, self._every, self._most = context, admission, every, most
        self._root = context.settings.data / "folders"
        self._seen: dict[Path, _Look] = {}
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
                done = self.look()
            except Exception as error:
                log.error("folder.failed", reason=repr(error)[:300], traceback=format_exc())
            # with more files waiting than one poll takes, the next need not wait a second
            if self._stopping.wait(0 if done >= self._most else self._every):
                return

    def look(self) -> int:
        """One round over all sandboxes: takes files that are complete, writes receipts; gives how many of both."""
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
        """Complete files, each with the participant in whose folder it is; empty: in no one's. All folders together
        give as many as one poll takes, beginning with each in turn."""
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
        """Regular files that have not changed since the last poll, oldest first, as many as one poll takes."""
        looks = {}
        for entry in os.scandir(folder):
            if entry.name.startswith(".") or entry.name.lower().endswith(UNFINISHED):
                continue
            try:
                status = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue
            if stat.S_ISREG(status.st_mode):
                looks[folder / entry.name] = _Look(status.st_ino, status.st_size, status.st_mtime_ns)
        before = {path: look for path, look in self._seen.items() if path.parent == folder}
        for path in before.keys() - looks.keys():
            del self._seen[path]
            self._failed.pop(path, None)
        self._seen.update(looks)
        ready = [path for path, look in looks.items() if before.get(path) == look]
        yield from nsmallest(self._most, ready, key=lambda path: (looks[path].changed, path.name))

    def _take(self, sandbox: str, place: Path, path: Path, owner: str) -> int:
        own = file_name(owner) if owner else "."
        try:
            came = self._owned(self._read(sandbox, path), owner)
            answer = self._admission.admit(sandbox, CHANNEL, came)
        except (NotAccepting, FileNotFoundError) as error:
            log.warning("folder.later", file=str(path), reason=str(error)[:300])
            return 0
        except Exception as error:
            return self._not_dealt_with(place / "error" / own, path, error)
        if answer.status == 202:
            if came.sender:
                make_folder(place / "out" / file_name(came.sender))
            _move(path, make_folder(place / "done" / own), answer.id)
        else:
            _write_refusal(_move(path, make_folder(place / "error" / own), answer.id), answer)
        return 1

    def _owned(self, came: Reading, owner: str) -> Reading:
        """A message as it may come in from this folder."""
        if owner:
            return of_owner(came, owner, FOLDER)
        if not self._context.settings.require_keys:
            return came
        return refused(
            came._replace(sender=""),
            Finding(
                "no-owner",
                "须使用密钥时，报文须放入其发送方的文件夹",
                "where keys are required a file lies in its sender's folder",
                path="in",
                expected=f"in/{came.sender or 'DXPENT0000000001'}",
                remedy_zh="请将文件放入in/DXP编号，该文件夹只允许该企业写入",
                remedy_en="lay it into in/<DXP id>, a folder that only that participant may write to",
            ),
        )

    def _read(self, sandbox: str, path: Path) -> Reading:
        cap = self._context.settings.body_cap
        with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
            body = file.read(cap + 1)
            size = os.fstat(file.fileno()).st_size
        if len(body) <= cap:
            return read(self._context, sandbox, body)
        head = body[:OVERSIZED_BYTES_KEPT]
        too_large = finding("too-large", size=size, cap=cap, expected=f"≤ {cap}", found=str(size))
        return Reading(
            path.name[:30],
            "",
            hashlib.sha256(head).hexdigest(),
            MESSAGES.pack(head),
            size,
            findings=(too_large,),
            refused=413,
        )

    def _not_dealt_with(self, aside: Path, path: Path, error: Exception) -> int:
        """Try again at the next poll; a file that fails again and again is moved to `error` with the reason."""
        log.error("folder.file_failed", file=str(path), reason=repr(error)[:300], traceback=format_exc())
        self._failed[path] = self._failed.get(path, 0) + 1
        if self._failed[path] < ATTEMPTS:
            return 0
        moved = _move(path, make_folder(aside), self._failed.pop(path))
        _write_findings(moved, "failed", {"findings": [{"code": "internal", "en": repr(error)[:300]}]})
        return 1

    def _write(self, sandbox: str, out: Path) -> int:
        """Receipts for every participant that has a folder."""
        written = 0
        for entry in sorted(os.scandir(out), key=lambda entry: entry.name):
            if not entry.is_dir(follow_symlinks=False) or entry.name.startswith("."):
                continue
            path = out / entry.name
            try:
                if path not in self._outboxes:
                    self._outboxes[path] = Outbox(self._context.engine, sandbox, path)
                written += self._outboxes[path].deliver()
            except Exception as error:  # one participant's folder must not keep the others waiting
                log.error("folder.undelivered", folder=str(path), reason=repr(error)[:300], traceback=format_exc())
        return written


def _is_owned(entry: os.DirEntry[str]) -> bool:
    """True if a folder is a participant's: called by his DXP id, as we write it."""
    owner = text_of(entry.name)
    return entry.is_dir(follow_symlinks=False) and is_address(owner) and file_name(owner) == entry.name


def _move(path: Path, folder: Path, number: int) -> Path:
    """Move a file into a folder, under its own name if that is free there, else with the message's id in it."""
    target = folder / path.name
    if target.exists():
        target = folder / _fitting(path.stem, f".{number}{path.suffix[:20]}")
    os.replace(path, target)
    return target


def _fitting(stem: str, ending: str) -> str:
    """A file name with this ending, its beginning cut to what a file system takes."""
    cut = os.fsencode(stem)[: LONGEST_NAME - len(os.fsencode(ending))]
    return (stem if cut == os.fsencode(stem) else cut.decode(errors="ignore")) + ending


def _write_refusal(moved: Path, answer: AdmissionAnswer) -> None:
    findings = [each_finding._asdict() for each_finding in answer.findings]
    _write_findings(moved, "refused", {"id": answer.id, "findings": findings})


def _write_findings(moved: Path, state: str, about: Mapping[str, object]) -> None:
    """Write the answer to a file: `state` as over HTTP, and the same once more as `status`, which it was called
    first."""
    content = {**about, "state": state, "status": state}
    beside = moved.with_name(_fitting(moved.name, ".findings.json"))
    partial = beside.with_name(".findings.json.tmp")
    make_file(partial)
    partial.write_bytes(msgspec.json.format(msgspec.json.encode(content), indent=2))
    os.replace(partial, beside)
