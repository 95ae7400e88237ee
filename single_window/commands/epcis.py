"""`single-window epcis`: where goods were, as EPCIS events: told by participants, found by time, step or goods."""

from __future__ import annotations

import re
from typing import Any, BinaryIO

import click

from single_window.frame.commands.call import FAILED, Call, Columns
from single_window.frame.commands.options import option
from single_window.frame.commands.rows import CommandGroup
from single_window_client import SandboxClient
from single_window_client.calls import part

_PAGE = 100
_TOKEN = re.compile(r"nextPageToken=([^&>]+)")
_SHOWN = 2
"""Items and lots of an event that a line names."""

epcis = CommandGroup("epcis")


@epcis.client(examples=("events.jsonld", "events.jsonld --mailbox DXPENT0000000001 --proceed"))
def capture(
    call: Call,
    sandbox: SandboxClient,
    file: BinaryIO,
    mailbox: str = option("DXP id of the participant who tells.", metavar="MAILBOX", default=""),
    proceed: bool = option("Take the other events where one is wrong."),
) -> None:
    """Capture an EPCIS document (JSON)."""
    headers = {
        "Content-Type": "application/ld+json",
        "GS1-Capture-Error-Behaviour": "proceed" if proceed else "rollback",
    }
    query = {"mailbox": mailbox}
    told = sandbox.call("POST", "/epcis/capture", body=file.read(), query=query, headers=headers)
    call.print_json(told)
    call.print_line(f"Capture 报送 {told['captureID']}: {told['sent']} event(s) 事件, {told['taken']} new 新增")
    for found in (*told["errors"], *told["warnings"]):
        call.print_line(f"  {found['document']}: {found['zh' if call.language == 'zh' else 'en']} {found['path']}")
    if not told["success"]:
        raise click.exceptions.Exit(FAILED)


def _goods(event: dict[str, Any]) -> str:
    named = [event["parentID"]] if "parentID" in event else []
    for name, held in event.items():
        if name.endswith(("EPCList", "epcList", "childEPCs")):
            named += held
        elif name.lower().endswith("quantitylist"):
            named += [lot["epcClass"] for lot in held]
    rest = f" … {len(named)}" if len(named) > _SHOWN else ""
    return ", ".join(named[:_SHOWN]) + rest


_COLUMNS: Columns[dict[str, Any]] = (
    ("time 时间", lambda event: event["eventTime"]),
    ("type 类型", lambda event: event["type"]),
    ("step 环节", lambda event: event.get("bizStep", "")),
    ("disposition 状态", lambda event: event.get("disposition", "")),
    ("goods 货物", _goods),
    ("corrected 更正", lambda event: event.get("errorDeclaration", {}).get("reason", "")),
)


@epcis.client(
    examples=("--of urn:epc:id:sgtin:0614141.107346.2017", "--step receiving --since 2026-11-20T00:00:00+08:00")
)
def events(
    call: Call,
    sandbox: SandboxClient,
    of: str = option("Of this item or lot, as EPC URN or Digital Link.", metavar="IDENTIFIER", default=""),
    step: str = option("With this business step.", metavar="WORD", default=""),
    since: str = option("From this time on.", metavar="TIME", default=""),
    until: str = option("Before this time.", metavar="TIME", default=""),
    limit: int = option("Events at most.", type=click.IntRange(1, 1_000), default=100),
) -> None:
    """Query captured EPCIS events, by their time."""
    wanted = {"EQ_bizStep": step, "GE_eventTime": since, "LT_eventTime": until}
    document, more = _found(sandbox, f"/epcis/epcs/{part(of)}/events" if of else "/epcis/events", wanted, limit)
    call.print_json(document)
    call.records("", _COLUMNS, _events_of(document))
    if more:
        call.print_line("There are more: --limit, --since 还有更多事件")


def _found(sandbox: SandboxClient, path: str, query: dict[str, Any], limit: int) -> tuple[dict[str, Any], bool]:
    """A document with the first events of a query, from as many pages as they take, and whether there are more."""
    headers: dict[str, str] = {}
    document = sandbox.call("GET", path, query={**query, "perPage": min(limit, _PAGE)}, received=headers)
    events = _events_of(document)
    while (token := _TOKEN.search(headers.pop("Link", ""))) and len(events) < limit:
        following = {**query, "perPage": min(limit - len(events), _PAGE), "nextPageToken": token[1]}
        events += _events_of(sandbox.call("GET", path, query=following, received=headers))
    return document, token is not None


def _events_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = document["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    return events
