"""`single-window sample`: a valid message of each type, to start from."""

from __future__ import annotations

import sys
from pathlib import Path

import click

import schemas
from schemas import catalogue
from schemas.reading import open_message, read
from single_window.commands.call import Call, Failure, command

FOLDER = Path(schemas.__file__).parent / "samples"


@click.command()
@click.argument("code", required=False)
@click.option(
    "--edition",
    type=click.Choice(catalogue.EDITIONS),
    default=catalogue.EDITION,
    show_default=True,
    help="Schema edition that it must fulfil.",
)
@click.option("--list", "listed", is_flag=True, help="List all types.")
@command
def sample(call: Call, code: str | None, edition: str, listed: bool) -> None:
    """Print the sample of a message type. The samples belong to one synthetic trade and fit each other.

    \b
    Example:
      single-window sample 621 > list.xml
      single-window sample --list
    """
    if listed or code is None:
        _list(call)
        return
    entry = catalogue.by_code(
        code.upper().removeprefix("CEB").removesuffix("MESSAGE") if code[:3].upper() == "CEB" else code
    )
    body = (FOLDER / f"{entry.root}.xml").read_bytes()
    findings = read(open_message(body), edition).findings
    if findings:
        raise Failure(
            f"The sample of {entry.code} is for edition {catalogue.EDITION}; edition {edition} refuses it: "
            f"{findings[0].en} ({findings[0].path})"
        )
    if call.as_json:
        call.give({"code": entry.code, "root": entry.root, "edition": edition, "xml": body.decode()})
    else:
        sys.stdout.buffer.write(body)
        sys.stdout.flush()


def _list(call: Call) -> None:
    entries = [one for one in catalogue.entries() if (FOLDER / f"{one.root}.xml").exists()]
    call.give(
        [
            {
                "code": one.code,
                "title_zh": one.title_zh,
                "title_en": one.title_en,
                "sender": one.sender,
                "answered_by": one.answered_by,
                "key": list(one.key),
            }
            for one in entries
        ]
    )
    call.table(
        "",
        ("code 代码", "message 报文", "sent by 发送方", "answered by 回执", "business key 业务主键"),
        [
            (one.code, f"{one.title_en} {one.title_zh}", one.sender, one.answered_by or "", ", ".join(one.key))
            for one in entries
        ],
    )
