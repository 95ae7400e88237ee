"""Receipts as files, in the order of the mailbox; each becomes visible once, when it is complete.

Files are written under hidden names, then the last sequence is recorded, then the files are renamed. After a kill the
next start renames hidden files up to the recorded sequence and deletes later ones, which are written again.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote, unquote

import msgspec
from sqlalchemy import Engine

from single_window.private import open_file
from single_window.receipts import rows as receipts
from single_window.receipts.rows import Rendered
from single_window.receipts.tolerances import apply_tolerances
from single_window.receipts.unwritable import past_unwritable
from single_window.store import taken_receipts
from single_window.store.engine import reading, writing
from single_window.store.names import FOLDER

STATE = ".last.json"
HIDDEN = ".new-"
MAX_RECEIPTS = 1_000
"""Maximum number of receipts in one round."""


def file_name(text: str) -> str:
    """A safe folder name for a text: everything except letters, digits, - and _ is percent-encoded."""
    return quote(text, safe="").replace(".", "%2E") or "%"


def text_of(name: str) -> str:
    """The inverse of `file_name`."""
    return unquote(name) if name != "%" else ""


class Outbox:
    """The folder of one participant; its name is the encoded DXP id."""

    def __init__(self, engine: Engine, sandbox: str, folder: Path) -> None:
        self._engine, self._sandbox, self._folder = engine, sandbox, folder
        self._mailbox = text_of(folder.name)
        self._last = self._recorded()
        self._recover()

    def deliver(self) -> int:
        """Write new receipts; returns the number of files."""
        rendered = past_unwritable(self._engine, self._sandbox, self._mailbox, self._rendered)
        if not rendered:
            return 0
        names = [f"{body.last:012d}-{file_name(body.code)}.xml" for body in rendered]
        for name, body in zip(names, rendered, strict=True):
            write_file(self._folder / f"{HIDDEN}{name}", body.body)
        behind, last = self._last, rendered[-1].last
        self._record(last)
        for name in names:
            os.replace(self._folder / f"{HIDDEN}{name}", self._folder / name)
        with writing(self._engine) as connection:
            taken_receipts.extend(connection, self._sandbox, self._mailbox, behind, last)
        return len(names)

    def _rendered(self) -> Sequence[Rendered]:
        with reading(self._engine) as connection:
            page = receipts.after(connection, self._sandbox, self._mailbox, self._last, MAX_RECEIPTS)
            strict = receipts.render(connection, page)
            return apply_tolerances(connection, self._sandbox, self._mailbox, strict, FOLDER)

    def _recorded(self) -> int:
        try:
            return int(msgspec.json.decode((self._folder / STATE).read_bytes())["last"])
        except FileNotFoundError:
            return 0

    def _record(self, last: int) -> None:
        partial = self._folder / f"{STATE}.tmp"
        write_file(partial, msgspec.json.encode({"last": last}))
        os.replace(partial, self._folder / STATE)
        _sync(self._folder)
        self._last = last

    def _recover(self) -> None:
        """Finish the round of a killed process."""
        for path in sorted(self._folder.glob(f"{HIDDEN}*.xml")):
            name = path.name.removeprefix(HIDDEN)
            if int(name.partition("-")[0]) <= self._last:
                os.replace(path, self._folder / name)
            else:
                path.unlink()


def write_file(path: Path, content: bytes) -> None:
    """Write a file so that it survives a loss of power; what stands there, as a link, is neither followed nor kept."""
    path.unlink(missing_ok=True)
    with open_file(path, "xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """fsync a folder, so that renames survive a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
