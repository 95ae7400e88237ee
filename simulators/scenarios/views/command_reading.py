"""Reads what the command line says of a sandbox: the command lines of `command_lines.toml`, one after the other, each
as a person reads it and as a program does."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from simulators.entry.command_lines import CommandProcess
from simulators.entry.windows import SandboxClient
from simulators.scenarios.views.plain import AN_ID
from simulators.scenarios.views.reading import View

FILE = "command_lines.toml"
OF_NO_WINDOW = frozenset({"scenarios", "rules", "sample", "scenario"})
"""Commands that take no address."""
OFFLINE = ("faults list",)
READING = frozenset({"list", "show", "stock", "plans", "due", "bills", "parcel", "profile"})
"""Words of commands that change nothing, and are run a second time for their JSON."""
TEXT_ALONE = frozenset({"trigger", "faults", "clock"})
"""Commands whose JSON has more ids of rows and instants of the machine than what they do."""
_ID = re.compile(r"(?<![\d.:/@-])\b\d{2,6}\b(?![\d./%-])")
"""Numbers in a text that may be ids of rows, with which those of other sandboxes mix: no amounts, no days."""
_NAMED_BY_ID = re.compile(r"\b([a-z_]+-)\d{2,7}(?= *│)")
"""Names that end in the id of a row, as those of triggers do."""
_WIDE = re.compile(r"([ ─━═])\1+")
"""What fills the columns of a table, whose width follows from its ids."""
GUARANTEE = "assure_code,name,amount\n3702960009,担保（模拟）,1000.00\n"


class CommandReader:
    """Reader of what command lines say of a sandbox."""

    def __init__(self, sandbox: SandboxClient) -> None:
        self._sandbox = sandbox

    def views(self) -> Iterator[View]:
        """A view of each command line; the status is its exit status."""
        with TemporaryDirectory(prefix="command-lines-") as folder, CommandProcess(Path(folder)) as process:
            values = self._values(Path(folder))
            for line in lines():
                for more in ((), ("--json",)) if _has_json(line) else ((),):
                    words = [_filled(word, values) for word in shlex.split(line)]
                    said = process.run([*words, *self._place(line), *more])
                    text = said.text.replace(folder, "FOLDER").replace(self._sandbox.caller.url, "WINDOW")
                    yield View(f"$ {' '.join([line, *more])}", line, said.status, _content(text))
                    if not more:
                        self._sandbox.settle()

    def _place(self, line: str) -> list[str]:
        """The options that name the window and the sandbox."""
        if line.split()[0] in OF_NO_WINDOW or line in OFFLINE:
            return []
        return ["--url", self._sandbox.caller.url, "--sandbox", self._sandbox.name]

    def _values(self, folder: Path) -> Mapping[str, str]:
        call = self._sandbox.call
        waiting = call("GET", "/declarations", query={"state": "in_review"})["declarations"]
        lists = waiting or call("GET", "/declarations")["declarations"] or [{}]
        bills = call("GET", "/tax/bills")["bills"] or [{}]
        boxes = call("GET", "/mailboxes")["mailboxes"] or [{}]
        folder.joinpath("list.xml").write_bytes(self._sandbox.sample("import").messages["621"])
        folder.joinpath("note.txt").write_text("随附说明\n", "utf-8")
        folder.joinpath("guarantees.csv").write_text(GUARANTEE, "utf-8")
        return {
            "list": str(lists[0].get("invt_no", "")),
            "list2": str(lists[-1].get("invt_no", "")),
            "order": str(lists[0].get("order_no", "")),
            "order2": str(lists[-1].get("order_no", "")),
            "id": str(lists[0].get("id", "")),
            "company": str(lists[0].get("ebc_code", "")),
            "bill": str(bills[0].get("tax_no", "")),
            "mailbox": str(boxes[0].get("mailbox", "")),
            "file": "list.xml",
            "text": "note.txt",
            "guarantee": "guarantees.csv",
        }


def lines() -> list[str]:
    """The command lines."""
    text = files(__package__).joinpath(FILE).read_text("utf-8")
    return list(tomllib.loads(text)["lines"])


def _has_json(line: str) -> bool:
    return bool(READING & {*line.split()}) and line.split()[0] not in TEXT_ALONE


def _filled(word: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        word = word.replace(f"{{{name}}}", value)
    return word


def _content(text: str) -> Any:
    """Return what a command said: parsed JSON, or its text."""
    try:
        return json.loads(text)
    except ValueError:
        return _WIDE.sub(r"\1", _ID.sub(AN_ID, _NAMED_BY_ID.sub(rf"\g<1>{AN_ID}", text)))
