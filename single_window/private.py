"""Files with personal data and secrets: accessible only to the window's user, whatever the umask."""

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
"""Permission bits of group and others."""


def make_folder(folder: Path) -> Path:
    """Create a folder and its missing parents with mode 0700; an existing folder keeps its mode."""
    if not folder.is_dir():
        if folder.parent != folder and not folder.parent.is_dir():
            make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        folder.chmod(FOLDER_MODE)
    return folder


def descriptor(path: str | Path, flags: int) -> int:
    """Like `os.open`, but a new file gets mode 0600. For `open(…, opener=descriptor)`."""
    return os.open(path, flags, FILE_MODE)


def open_file(path: Path, mode: str, **options: Any) -> IO[Any]:
    """Like `open`, but a new file gets mode 0600."""
    return open(path, mode, opener=descriptor, **options)


def make_file(path: Path) -> None:
    """Create an empty file with mode 0600, if its folder exists and the file does not.

    An existing file is not opened: closing it would drop this process's POSIX locks on it, such as SQLite's.
    """
    if path.parent.is_dir():
        with suppress(FileExistsError):
            os.close(descriptor(path, os.O_CREAT | os.O_EXCL | os.O_RDONLY | os.O_CLOEXEC))


def tighten(folder: Path, files: Iterable[Path] = ()) -> int:
    """Remove the permissions of group and others from a data folder, its contents and `files`; returns the number
    changed. Files of other users and sticky folders (/tmp) are left and logged."""
    changed = 0
    for path in (*_inside(folder), *files):
        try:
            changed += _tighten(path)
        except OSError as error:
            log.warning("private.not_tightened", path=str(path), reason=error.strerror or str(error))
    if changed:
        log.warning("private.tightened", folder=str(folder), files=changed)
    return changed


def _inside(folder: Path) -> Iterator[Path]:
    """The contents of a folder, then the folder. Only its direct contents if others cannot enter it, because then they
    reach nothing below."""
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
