"""High-water marks in a file next to the SQLite database: up to which place each mailbox was given receipts, and how
much was acknowledged (`store/acknowledged.py`).

A database that has lost its newest transactions, with its log or to an older copy, cannot tell: it would give the same
places to other receipts. The file is written after each commit that numbered receipts or acknowledged something, and
never goes back. A mark whose checksum is wrong tells nothing, and its place in the file is not used again.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import structlog

from single_window.private import descriptor

log = structlog.get_logger(__name__)
MARKS = "-places"
"""Suffix of the file next to a database."""
_SLOT_BYTES, _SEPARATOR = 128, "\0"
_NEXT, _CHECKSUM = struct.Struct("<Q"), struct.Struct("<I")
_CHECKED_BYTES = _SLOT_BYTES - _CHECKSUM.size
_UNCHECKED = bytes(_CHECKSUM.size)
"""Where the checksum stands, in the marks of releases that wrote none."""
_MOST = 2**62
"""More than any mailbox is given."""
MailboxKey = tuple[str, str]
"""(sandbox, mailbox); of what was acknowledged ("", its name)"""
IDENTITY: MailboxKey = ("", "identity")
"""The mark that holds a random number of the database itself, instead of a place: by it another window's is known."""


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
            self._size += _SLOT_BYTES
        if place > slot.next or (key == IDENTITY and place != slot.next):
            os.pwrite(file, _encode(key, place), slot.offset)
        self._slots[key] = _Slot(slot.offset, max(place, slot.next))

    def _found(self, file: int, key: MailboxKey) -> _Slot | None:
        """The slot of a mailbox, after reading those that other processes have added."""
        added = os.pread(file, os.fstat(file).st_size - self._size, self._size)
        self._slots.update((other, slot) for slot, other in _decode(added, self._size) if other is not None)
        self._size += len(added) // _SLOT_BYTES * _SLOT_BYTES
        return self._slots.get(key)

    def close(self) -> None:
        """Close the file; the next `write` opens it."""
        if self._file is not None:
            os.close(self._file)
        self._file, self._size = None, 0
        self._slots.clear()


def read_marks(database: Path) -> dict[MailboxKey, int]:
    """The next place of each mailbox, as last written; empty if there is no file. What cannot be read is logged."""
    try:
        stored = database.with_name(database.name + MARKS).read_bytes()
    except FileNotFoundError:
        return {}
    slots = list(_decode(stored, 0))
    if unreadable := sum(key is None for _, key in slots):
        log.warning("database.marks_unreadable", marks=unreadable, file=database.name + MARKS)
    return {key: slot.next for slot, key in slots if key is not None}


def _encode(key: MailboxKey, place: int) -> bytes:
    checked = (_NEXT.pack(place) + _SEPARATOR.join(key).encode()).ljust(_CHECKED_BYTES, b"\0")
    return checked + _CHECKSUM.pack(zlib.crc32(checked))


def _decode(stored: bytes, start: int) -> Iterator[tuple[_Slot, MailboxKey | None]]:
    """(slot, mailbox) of each complete slot, without a mailbox if it cannot be read; `start`: where the bytes begin in
    the file."""
    for number in range(len(stored) // _SLOT_BYTES):
        slot = stored[number * _SLOT_BYTES : (number + 1) * _SLOT_BYTES]
        checked, checksum = slot[:_CHECKED_BYTES], slot[_CHECKED_BYTES:]
        found = _Slot(start + number * _SLOT_BYTES, _NEXT.unpack_from(slot)[0])
        if checksum not in (_UNCHECKED, _CHECKSUM.pack(zlib.crc32(checked))) or found.next > _MOST:
            yield found, None
            continue
        sandbox, _, box = checked[_NEXT.size :].rstrip(b"\0").decode(errors="replace").partition(_SEPARATOR)
        yield found, (sandbox, box)
