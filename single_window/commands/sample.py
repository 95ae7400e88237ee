"""`single-window sample`: prints a valid message of each type."""

from __future__ import annotations

import sys
from collections.abc import Mapping

import click

from schemas import catalogue
from schemas.message_types import EDITION, EDITIONS, MessageType
from schemas.reading import open_message, read
from single_window.clock import monotonic, system_now
from single_window.frame.commands.call import Call, Failure, NoData
from single_window.frame.commands.local import local_command
from single_window.frame.commands.options import option
from single_window.intake import samples


@local_command(examples=("621 > list.xml", "621 --fresh second > list.xml", "codeco > codeco.edi", "--list"))
def sample(
    call: Call,
    code: str | None,
    edition: str = option("Schema edition to validate it with.", type=click.Choice(EDITIONS), default=EDITION),
    fresh: str | None = option(
        "Use new guids, times and numbers; samples with the same KEY belong to one trade.",
        is_flag=False,
        flag_value="",
        metavar="[KEY]",
    ),
    listed: bool = option("List all types.", "--list"),
) -> None:
    """Print the sample of a message type, or of an EDIFACT interchange (CODECO, DESADV_D01B). Those of messages belong
    to one synthetic trade and match each other.

    Without --fresh, a sample is the same transmission every time. With --fresh it can be sent repeatedly: the numbers
    are derived from KEY, the times from the sandbox's clock. Numbers assigned by the window (preNo, invtNo) do not
    change.
    """
    if fresh is not None and code is None:
        raise click.UsageError("Name the type before --fresh, as in: single-window sample 621 --fresh second")
    if listed or code is None:
        _list(call)
        return
    if interchange := samples.interchanges().get(code.upper()):
        if fresh is not None:
            raise Failure(f"{code} is an EDIFACT interchange; --fresh is for messages in XML.")
        return _show(call, interchange.read_bytes(), {"code": interchange.stem}, "edifact")
    entry = catalogue.by_code(
        code.upper().removeprefix("CEB").removesuffix("MESSAGE") if code[:3].upper() == "CEB" else code
    )
    body = samples.sample(entry) if fresh is None else _fresh(call, entry, fresh)
    findings = read(open_message(body), edition).findings
    if findings:
        raise Failure(
            f"The sample of {entry.code} is for edition {EDITION}; it is invalid in edition {edition}: "
            f"{findings[0].en} ({findings[0].path})"
        )
    _show(call, body, {"code": entry.code, "root": entry.root, "edition": edition}, "xml")


def _show(call: Call, body: bytes, about: Mapping[str, str], syntax: str) -> None:
    if call.as_json:
        call.print_json({**about, syntax: body.decode()})
    else:
        sys.stdout.buffer.write(body)
        sys.stdout.flush()


def _fresh(call: Call, entry: MessageType, key: str) -> bytes:
    if entry.receipt:
        raise Failure(f"{entry.code} is sent by the window; --fresh is not possible.")
    from single_window.frame.commands import on_data  # imported late: without --fresh no database is needed

    try:
        with on_data.reading(call) as (window, _):
            now = window.now(call.sandbox)
    except NoData:
        now = system_now()
    return samples.fresh(entry, key or f"{system_now()}|{monotonic()}", now)


def _list(call: Call) -> None:
    interchanges = [name for name in samples.interchanges() if "_" in name]
    entries = [entry for entry in catalogue.entries() if (samples.FOLDER / f"{entry.root}.xml").exists()]
    call.print_json(
        [
            {
                "code": entry.code,
                "title_zh": entry.title_zh,
                "title_en": entry.title_en,
                "sender": entry.sender,
                "answered_by": entry.answered_by,
                "key": list(entry.key),
            }
            for entry in entries
        ]
        + [{"code": name, "title_zh": "EDIFACT交换", "title_en": "EDIFACT interchange"} for name in interchanges]
    )
    call.table(
        "",
        ("code 代码", "message 报文", "sent by 发送方", "answered by 回执", "business key 业务主键"),
        [
            (
                entry.code,
                f"{entry.title_en} {entry.title_zh}",
                entry.sender,
                entry.answered_by or "",
                ", ".join(entry.key),
            )
            for entry in entries
        ]
        + [(name, "EDIFACT interchange EDIFACT交换", "", "CONTRL", "") for name in interchanges],
    )
