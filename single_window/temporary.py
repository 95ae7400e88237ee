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
"""How the names of these folders begin, and a file that is in each of them once its process has locked it."""


@contextmanager
def temporary_folder(purpose: str = "", within: Path | None = None) -> Iterator[Path]:
    """A new folder that is deleted at the end; those of processes that were killed are deleted first."""
    place = Path(within or gettempdir())
    clear_away(place)
    with TemporaryDirectory(prefix=f"{PREFIX}{purpose}", dir=place, ignore_cleanup_errors=True) as name:
        held = _locked(Path(name))
        try:
            (Path(name) / MARK).touch()
            yield Path(name)
        finally:
            if held is not None:
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
    if cleared:
        log.info("temporary.cleared", folders=cleared)
    return cleared


def _is_left(folder: Path) -> bool:
    held = _locked(folder)
    if held is not None:
        os.close(held)
    return held is not None


def _locked(folder: Path) -> int | None:
    """The descriptor of a folder that is locked from now on; None: another process holds it."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor
