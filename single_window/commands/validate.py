"""`single-window validate`: everything about a message, and nothing changes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

import click

from schemas import catalogue
from schemas.catalogue import EDITION
from schemas.findings import Finding
from schemas.reading import Unreadable, open_message, read
from single_window.commands.call import FAILED, Call, command
from single_window.commands.findings import show_findings
from single_window.intake import validation
from single_window.intake.explaining import explain
from single_window.language.words import phrase
from single_window.wiring import Window, open_window


@click.command()
@click.argument("file", type=click.File("rb"))
@click.option("--edition", type=click.Choice(catalogue.EDITIONS), help="Schema edition [default: the sender's].")
@click.option("--tax", is_flag=True, help="The tax of each list too, with its working.")
@command
def validate(call: Call, file: BinaryIO, edition: str | None, tax: bool) -> None:
    """Tell everything about one message (- reads standard input); nothing is stored.

    \b
    Examples:
      single-window validate list.xml
      single-window sample 621 | single-window validate - --tax
    """
    body = file.read()
    told = _receipt(body, call, edition)
    if told is None:
        with window_for(call) as window:
            told = validation.validate(window, call.sandbox, body, edition).plain()
    call.give(told)
    _show(call, getattr(file, "name", "<stdin>"), told, tax)
    if not told["valid"]:
        raise click.exceptions.Exit(FAILED)


@contextmanager
def window_for(call: Call) -> Iterator[Window]:
    """The sandbox's window, where there are data; else an empty one that is gone afterwards."""
    if call.settings.database or (call.settings.data / "window.sqlite3").exists():
        with call.window() as window:
            yield window
        return
    with TemporaryDirectory() as folder:
        window = open_window(replace(call.settings, data=Path(folder), broker="memory://", readers=0))
        try:
            yield window
        finally:
            window.close()


def _receipt(body: bytes, call: Call, edition: str | None) -> dict[str, Any] | None:
    """What is sent to participants is judged by its schema alone; None for anything else."""
    try:
        opened = open_message(body, cap=call.settings.body_cap)
    except Unreadable:
        return None
    if not opened.entry.receipt:
        return None
    message = read(opened, edition or EDITION, explain=explain)
    return {
        "valid": not message.findings,
        "type": opened.entry.root,
        "edition": message.edition,
        "count": opened.count,
        "sender": "",
        "documents": [],
        "findings": [{"stage": "form", **one._asdict()} for one in message.findings],
    }


def _show(call: Call, name: str, told: dict[str, Any], tax: bool) -> None:
    findings = told["findings"]
    what = (
        f"{told['type']}, edition {told['edition']}, {told['count']} document(s)"
        if told["type"]
        else "no message of ours"
    )
    call.say(f"{name}: {what}: {f'{len(findings)} finding(s)' if findings else 'no finding 校验通过'}")
    show_findings(call, [Finding(**{key: value for key, value in one.items() if key != "stage"}) for one in findings])
    for one in told["documents"]:
        stored = f", stored before by message {one['stored']['message']}" if one["stored"] else ""
        call.say(
            f"  document {one['position']} ({one['key']}): would be {_WOULD.get(one['would'], one['would'])}{stored}"
        )
        if export := one.get("export"):
            missing = ", ".join(call.pick(phrase("role", kind)) for kind in export["missing"])
            call.say(f"    {call.pick(phrase('label', 'fob'))} {export['fob'] or '?'}"
                     + (f" · {call.pick(phrase('label', 'not_there'))}: {missing}" if missing else ""))
        if tax and one["tax"]:
            for line in one["tax"]["working_zh" if call.language == "zh" else "working_en"]:
                call.say(f"    {line}")


_WOULD = {
    "insert": "taken in as new 新增",
    "replace": "taken in place of the stored one 变更",
    "delete": "deleted 删除",
    "declare_staged": "declared, it was staged 申报",
    "refuse": "refused 拒收",
    "repeat": "answered as a repetition 重复",
}
