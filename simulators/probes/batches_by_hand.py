"""A batch that its declarant keeps by hand: lists for which a place is kept before they are sent, one that is taken out
again, and what is refused: another's act, an older revision, a list twice, and anything after it was declared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from simulators.entry.windows import CallRefused, SampleTrade, SandboxClient, WindowClient, fresh_sandbox

MOMENT = "2026-11-24T08:00:00+08:00"
INSIDE, TAKEN_OUT = 3, 1
"""Lists that stay in the batch, and that are taken out after they have joined it; one more was never in it."""
STRANGER, NOBODYS = "3702999999", "NOBODY-KNOWS-7"
DONE, STALE, NOT_DONE = 200, 409, 422


def probe(client: WindowClient, under: str = "") -> Iterator[str]:
    """Yield what is wrong; `under` is the prefix of the sandbox's name."""
    with fresh_sandbox(client, "by hand", "probes", MOMENT, under=under) as sandbox:
        trades = [sandbox.sample("import", f"by hand {number}") for number in range(INSIDE + TAKEN_OUT + 1)]
        batch = HandBatch(sandbox, trades[0])
        names = [trade.order_no for trade in trades]
        for answer in (
            batch.change("a batch without lists is declared", NOT_DONE, "declare"),
            batch.change("another company adds a list", NOT_DONE, "add", names[:1], by=STRANGER),
            batch.change("places are kept for lists", DONE, "add", names[: INSIDE + TAKEN_OUT]),
            batch.change("an older revision is changed", STALE, "add", names[-1:], revision=1),
            batch.change("a list is added twice, and one that is new", DONE, "add", [names[0], "ANOTHER-1"], without=1),
            batch.change("a place and an unknown list go", DONE, "remove", ["ANOTHER-1", NOBODYS], without=1),
        ):
            yield from answer
        sandbox.submit(*trades)
        sandbox.settle()
        yield from batch.members("lists that were sent", {name: "waiting" for name in names[: INSIDE + TAKEN_OUT]})
        yield from batch.change("a list is taken out", DONE, "remove", names[INSIDE : INSIDE + TAKEN_OUT])
        yield from batch.change("another company declares it", NOT_DONE, "declare", by=STRANGER)
        yield from batch.change("the batch is declared", DONE, "declare")
        yield from batch.change("it is declared again", NOT_DONE, "declare")
        yield from batch.change("a list is added to what is declared", NOT_DONE, "add", names[-1:])
        sandbox.clock.advance("4d")
        yield from _outcomes(sandbox, trades, batch.number)


class HandBatch:
    """A batch that the agent of a trade's list has opened."""

    def __init__(self, sandbox: SandboxClient, trade: SampleTrade) -> None:
        self._sandbox, self._author = sandbox, trade.value("agentCode", "621")
        where = {"customs_code": trade.value("customsCode", "621"), "trade_mode": trade.value("tradeMode", "621")}
        self.number = sandbox.call("POST", "/batches", json={"flow": "I", **where, "by": self._author})["batch_no"]

    def change(
        self, words: str, status: int, act: str, lists: Sequence[str] = (), without: int = 0, **body: Any
    ) -> Iterator[str]:
        """Yield what is wrong with the answer to a change; `without`: how many of the lists are not changed."""
        try:
            asked = {"by": self._author, "lists": list(lists), **body}
            answer = self._sandbox.call("POST", f"/batches/{self.number}/{act}", json=asked)
        except CallRefused as refused:
            if refused.status != status:
                yield f"{words}: HTTP {refused.status}, and not {status}: {refused}"
            return
        if status != DONE:
            yield f"{words}: it was done, and should be answered with HTTP {status}"
        told = [reason["code"] for line in answer["said"] for reason in line["reasons"]]
        if lists and len(told) != 1 + without:
            yield f"{words}: {len(told) - 1} lists are told of that were not changed, and not {without}"

    def members(self, words: str, wanted: dict[str, str]) -> Iterator[str]:
        """Yield what is wrong with the members that are not gone."""
        rows = self._sandbox.call("GET", f"/batches/{self.number}/members")["members"]
        found = {row["order_no"]: row["state"] for row in rows if row["state"] not in {"removed", "missing"}}
        if found != wanted:
            yield f"{words}: the batch has {sorted(found.items())}, and should have {sorted(wanted.items())}"


def _outcomes(sandbox: SandboxClient, trades: Sequence[SampleTrade], number: str) -> Iterator[str]:
    """The end of the lists: each is released, in the batch or without it."""
    rows = sandbox.call("GET", "/declarations")["declarations"]
    found = {row["order_no"]: (row["state"], row["batch_no"]) for row in rows}
    for place, trade in enumerate(trades):
        state, batch_no = found[trade.order_no]
        if state != "released" or batch_no != (number if place < INSIDE else ""):
            yield f"list {place} of a batch that was kept by hand is {state}, in the batch {batch_no or 'of nobody'}"
    batch = sandbox.call("GET", f"/batches/{number}")
    counted = batch["state"], batch["members"], batch["released"]
    if counted != ("closed", INSIDE, INSIDE):
        yield f"a batch that was kept by hand came to state, members, released {counted}"
