"""Temporary folders that go with their process, however it ends: what a killed one left, the next one clears away."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory, gettempdir

import structlog

log = structlog.get_logger(__name__)
PREFIX, MARK = "single-window-", ".in-use"
"""How the names of these folders begin, and the file in each of them that its process keeps locked."""


@contextmanager
def temporary_folder(purpose: str = "", within: Path | None = None) -> Iterator[Path]:
    """A new folder that is deleted at the end; those of processes that were killed are deleted first."""
    place = Path(within or gettempdir())
    clear_away(place)
    with TemporaryDirectory(prefix=f"{PREFIX}{purpose}", dir=place, ignore_cleanup_errors=True) as name:
        held = _mark(Path(name))
        try:
            yield Path(name)
        finally:
            os.close(held)


def clear_away(place: Path) -> int:
    """Delete the folders of processes that live no more; gives their number. One that is not marked may be about to be
    locked, and stays, as do those of other users."""
    cleared = 0
    with suppress(OSError):
        for folder in place.glob(f"{PREFIX}*"):
            if (folder / MARK).is_file() and folder.stat().st_uid == os.getuid() and _is_left(folder):
                rmtree(folder, ignore_errors=True)
                cleared += 1
    if cleared and structlog.is_configured():  # without, a line would mix with what a command prints
        log.info("temporary.cleared", folders=cleared)
    return cleared


def _mark(folder: Path) -> int:
    """Mark a folder as in use; gives the descriptor that holds it. The mark is locked before it has its name, so that
    nobody finds it free. The folder itself is left to the lock of its data."""
    unnamed = folder / f"{MARK}.new"
    descriptor = os.open(unnamed, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    unnamed.rename(folder / MARK)
    return descriptor


def _is_left(folder: Path) -> bool:
    """True if nobody holds the mark of a folder."""
    try:
        descriptor = os.open(folder / MARK, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True
