"""Calls of participants, each with the one HTTP status that the description of the interface gives it: what is right
and what is wrong with a parameter, a body, a number or a mailbox. They stand in `statuses_of_calls.csv`."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from simulators.entry.windows import CallRefused, SandboxClient

ANSWERED, TOO_LARGE = 200, b"<a>" + b" " * 20_000_001
"""200 stands for any status of success."""


class KnownStatus(NamedTuple):
    """A call and its status. `{box}`, `{order}` and `{sandbox}` stand for a mailbox, an order number and the sandbox of
    the probe, `{pre}`, `{cop}`, `{invt}` and `{bill}` for the other numbers of its list; the bodies MESSAGE,
    OTHER_BYTES (under its id) and TOO_LARGE for messages."""

    method: str
    path: str
    query: str
    body: str
    status: str


def table() -> Sequence[KnownStatus]:
    """All calls."""
    text = Path(__file__).with_name("statuses_of_calls.csv").read_text("utf-8")
    return [KnownStatus(**row) for row in csv.DictReader(text.splitlines())]


def wrong(sandbox: SandboxClient) -> Iterator[str]:
    """Yield what is wrong."""
    trade, message = sandbox.sample("import", "known statuses"), sandbox.sample("311", "known status").messages["311"]
    sandbox.submit(trade)
    sandbox.settle()
    [listed] = sandbox.state(trade).declarations
    names = {"box": trade.mailbox("621"), "order": trade.order_no, "sandbox": sandbox.name}
    names |= {"pre": listed.pre_no, "cop": listed.cop_no, "invt": listed.invt_no, "bill": trade.value("billNo", "621")}
    bodies = {"MESSAGE": message, "OTHER_BYTES": message + b"\n", "TOO_LARGE": TOO_LARGE}
    for call in table():
        status = _status(sandbox, call, names, bodies)
        if status != int(call.status):
            asked = "?".join(filter(None, (call.path, call.query)))
            yield f"{call.method} {asked} {call.body}: HTTP {status}, not {call.status}"


def _status(sandbox: SandboxClient, call: KnownStatus, names: Mapping[str, str], bodies: Mapping[str, bytes]) -> int:
    query = dict(each.split("=", 1) for each in named(call.query, names).split("&") if each)
    body = bodies.get(call.body) or named(call.body, names).encode() or None
    kind = "application/xml" if call.body in bodies else "application/json"
    headers = {"Content-Type": kind} if body else {}
    try:
        sandbox.call(call.method, named(call.path, names), query=query, body=body, headers=headers)
    except CallRefused as refused:
        return refused.status
    return ANSWERED


def named(text: str, names: Mapping[str, str]) -> str:
    """A text with names in the place of `{box}` and its like."""
    for word, name in names.items():
        text = text.replace(f"{{{word}}}", name)
    return text
