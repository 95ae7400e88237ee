"""Secrets of a data folder, each in a file of its own, made once for the window's own user alone: the key that signs
sessions, and the proof that a caller owns the folder."""

from __future__ import annotations

import hmac
import os
from contextlib import suppress
from pathlib import Path

from single_window.keys import secret
from single_window.private import descriptor, make_folder

SESSION_KEY, OPERATOR_SECRET = "session.key", "operator.secret"
SCHEME = "operator"
ACCOUNT = "X-Act-As"
"""The header that names the account as which the owner of the folder acts, who is the operator otherwise."""


def folder_secret(folder: Path, name: str) -> str:
    """The secret of a data folder under this name; all its processes get the same, whoever of them comes first."""
    path = make_folder(folder) / name
    if not path.exists():
        _make(path)
    return path.read_text("ascii").strip()


def owner_headers(folder: Path, account: str = "") -> dict[str, str]:
    """The headers of a call that the owner of a data folder makes to the window that runs on it, as himself or as an
    account; none where the folder has no secret.

    Whoever can read the secret could as well write into the database: it gives nobody more than he has."""
    try:
        proof = (folder / OPERATOR_SECRET).read_text("ascii").strip()
    except OSError:
        return {}
    return {"Authorization": f"{SCHEME.title()} {proof}", **({ACCOUNT: account} if account else {})}


def is_owner(folder: Path, given: str) -> bool:
    """True if this is the operator's secret of a data folder; nobody has that of a folder without one."""
    known = owner_headers(folder).get("Authorization", "").partition(" ")[2]
    return bool(known) and hmac.compare_digest(known.encode(), given.encode())


def _make(path: Path) -> None:
    """Make the file whole or not at all: a process beside never reads half a key."""
    draft = path.with_name(f"{path.name}.{os.getpid()}-{secret()[:8]}")
    with os.fdopen(descriptor(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC), "w") as opened:
        opened.write(f"{secret()}\n")
        opened.flush()
        os.fsync(opened.fileno())
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
