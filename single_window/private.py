"""Files that hold personal data and secrets: for the window's own user alone, whatever the process's umask."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import structlog

log = structlog.get_logger(__name__)
FOLDER_MODE, FILE_MODE = 0o700, 0o600
_OTHERS = 0o077
"""The bits of group and others."""


def make_folder(folder: Path) -> Path:
    """Make a folder, and those above it that are missing, for its owner alone; one that is there keeps its mode."""
    if not folder.is_dir():
        if folder.parent != folder and not folder.parent.is_dir():
            make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        folder.chmod(FOLDER_MODE)
    return folder


def descriptor(path: str | Path, flags: int) -> int:
    """Open a file as `os.open` does; one that is made is for its owner alone. Fits `open(…, opener=descriptor)`."""
    return os.open(path, flags, FILE_MODE)


def open_file(path: Path, mode: str, **options: Any) -> IO[Any]:
    """Open a file as `open` does; one that is made is for its owner alone."""
    return open(path, mode, opener=descriptor, **options)


def make_file(path: Path) -> None:
    """Make an empty file for its owner alone, if there is none and its folder is there.

    One that is there is not even opened: closing it would drop the locks that this process holds on it, as SQLite does.
    """
    if path.parent.is_dir():
        with suppress(FileExistsError):
            os.close(descriptor(path, os.O_CREAT | os.O_EXCL | os.O_RDONLY | os.O_CLOEXEC))


def tighten(folder: Path, beside: Iterable[Path] = ()) -> int:
    """Take all rights of group and others from a data folder, what is in it, and the files `beside`; gives how many
    had some. What another user owns, or a folder that all may write to (/tmp), is left and named in the log."""
    changed = 0
    for path in (*_inside(folder), *beside):
        try:
            changed += _tighten(path)
        except OSError as error:
            log.warning("private.not_tightened", path=str(path), reason=error.strerror or str(error))
    if changed:
        log.warning("private.tightened", folder=str(folder), files=changed)
    return changed


def _inside(folder: Path) -> Iterator[Path]:
    """All that is in a folder, which comes last. Where others cannot enter it, they reach nothing below: then only what
    lies in it directly, for that is cheap."""
    mode = folder.stat().st_mode
    if not mode & stat.S_ISVTX:
        for place, folders, files in os.walk(folder):
            yield from (Path(place) / name for name in (*folders, *files))
            if not mode & _OTHERS:
                break
    yield folder


def _tighten(path: Path) -> bool:
    status = path.lstat()
    if stat.S_ISLNK(status.st_mode) or not status.st_mode & _OTHERS:
        return False
    if status.st_uid != os.geteuid() or status.st_mode & stat.S_ISVTX:
        log.warning("private.others_may_read", path=str(path), mode=oct(stat.S_IMODE(status.st_mode)))
        return False
    path.chmod(stat.S_IMODE(status.st_mode) & ~_OTHERS)
    return True
