"""Mailboxes and keys: every call that takes a mailbox is made with the key of its holder and with those of others,
about own mailboxes, those of others, and one that nobody has; and every message, and every capture of events, is asked
for with each of the keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlencode

from simulators.entry.windows import CallRefused, SandboxClient, WindowClient
from simulators.probes.rights import NOBODY, RIGHTS, holder_of, table

QUERIES: Mapping[str, str] = {"/receipts": "mailbox", "/conformance": "mailbox", "/messages": "company"}
"""Calls that are asked about a mailbox by a parameter → its name; others have it in their path."""
REPEATED = ("/receipts", "/conformance")
"""Calls that are asked about two mailboxes at once, of which one is another's."""
FOREIGN, UNKNOWN, FOUND = "no-such-mailbox", 404, 200
EVENT: Mapping[str, Any] = {
    "@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    "type": "ObjectEvent",
    "eventTime": "2026-11-20T08:00:00+08:00",
    "eventTimeZoneOffset": "+08:00",
    "action": "OBSERVE",
    "epcList": ["urn:epc:id:sgtin:0614141.107346.2017"],
}
HOLDERS = 2
"""Holders whose keys are tried on each other's mailboxes."""


def probe(client: WindowClient, sandbox: SandboxClient) -> Iterator[str]:
    """Yield what is wrong; nothing where the caller may make no keys."""
    with ExitStack() as opened:
        trade = sandbox.sample("import", "mailboxes of keys")
        sent = {message.id: trade.mailbox(message.type[3:6]) for message in sandbox.submit(trade)}
        boxes = list(dict.fromkeys(sent.values()))
        try:
            holders = {box: holder_of(client, sandbox, opened, [box], RIGHTS) for box in boxes[:HOLDERS]}
        except CallRefused as refused:
            if refused.status in {401, 403}:
                return
            raise
        for own, holder in holders.items():
            yield from _calls(holder, own, [*holders, NOBODY])
            yield from _of_two(holder, own, [*(box for box in holders if box != own), NOBODY])
            yield from _messages(holder, own, sent)
        told = ("send_messages", "read_receipts")  # officers read what became of anybody's events
        yield from _captures({box: holder_of(client, sandbox, opened, [box], told) for box in holders})


def _calls(holder: SandboxClient, own: str, boxes: Sequence[str]) -> Iterator[str]:
    """The faults of calls about mailboxes."""
    for call in table():
        name = QUERIES.get(call.path, "") if call.method == "GET" else ""
        if not call.rights or not (name or "{mailbox}" in call.path):
            continue
        for box in boxes:
            codes = _codes(holder, call.method, call.asked(box), {name: box} if name else {})
            if (FOREIGN in codes) == (box == own):
                got = " ".join(codes) or "an answer"
                yield f"{call.method} {call.path} about {box} with the key of {own}: {got}"


def _of_two(holder: SandboxClient, own: str, others: Sequence[str]) -> Iterator[str]:
    """The faults of calls about the holder's own mailbox and another, in both orders."""
    for path in REPEATED:
        for other in others:
            for first, second in ((own, other), (other, own)):
                asked = f"{path}?{urlencode([('mailbox', first), ('mailbox', second)])}"
                if FOREIGN not in _codes(holder, "GET", asked, {}):
                    yield f"GET {asked} with the key of {own} is not refused"


def _messages(holder: SandboxClient, own: str, sent: Mapping[int, str]) -> Iterator[str]:
    """The faults of calls about messages, all of them and by their numbers."""
    listed = {message.get("sender", own) for message in holder.call("GET", "/messages")["messages"]}
    if listed - {own}:
        yield f"the key of {own} lists messages of {', '.join(sorted(listed - {own}))}"
    for number, sender in sent.items():
        for path in (f"/messages/{number}", f"/messages/{number}/body"):
            status, wanted = _status(holder, path), FOUND if sender == own else UNKNOWN
            if status != wanted:
                yield f"GET {path} of {sender} with the key of {own}: HTTP {status}, not {wanted}"


def _captures(holders: Mapping[str, SandboxClient]) -> Iterator[str]:
    """The faults of calls about what became of captured events: that is told to their own mailbox alone."""
    for sender, capturing in holders.items():
        number = capturing.call("POST", "/epcis/capture", json=dict(EVENT))["captureID"]
        for own, holder in holders.items():
            status, wanted = _status(holder, f"/epcis/capture/{number}"), FOUND if sender == own else UNKNOWN
            if status != wanted:
                yield f"GET /epcis/capture/{{number}} of {sender} with the key of {own}: HTTP {status}, not {wanted}"


def _codes(holder: SandboxClient, method: str, path: str, query: Mapping[str, Any]) -> list[str]:
    body: dict[str, Any] = {} if method == "GET" else {"body": b"{}", "headers": {"Content-Type": "application/json"}}
    try:
        holder.call(method, path.removesuffix("?"), query=query, **body)
    except CallRefused as refused:
        return refused.codes
    return []


def _status(holder: SandboxClient, path: str) -> int:
    try:
        holder.caller.fetch(path, headers={"X-Sandbox": holder.name})
    except CallRefused as refused:
        return refused.status
    return FOUND
