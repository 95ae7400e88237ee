"""Receipts as files: in the order of a mailbox, each visible once and only when it is complete.

Files are first written under hidden names, then the place in the sequence is remembered, then they are renamed. What
a kill left behind decides what the next start does: up to the remembered place rename, beyond it write anew.
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
from single_window.receipts.tolerances import tolerated
from single_window.receipts.unwritable import past_unwritable
from single_window.store.engine import reading
from single_window.store.names import FOLDER

STATE = ".last.json"
HIDDEN = ".new-"
MOST = 1_000
"""Receipts in one round at most."""


def file_name(text: str) -> str:
    """A name for a folder that no text can lead out of: what is no letter, digit, - or _ is percent-encoded."""
    return quote(text, safe="").replace(".", "%2E") or "%"


def text_of(name: str) -> str:
    """The text that `file_name` made a name of."""
    return unquote(name) if name != "%" else ""


class Outbox:
    """The folder of one participant; its name is his DXP id."""

    def __init__(self, engine: Engine, sandbox: str, folder: Path) -> None:
        self._engine, self._sandbox, self._folder = engine, sandbox, folder
        self._mailbox = text_of(folder.name)
        self._last = self._remembered()
        self._mend()

    def deliver(self) -> int:
        """Write what is new; gives the number of files."""
        rendered = past_unwritable(self._engine, self._sandbox, self._mailbox, self._rendered)
        if not rendered:
            return 0
        names = [f"{body.last:012d}-{file_name(body.code)}.xml" for body in rendered]
        for name, body in zip(names, rendered, strict=True):
            _write(self._folder / f"{HIDDEN}{name}", body.body)
        self._remember(rendered[-1].last)
        for name in names:
            os.replace(self._folder / f"{HIDDEN}{name}", self._folder / name)
        return len(names)

    def _rendered(self) -> Sequence[Rendered]:
        with reading(self._engine) as connection:
            page = receipts.after(connection, self._sandbox, self._mailbox, self._last, MOST)
            strict = receipts.render(connection, page)
            return tolerated(connection, self._sandbox, self._mailbox, strict, FOLDER)

    def _remembered(self) -> int:
        try:
            return int(msgspec.json.decode((self._folder / STATE).read_bytes())["last"])
        except FileNotFoundError:
            return 0

    def _remember(self, last: int) -> None:
        partial = self._folder / f"{STATE}.tmp"
        _write(partial, msgspec.json.encode({"last": last}))
        os.replace(partial, self._folder / STATE)
        _sync(self._folder)
        self._last = last

    def _mend(self) -> None:
        """Finish what an earlier process began."""
        for path in sorted(self._folder.glob(f"{HIDDEN}*.xml")):
            name = path.name.removeprefix(HIDDEN)
            if int(name.partition("-")[0]) <= self._last:
                os.replace(path, self._folder / name)
            else:
                path.unlink()


def _write(path: Path, content: bytes) -> None:
    with open_file(path, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """Make renames last through a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
