"""Finds committed frames of SQLite's write-ahead log that its recovery would drop: damage, not the torn end of a commit
that a failure interrupted.

SQLite replays a log up to the first frame whose checksum fails, and says nothing about what follows. So the log is read
before the database is opened for the first time, while no process is connected. Formats: sqlite.org/fileformat2.html
(section 4) and sqlite.org/walformat.html.

Where `/proc/locks` does not tell who is connected, only the marks of mailboxes (`mailbox_marks.py`) protect. A second
copy of the log is not kept, because it would double the writes.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator, Sequence
from functools import cache
from operator import mul
from pathlib import Path
from typing import BinaryIO, NamedTuple

LOG, INDEX = "-wal", "-shm"
"""Suffixes of the files next to a database: its log, and the index of the log that connected processes share."""
LOCKS = Path("/proc/locks")
"""The locks of all processes; where there is no such file, logs are not examined."""
BOOT, MOUNTS = Path("/proc/stat"), Path("/proc/self/mountinfo")
"""When the machine was started; which device holds which folder."""
_HEADER, _FRAME = struct.Struct(">8I"), struct.Struct(">6I")
_MAGIC = {0x377F0682: "<", 0x377F0683: ">"}
"""Magic number → byte order of the words that checksums are computed from."""
_FRAME_WORDS = 2
"""Words of a frame's header that its checksum covers: page number, and pages after a commit."""
_CONNECTED_BYTE = 128
"""The byte of the index on which each connection holds a lock."""
_MASK, _SHIFT = 0xFFFF_FFFF, 80
"""Checksums are two words of 32 bits; both are summed up in one integer, the second that many bits higher."""
Sums = tuple[int, int]


class Index(NamedTuple):
    """The log as the last process noted it: salts of its header, frames committed, frames copied to the database."""

    salts: tuple[int, int]
    committed: int
    copied: int


class _Frame(NamedTuple):
    """A frame of the log's salts: whether it ends a commit, and whether its checksum continues the frame before."""

    commits: bool
    continues: bool


def lost_commits(database: Path, locks: Path = LOCKS) -> str:
    """Why committed frames of the database's log would be dropped, as a sentence; empty: none would be, or a process is
    connected to the database, so that the log is in use. `locks`: a file as `/proc/locks`."""
    log = database.with_name(database.name + LOG)
    if _is_connected(database, locks):
        return ""
    index = _index_of(database)
    if not log.is_file() or log.stat().st_size <= _HEADER.size:
        fault = _fault_without_frames(index) if _is_of_this_boot(database) else ""
    else:
        with log.open("rb") as opened:
            fault = _fault(opened, index)
    return "" if _is_connected(database, locks) else fault


def _fault_without_frames(index: Index | None) -> str:
    lost = index.committed - index.copied if index is not None else 0
    return f"its write-ahead log is gone or empty, and {lost} committed frames with it" if lost > 0 else ""


def _is_of_this_boot(database: Path) -> bool:
    """True if the index was written since the machine was started: a power cut may leave an older one beside a log that
    was emptied since."""
    try:
        written = database.with_name(database.name + INDEX).stat().st_mtime
        booted = next(line for line in BOOT.read_text("ascii").splitlines() if line.startswith("btime "))
    except (OSError, StopIteration):
        return False
    return written >= int(booted.split()[1])


def _fault(log: BinaryIO, index: Index | None) -> str:
    header = log.read(_HEADER.size)
    magic, _, page_size, _, *salts, first, second = _HEADER.unpack(header)
    order = _MAGIC.get(magic)
    if order is None or _sums(order, header[:-8], (0, 0)) != (first, second):
        return "the header of its write-ahead log is damaged"
    frames = list(_frames(log, order, page_size, (salts[0], salts[1]), (first, second)))
    whole = _valid(frames)
    replayed = max((number for number in range(1, whole + 1) if _commits(frames[number - 1])), default=0)
    if index is not None and index.salts == (salts[0], salts[1]) and index.committed > replayed:
        lost = index.committed - replayed if replayed or index.copied < index.committed else 0
    else:
        lost = _commits_behind(frames, whole) - replayed
    if lost <= 0:
        return ""
    return f"frame {whole + 1} of its write-ahead log is damaged, and {lost} committed frames would be lost with it"


def _commits(frame: _Frame | None) -> bool:
    return frame is not None and frame.commits


def _valid(frames: Sequence[_Frame | None]) -> int:
    """The number of frames before the first one that is not valid."""
    return next((place for place, frame in enumerate(frames) if frame is None or not frame.continues), len(frames))


def _commits_behind(frames: Sequence[_Frame | None], whole: int) -> int:
    """The number of the last valid commit after an invalid frame and the end of its transaction; 0: none. The end of
    the transaction that a failure interrupted may have reached the disk before its beginning."""
    ended, last = False, 0
    for number, frame in enumerate(frames[whole:], whole + 1):
        if frame is not None and frame.commits:
            if ended and frame.continues:
                last = number
            ended = True
    return last


def _frames(log: BinaryIO, order: str, page_size: int, salts: Sums, sums: Sums) -> Iterator[_Frame | None]:
    """Every frame of the log; None for one of an earlier log in the same file."""
    before: Sums | None = sums
    while len(read := log.read(_FRAME.size + page_size)) == _FRAME.size + page_size:
        _, pages, *own, first, second = _FRAME.unpack_from(read)
        if (own[0], own[1]) != salts:
            before = None
            yield None
            continue
        covered = read[: 4 * _FRAME_WORDS] + read[_FRAME.size :]
        yield _Frame(pages > 0, before is not None and _sums(order, covered, before) == (first, second))
        before = (first, second)


def _sums(order: str, covered: bytes, before: Sums) -> Sums:
    """SQLite's checksum of bytes that continue others: for each pair of words x, y: s0 += x + s1; s1 += y + s0."""
    words = struct.unpack(f"{order}{len(covered) // 4}I", covered)
    total = sum(map(mul, (*before, *words), _coefficients(len(words))))
    return total & _MASK, (total >> _SHIFT) & _MASK


@cache
def _coefficients(words: int) -> tuple[int, ...]:
    """By how much both sums of the checksum before, and each word, count in both sums: they are linear."""
    first, second = (1, 0), (0, 1)  # how much a first and a second sum count, after no further pair
    coefficients: list[Sums] = []
    for _ in range(words // 2):
        both = (first[0] + second[0]) & _MASK, (first[1] + second[1]) & _MASK
        coefficients += [second, both]
        first, second = both, ((both[0] + second[0]) & _MASK, (both[1] + second[1]) & _MASK)
    return tuple(s0 | s1 << _SHIFT for s0, s1 in (first, second, *reversed(coefficients)))


def _index_of(database: Path) -> Index | None:
    """The index that the last process left; None if there is none or it is torn. Must not be read in a process that is
    connected: closing a file ends all locks of the process on it."""
    try:
        raw = database.with_name(database.name + INDEX).read_bytes()[:100]
    except OSError:
        return None
    if len(raw) < 100 or raw[:48] != raw[48:96] or not raw[12]:
        return None
    (committed,) = struct.unpack_from("=I", raw, 16)
    salts = struct.unpack_from(">2I", raw, 32)
    (copied,) = struct.unpack_from("=I", raw, 96)
    return Index((salts[0], salts[1]), committed, copied)


def _is_connected(database: Path, locks: Path) -> bool:
    """True if a process, also this one, is connected to the database, or nothing tells."""
    index = database.with_name(database.name + INDEX)
    if not locks.is_file():
        return True
    try:
        status = index.stat()
    except OSError:
        return False
    # a file of another device may have the same number
    devices = {status.st_dev, *_mounted_device(index)}
    ends = tuple(
        f" {os.major(device):02x}:{os.minor(device):02x}:{status.st_ino} {_CONNECTED_BYTE} {_CONNECTED_BYTE}"
        for device in devices
    )
    return any(line.rstrip().endswith(ends) for line in locks.read_text("ascii").splitlines())


def _mounted_device(file: Path) -> list[int]:
    """The device by which the kernel knows the file system of a file: of parts of some, as btrfs, `stat` gives another.
    Empty if nothing tells."""
    try:
        lines = [line.split(" ") for line in MOUNTS.read_text("utf-8", "surrogateescape").splitlines()]
    except OSError:
        return []
    around = [line for line in lines if file.absolute().is_relative_to(line[4].replace("\\040", " "))]
    if not around:
        return []
    major, _, minor = max(around, key=lambda line: len(line[4]))[2].partition(":")
    return [os.makedev(int(major), int(minor))]
