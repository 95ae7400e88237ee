"""The key that signs sessions: made once, kept in the data folder for the window's own user alone."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from single_window.keys import secret
from single_window.private import descriptor, make_folder

NAME = "session.key"


def session_key(folder: Path) -> str:
    """The key of a data folder; all its processes get the same, whoever of them comes first."""
    path = make_folder(folder) / NAME
    if not path.exists():
        _make(path)
    return path.read_text("ascii").strip()


def _make(path: Path) -> None:
    """Make the file whole or not at all: a process beside never reads half a key."""
    draft = path.with_name(f"{NAME}.{os.getpid()}-{secret()[:8]}")
    with os.fdopen(descriptor(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC), "w") as opened:
        opened.write(f"{secret()}\n")
        opened.flush()
        os.fsync(opened.fileno())
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
