"""Anchors of the log of decisions in a file outside the database: heads of chains, one JSON object a line."""

from __future__ import annotations

from pathlib import Path

import msgspec

from single_window.frame.commands.call import Failure
from single_window.store.decision_log_check import Anchor


class _Line(msgspec.Struct):
    sandbox: str
    sequence: int
    hash: str


def read(path: Path | None, sandbox: str) -> list[Anchor]:
    """The anchors of a sandbox in a file, oldest first; none where there is no file yet. Raises `Failure` for a file
    that is none of ours."""
    if path is None or not path.exists():
        return []
    try:
        lines = [msgspec.json.decode(line, type=_Line) for line in path.read_bytes().splitlines() if line.strip()]
    except (OSError, msgspec.MsgspecError) as bad:
        raise Failure(f"{path} holds no anchors of the log: {bad}. Name the file that --anchor wrote.") from None
    return [Anchor(line.sequence, line.hash) for line in lines if line.sandbox == sandbox]


def add(path: Path, sandbox: str, sequence: int, chain_hash: str) -> None:
    """Add the head of a sandbox's chain, unless it is there. Raises `Failure` where the file cannot be written."""
    if Anchor(sequence, chain_hash) in read(path, sandbox):
        return
    try:
        with path.open("ab") as opened:
            opened.write(msgspec.json.encode(_Line(sandbox, sequence, chain_hash)) + b"\n")
    except OSError as bad:
        raise Failure(f"The anchor was not written to {path}: {bad.strerror}.") from None
