"""Secrets of a data folder, each in a file with mode 0600: the key that signs sessions, the proof that a caller
owns the folder, and the key from which secrets of agencies are derived.
"""

from __future__ import annotations

import hmac
import os
from contextlib import suppress
from pathlib import Path

from single_window.keys import secret
from single_window.private import descriptor, make_folder

SESSION_KEY, OPERATOR_SECRET, PLANS_KEY = "session.key", "operator.secret", "plans.key"
SCHEME = "operator"
ACCOUNT = "X-Act-As"
"""Header with the account as which the folder's owner acts; default: the operator."""


def folder_secret(folder: Path, name: str) -> str:
    """A secret of a data folder, created if missing; all processes get the same one."""
    path = make_folder(folder) / name
    if not path.exists():
        _make(path)
    return path.read_text("ascii").strip()


def owner_headers(folder: Path, account: str = "") -> dict[str, str]:
    """Headers of a call by the owner of a data folder to its window, as operator or as an account; empty if the folder
    has no secret.

    Whoever can read the secret can also write the database, so it grants nothing more."""
    try:
        proof = (folder / OPERATOR_SECRET).read_text("ascii").strip()
    except OSError:
        return {}
    return {"Authorization": f"{SCHEME.title()} {proof}", **({ACCOUNT: account} if account else {})}


def is_owner(folder: Path, presented: str) -> bool:
    """True if this is the operator's secret of a data folder; False if the folder has none."""
    known = owner_headers(folder).get("Authorization", "").partition(" ")[2]
    return bool(known) and hmac.compare_digest(known.encode(), presented.encode())


def _make(path: Path) -> None:
    """Create the file atomically, so that other processes never read half a key."""
    draft = path.with_name(f"{path.name}.{os.getpid()}-{secret()[:8]}")
    with os.fdopen(descriptor(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC), "w") as opened:
        opened.write(f"{secret()}\n")
        opened.flush()
        os.fsync(opened.fileno())
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
