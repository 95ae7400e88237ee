"""High-water marks of mailboxes, in a file next to the SQLite database: up to which place each was given receipts.

A database that has lost its newest transactions, with its log or to an older copy, cannot tell: it would give the same
places to other receipts. The file is written after each commit that numbered receipts, and never goes back.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import structlog

from single_window.private import descriptor

log = structlog.get_logger(__name__)
MARKS = "-places"
"""Suffix of the file next to a database."""
_SLOT_BYTES, _SEPARATOR = 128, "\0"
_NEXT = struct.Struct("<Q")
MailboxKey = tuple[str, str]
"""(sandbox, mailbox)"""


class _Slot(NamedTuple):
    offset: int
    next: int


class MailboxMarks:
    """Writes the marks of a database's mailboxes; one process at a time may write."""

    def __init__(self, database: str | None) -> None:
        self._path = Path(f"{database}{MARKS}") if database and database != ":memory:" else None
        self._file: int | None = None
        self._slots: dict[MailboxKey, _Slot] = {}
        self._size = 0

    def write(self, following: Mapping[MailboxKey, int]) -> None:
        """Store the next place of mailboxes. Never fails: where the file cannot be written, the failure is logged."""
        if self._path is None:
            return
        try:
            file = self._opened(self._path)
            for key, place in following.items():
                self._write(file, key, place)
        except OSError as error:
            log.warning("database.marks_not_written", reason=error.strerror or str(error))

    def _opened(self, path: Path) -> int:
        if self._file is None:
            self._file = descriptor(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC)
        return self._file

    def _write(self, file: int, key: MailboxKey, place: int) -> None:
        slot = self._slots.get(key) or self._found(file, key)
        if slot is None:
            slot = _Slot(self._size, 0)
            os.pwrite(file, _encode(key, place), slot.offset)
            self._size += _SLOT_BYTES
        elif place > slot.next:
            os.pwrite(file, _NEXT.pack(place), slot.offset)
        self._slots[key] = _Slot(slot.offset, max(place, slot.next))

    def _found(self, file: int, key: MailboxKey) -> _Slot | None:
        """The slot of a mailbox, after reading those that other processes have added."""
        added = os.pread(file, os.fstat(file).st_size - self._size, self._size)
        for slot, other in _decode(added, self._size):
            self._slots[other] = slot
        self._size += len(added) // _SLOT_BYTES * _SLOT_BYTES
        return self._slots.get(key)

    def close(self) -> None:
        """Close the file; the next `write` opens it."""
        if self._file is not None:
            os.close(self._file)
        self._file, self._size = None, 0
        self._slots.clear()


def read_marks(database: Path) -> dict[MailboxKey, int]:
    """The next place of each mailbox, as last written; empty if there is no file."""
    try:
        stored = database.with_name(database.name + MARKS).read_bytes()
    except FileNotFoundError:
        return {}
    return {key: slot.next for slot, key in _decode(stored, 0)}


def forget_marks(database: Path) -> None:
    """Delete the marks: the database is new."""
    database.with_name(database.name + MARKS).unlink(missing_ok=True)


def _encode(key: MailboxKey, place: int) -> bytes:
    return (_NEXT.pack(place) + _SEPARATOR.join(key).encode()).ljust(_SLOT_BYTES, b"\0")


def _decode(stored: bytes, start: int) -> Iterator[tuple[_Slot, MailboxKey]]:
    """(slot, mailbox) of each complete slot; `start`: where the bytes begin in the file."""
    for number in range(len(stored) // _SLOT_BYTES):
        slot = stored[number * _SLOT_BYTES : (number + 1) * _SLOT_BYTES]
        sandbox, _, box = slot[_NEXT.size :].rstrip(b"\0").decode(errors="replace").partition(_SEPARATOR)
        yield _Slot(start + number * _SLOT_BYTES, _NEXT.unpack_from(slot)[0]), (sandbox, box)
