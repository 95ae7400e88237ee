"""Calls tell of a trade just what was sent and answered: its messages byte by byte, every fact and line of its
documents in its story, the receipts that the mailboxes hold. Two sandboxes hold trades of the same numbers, the second
at another time and with another outcome: each tells of its own alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from simulators.entry.windows import CallRefused, SampleTrade, SandboxClient, WindowClient, fresh_sandbox, sample
from simulators.probes.sending import now_of

MOMENT = "2026-11-24T08:00:00+08:00"
LATER = "3h"
NUMBERS: Mapping[str, Sequence[tuple[str, str]]] = {
    "import": (("orderNo", "311"), ("payTransactionId", "411"), ("logisticsNo", "511"), ("copNo", "621")),
    "export": (("orderNo", "303"), ("logisticsNo", "505"), ("copNo", "603")),
}
"""Flow → the elements by which its list is found, and the message that has each."""
LISTS: Mapping[str, str] = {"import": "621", "export": "603"}
NOT_FOUND = 404
SECONDS = 19
"""Characters of an instant to its second: steps of one instant are a thousandth apart."""


def probe(client: WindowClient, under: str = "") -> Iterator[str]:
    """Yield what is wrong; `under` is the prefix of the sandboxes' names."""
    with (
        fresh_sandbox(client, "told", "probes", MOMENT, under=under) as own,
        fresh_sandbox(client, "twin", "probes", MOMENT, under=under) as twin,
    ):
        now = now_of(own)
        trades = {flow: sample(flow, f"told {flow}", now) for flow in NUMBERS}
        twin.clock.advance(LATER)
        for sandbox, outcome in ((own, ""), (twin, "reviewed")):
            for flow, trade in trades.items():
                sent = sandbox.submit(trade, **({"X_Scenario": outcome} if outcome and flow == "import" else {}))
                sandbox.settle()
                yield from _messages(sandbox, trade, [message.id for message in sent], twin if sandbox is own else own)
        for sandbox in (own, twin):
            for flow, trade in trades.items():
                yield from _found(sandbox, flow, trade)
                yield from _story(sandbox, trade)


def _messages(
    sandbox: SandboxClient, trade: SampleTrade, numbers: Sequence[int], elsewhere: SandboxClient
) -> Iterator[str]:
    """The messages of a trade as they are shown, and that another sandbox does not show them."""
    now = _instant(sandbox.clock.show().now)
    for number, (code, body) in zip(numbers, trade.messages.items(), strict=True):
        shown = sandbox.call("GET", f"/messages/{number}")
        guid = re.findall(r' guid="([^"]+)"', body.decode())[0]
        wanted = {
            **{"code": code, "sender": trade.mailbox(code), "guid": guid, "transmission_id": guid},
            **{"size": len(body), "documents": 1, "channel": "http", "state": "read"},
        }
        for name, value in wanted.items():
            if shown[name] != value:
                yield f"the message {code} is shown with {name} {shown[name]}, and has {value}"
        if _instant(shown["received_at"]) != now:
            yield f"the message {code} came at {now}, and is shown with {shown['received_at']}"
        if sandbox.call("GET", f"/messages/{number}/body") not in {body, body.decode()}:
            yield f"the message {code} is shown with other bytes than were sent"
        for path in (f"/messages/{number}", f"/messages/{number}/body"):
            if not _is_unknown(elsewhere, path):
                yield f"GET {path} is answered in another sandbox"


def _found(sandbox: SandboxClient, flow: str, trade: SampleTrade) -> Iterator[str]:
    """The list by each of its numbers, and by none that differs in its last character."""
    for element, code in NUMBERS[flow]:
        number = trade.value(element, code)
        found = sandbox.find(number)
        if [match["order_no"] for match in found] != [trade.order_no]:
            yield f"{element} of an {flow} finds {len(found)} lists, and should find its own"
        neighbour = number[:-1] + ("1" if number[-1] != "1" else "2")
        if not _is_unknown(sandbox, f"/stories/{neighbour}"):
            yield f"{element} of an {flow} with another last character finds something"


def _story(sandbox: SandboxClient, trade: SampleTrade) -> Iterator[str]:
    """The documents and receipts that a story tells of."""
    story = sandbox.call("GET", f"/stories/{trade.order_no}")["declaration"]
    bodies = {body: code for code, body in trade.messages.items()}
    if len(story["documents"]) != len(bodies):
        yield f"a story tells of {len(story['documents'])} documents of {len(bodies)}"
    for told in story["documents"]:
        own = next((body for body in bodies if told["guid"] in body.decode()), None)
        if own is None:
            yield f"a story tells of a {told['kind']} that was not sent"
            continue
        yield from _facts(told["facts"], own, f"{bodies[own]}", 0)
        for place, line in enumerate(told["lines"]):
            yield from _facts(line, own, f"line {place + 1} of {bodies[own]}", place)
    boxes = sorted({trade.mailbox(code) for code in trade.messages} | {each["mailbox"] for each in story["receipts"]})
    keys = {told["key"] for told in story["documents"]}
    told_of = sorted((each["mailbox"], each["sequence"], each["code"], each["status"]) for each in story["receipts"])
    held = sorted(
        (box, receipt.sequence, receipt.type.removeprefix("CEB").removesuffix("Message"), receipt.status)
        for box in boxes
        for receipt in sandbox.receipts(box)
        if receipt.key in keys
    )
    if told_of != held:
        yield f"a story tells of {len(told_of)} receipts, and the mailboxes hold {len(held)}, or others"
    times = [each["at"][:SECONDS] for each in story["timeline"]]
    if times != sorted(times):
        yield "the timeline of a story is not in order"


def _facts(facts: Sequence[Mapping[str, Any]], body: bytes, where: str, place: int) -> Iterator[str]:
    """The facts of a document or a line, against the elements of the message."""
    for fact in facts:
        texts = re.findall(rf"<(?:\w+:)?{fact['name']}>([^<]*)<", body.decode())
        if place < len(texts) and not _same(fact["text"], texts[place]):
            yield f"{fact['name']} of {where} is told as {fact['text']}, and was sent as {texts[place]}"


def _same(told: str, sent: str) -> bool:
    try:
        return told == sent or float(told) == float(sent)
    except ValueError:
        return False


def _instant(text: str) -> float:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def _is_unknown(sandbox: SandboxClient, path: str) -> bool:
    try:
        sandbox.call("GET", path)
    except CallRefused as refused:
        return refused.status == NOT_FOUND
    return False
