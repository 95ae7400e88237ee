"""Temporary folders that are deleted when their process ends. Those of killed processes are deleted by the next."""

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
"""Name prefix of these folders, and the file in each that its process keeps locked."""


@contextmanager
def temporary_folder(purpose: str = "", within: Path | None = None) -> Iterator[Path]:
    """Create a folder and delete it at the end; folders of killed processes are deleted first."""
    parent = Path(within or gettempdir())
    clear_away(parent)
    with TemporaryDirectory(prefix=f"{PREFIX}{purpose}", dir=parent, ignore_cleanup_errors=True) as name:
        held = _mark(Path(name))
        try:
            yield Path(name)
        finally:
            os.close(held)


def clear_away(parent: Path) -> int:
    """Delete the folders of ended processes; returns their number. Folders without a mark (about to be locked) and
    those of other users stay."""
    cleared = 0
    with suppress(OSError):
        for folder in parent.glob(f"{PREFIX}*"):
            if (folder / MARK).is_file() and folder.stat().st_uid == os.getuid() and _is_abandoned(folder):
                rmtree(folder, ignore_errors=True)
                cleared += 1
    if cleared and structlog.is_configured():  # an unconfigured logger would write into a command's output
        log.info("temporary.cleared", folders=cleared)
    return cleared


def _mark(folder: Path) -> int:
    """Mark a folder as in use; returns the descriptor that holds the lock. The mark is locked before it gets its name,
    so that nobody sees it unlocked. The folder itself is not locked: that is the data lock's."""
    unnamed = folder / f"{MARK}.new"
    descriptor = os.open(unnamed, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    unnamed.rename(folder / MARK)
    return descriptor


def _is_abandoned(folder: Path) -> bool:
    """True if no process holds the folder's mark."""
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
