"""One process per data folder: an advisory lock that ends with its process and names its holder.

The folder itself is locked, because a lock file could be deleted and created again by another process.
A database elsewhere (PostgreSQL) is not covered: its own transactions protect it.
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
"""Number of attempts, and seconds between them, while the lock is held but names no running process: its holder is
about to write its name, or is only reading (`holder`)."""


class Holder(NamedTuple):
    """The process that works on a data folder. `url`: its HTTP address, empty until it listens."""

    pid: int
    url: str

    @property
    def is_running(self) -> bool:
        """True if a process with this id exists."""
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
    """Another process works on this data folder; the text gives its id, its address and what to do."""

    permanent = True

    def __init__(self, data: Path, pid: int, url: str) -> None:
        who = f"process {pid}" if pid else "another process"
        super().__init__(
            f"The data in {data.resolve()} is in use by {who}{f', which answers at {url}' if url else ''}. "
            f"Use that one, stop it{f' (kill {pid})' if pid else ''}, or choose another folder with --data FOLDER."
        )
        self.data, self.pid, self.url = data, pid, url


class DataLock:
    """The lock of a data folder, held from `take` to `release`, or until the process ends."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._descriptor: int | None = None
        self._folder: int | None = None

    def take(self) -> DataLock:
        """Create the folder if missing and lock it; raises `AlreadyRunning`."""
        make_folder(self._data)
        folder = os.open(self._data, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        descriptor = private_descriptor(self._data / FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC)
        if not _try_lock(folder, descriptor):
            recorded = _recorded_holder(descriptor)
            os.close(descriptor)
            os.close(folder)
            raise AlreadyRunning(self._data, recorded.pid, recorded.url)
        self._descriptor, self._folder = descriptor, folder
        self.publish("")
        return self

    def publish(self, url: str) -> None:
        """Write this process's HTTP address into the lock file, for programs that find the folder in use."""
        if self._descriptor is not None:
            text = msgspec.json.encode({"pid": os.getpid(), "url": url})
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, text, 0)

    def release(self) -> None:
        """Release the lock; idempotent. The lock file stays."""
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
    """The process that works on a data folder, or None. The check does not prevent another process from starting."""
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
            recorded = _recorded_holder(descriptor)
        finally:
            os.close(descriptor)
        # a holder that is not running was killed; the new holder has not written yet, and the old address may be reused
        return recorded if recorded.is_running else Holder(0, "")
    finally:
        os.close(folder)
    return None


def _try_lock(folder: int, descriptor: int) -> bool:
    for _ in range(TRIES):
        try:
            for held in (folder, descriptor):  # the file too, because older versions lock only the file
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if _recorded_holder(descriptor).is_running:
                return False
            fcntl.flock(folder, fcntl.LOCK_UN)
            Event().wait(PAUSE)
        else:
            return True
    return False


def _recorded_holder(descriptor: int) -> Holder:
    """The process that last wrote its name into the lock file."""
    try:
        text: Any = msgspec.json.decode(os.pread(descriptor, 4_096, 0))
    except msgspec.DecodeError:
        text = {}
    content = text if isinstance(text, dict) else {}
    return Holder(int(content.get("pid") or 0), str(content.get("url") or ""))
