"""One process for each data folder: a lock that ends with its process, and names its holder.

What is locked is the folder itself: a file in it may be deleted, and made again by somebody else.

It guards the folder only; a database elsewhere (PostgreSQL) is guarded by its own transactions.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Any

import msgspec

from single_window.private import descriptor as private_descriptor
from single_window.private import make_folder

FILE = "lock"


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
        try:
            for held in (folder, descriptor):  # the file, too: an older program locks nothing else
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = _holder(os.pread(descriptor, 4_096, 0))
            os.close(descriptor)
            os.close(folder)
            raise AlreadyRunning(self._data, int(holder.get("pid") or 0), str(holder.get("url") or "")) from None
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


def _holder(text: bytes) -> dict[str, Any]:
    try:
        holder = msgspec.json.decode(text)
    except msgspec.DecodeError:
        return {}
    return holder if isinstance(holder, dict) else {}
