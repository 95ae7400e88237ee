"""Probes what the owner of a window prunes: bytes of old messages, persons in the papers of imports that have ended,
and later those papers; what is younger, not ended, or must be kept by law stays."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import NamedTuple

from simulators.entry.windows import CallRefused, SampleTrade, SandboxClient, WindowClient

MOMENT = {"mode": "frozen", "at": "2026-11-24T08:00:00+08:00"}
DAY, DAY_AFTER, KEPT_UNTIL = "2026-11-24", "2026-11-25", "2029-11-25T08:00:00+08:00"
"""The day of the first trades, the next one, and that on which their records need no longer be kept, in 36 months."""
NEXT_DAY, MIDNIGHT = "2026-11-25T00:00:00+08:00", "2026-11-24T16:00:00"
"""The first instant that is not pruned, in Beijing and in Greenwich."""
BUYER = "李示例"
DONE, LACKS, NOT_FOUND, KEPT = 200, 403, 404, 422


class PrunedTrades(NamedTuple):
    """Trades of the first day, of which one was rejected, one released, and one waits; and one rejected at midnight."""

    rejected: SampleTrade
    released: SampleTrade
    waiting: SampleTrade
    later: SampleTrade


def complaints(owner: WindowClient, stranger: WindowClient) -> Iterator[str]:
    """Yield what is wrong; `stranger`: the window as somebody else calls it."""
    sandbox = owner.make_sandbox("pruned", "ci", "pruned", MOMENT)
    trades = _sent(sandbox)
    yield from _counted(sandbox, DAY, (0, 0))
    yield from _counted(sandbox, DAY_AFTER, (12, 1))
    if (status := _status(stranger.sandbox(sandbox.name), "GET", "?before=" + DAY)) != LACKS:
        yield f"who does not own the data folder counts what is pruned: HTTP {status}"
    if (status := _status(sandbox, "GET", f"?before={DAY_AFTER}&trades=true")) != KEPT:
        yield f"records of imports are pruned before their time: HTTP {status}"
    messages = {row["id"]: row["received_at"] for row in sandbox.messages()}
    if _prune(sandbox, personal=True) != (12, 1):
        yield "of twelve messages and one import others are pruned"
    yield from _counted(sandbox, DAY_AFTER, (0, 1))
    for number, instant in messages.items():
        wanted = NOT_FOUND if instant < MIDNIGHT else DONE
        if (status := _status_of(sandbox, f"/messages/{number}/body")) != wanted:
            yield f"the body of a message of {instant} is answered with HTTP {status}, and not {wanted}"
    yield from _masked(sandbox, trades)
    yield from _dropped(sandbox, trades)


def _sent(sandbox: SandboxClient) -> PrunedTrades:
    trades = PrunedTrades(*(sandbox.sample("import", f"pruned {number}") for number in range(4)))
    sandbox.submit(trades.released)
    for trade in (trades.rejected, trades.waiting):
        sandbox.submit(trade, X_Scenario="reviewed")
    sandbox.settle()
    sandbox.decide(trades.rejected, "reject", f"证件{trades.rejected.value('buyerIdNumber')}不符")
    sandbox.clock.set("frozen", at=NEXT_DAY)
    later = sandbox.sample("import", "pruned later")
    sandbox.submit(later, X_Scenario="rejected")
    sandbox.settle()
    return trades._replace(later=later)


def _masked(sandbox: SandboxClient, trades: PrunedTrades) -> Iterator[str]:
    """The faults of persons who are named, or not, after masking."""
    for name, trade in trades._asdict().items():
        told = sandbox.call("GET", f"/stories/{trade.order_no}")["declaration"]
        story = json.dumps([told["documents"], told["timeline"], told["evidence"]], ensure_ascii=False)
        receipts = "".join(
            each.xml for each in sandbox.receipts(trade.mailbox("621")) if each.order_no == trade.order_no
        )
        is_named = BUYER in story or trade.value("buyerIdNumber") in story + receipts
        if is_named == (name == "rejected"):
            yield f"after masking the buyer of the list that is {name} is {'' if is_named else 'not '}named"


def _dropped(sandbox: SandboxClient, trades: PrunedTrades) -> Iterator[str]:
    """The faults of records that need no longer be kept."""
    sandbox.clock.advance(to=KEPT_UNTIL)
    if _prune(sandbox, trades=True)[1] != 1:
        yield "of four imports, of which one had ended, another number is dropped"
    for name, trade in trades._asdict().items():
        found = sandbox.state(trade)
        if len(found.declarations) != 1 or len(found.documents) != (0 if name == "rejected" else 4):
            yield f"after dropping, the list that was {name} has {len(found.documents)} papers"


def _counted(sandbox: SandboxClient, before: str, wanted: tuple[int, int]) -> Iterator[str]:
    """The faults of how many messages and imports would be pruned."""
    found = sandbox.call("GET", "/pruning", query={"before": before, "personal": True})
    if (counted := (found["messages"], found["trades"])) != wanted:
        yield f"before {before} there are messages and imports to prune: {counted}, and not {wanted}"


def _prune(sandbox: SandboxClient, **asked: bool) -> tuple[int, int]:
    done = sandbox.call("POST", "/pruning", json={"before": DAY_AFTER, **asked})
    return done["rows"], done["imports"]


def _status(sandbox: SandboxClient, method: str, query: str) -> int:
    return _status_of(sandbox, f"/pruning{query}", method)


def _status_of(sandbox: SandboxClient, path: str, method: str = "GET") -> int:
    try:
        sandbox.call(method, path)
    except CallRefused as refused:
        return refused.status
    return DONE
