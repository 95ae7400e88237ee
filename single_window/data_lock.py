"""One process for each data folder: a lock that ends with its process, and names its holder.

What is locked is the folder itself: a file in it may be deleted, and made again by somebody else.

It guards the folder only; a database elsewhere (PostgreSQL) is guarded by its own transactions.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from threading import Event
from typing import Any, NamedTuple

import msgspec

from single_window.private import descriptor as private_descriptor
from single_window.private import make_folder

FILE = "lock"
TRIES, PAUSE = 6, 0.02
"""How often, and after how many seconds, a lock is tried again that nobody who lives has signed: its holder is about to
sign, or only looks (`holder`)."""


class Holder(NamedTuple):
    """The process that works on a data folder, and where it answers; empty while it does not."""

    pid: int
    url: str

    @property
    def lives(self) -> bool:
        """True if there is such a process."""
        if not self.pid:
            return False
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            pass
        return True


class AlreadyRunning(Exception):
    """Another process works on this data folder; the text says which, where it answers and what to do."""

    permanent = True

    def __init__(self, data: Path, pid: int, url: str) -> None:
        who = f"process {pid}" if pid else "another process"
        super().__init__(
            f"The data in {data.resolve()} is in use by {who}{f', which answers at {url}' if url else ''}. "
            f"Use that one, stop it{f' (kill {pid})' if pid else ''}, or choose another folder with --data FOLDER."
        )
        self.data, self.pid, self.url = data, pid, url


class DataLock:
    """The lock of a data folder, held from `take` to `release`; a process that dies lets it go."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._descriptor: int | None = None
        self._folder: int | None = None

    def take(self) -> DataLock:
        """Make the folder if need be and lock it; raises `AlreadyRunning`."""
        make_folder(self._data)
        folder = os.open(self._data, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        descriptor = private_descriptor(self._data / FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC)
        if not _locked(folder, descriptor):
            signed = _signed(descriptor)
            os.close(descriptor)
            os.close(folder)
            raise AlreadyRunning(self._data, signed.pid, signed.url)
        self._descriptor, self._folder = descriptor, folder
        self.publish("")
        return self

    def publish(self, url: str) -> None:
        """Write into the lock where this process answers, for a program that finds the folder in use."""
        if self._descriptor is not None:
            text = msgspec.json.encode({"pid": os.getpid(), "url": url})
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, text, 0)

    def release(self) -> None:
        """Let go; twice does no harm. The file stays."""
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = None
        if self._folder is not None:
            os.close(self._folder)
            self._folder = None

    def __enter__(self) -> DataLock:
        return self.take()

    def __exit__(self, *exception: object) -> None:
        self.release()


def holder(data: Path) -> Holder | None:
    """The process that works on a data folder; None: there is none, and none is kept from beginning."""
    try:
        folder = os.open(data, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(folder, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        try:
            descriptor = os.open(data / FILE, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return Holder(0, "")
        try:
            signed = _signed(descriptor)
        finally:
            os.close(descriptor)
        # who holds it has not signed yet: the text is of one who was killed, whose address may be another's by now
        return signed if signed.lives else Holder(0, "")
    finally:
        os.close(folder)
    return None


def _locked(folder: int, descriptor: int) -> bool:
    for _ in range(TRIES):
        try:
            for held in (folder, descriptor):  # the file, too: an older program locks nothing else
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if _signed(descriptor).lives:
                return False
            fcntl.flock(folder, fcntl.LOCK_UN)
            Event().wait(PAUSE)
        else:
            return True
    return False


def _signed(descriptor: int) -> Holder:
    """The process that signed a lock last."""
    try:
        text: Any = msgspec.json.decode(os.pread(descriptor, 4_096, 0))
    except msgspec.DecodeError:
        text = {}
    known = text if isinstance(text, dict) else {}
    return Holder(int(known.get("pid") or 0), str(known.get("url") or ""))
