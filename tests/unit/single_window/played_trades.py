"""A few trades played into a data folder: one of each end, and one buyer with a hostile name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from shutil import copytree

from simulators.imports import stories as simulated
from simulators.imports.trade import ImportTrade
from tests.databases import kept_folder, window_in
from tests.stories.story import StoryRunner

HOSTILE = '<script>alert("1")</script>[bold]&'
SANDBOX = "story"


@dataclass(frozen=True)
class Played:
    """What was played: the folder, and the trade of each kind."""

    data: Path
    released: ImportTrade
    rejected: ImportTrade
    reviewed: ImportTrade
    waiting: ImportTrade
    refused: ImportTrade
    hostile: ImportTrade
    returned: ImportTrade
    request_no: str
    invalid: bytes
    unregistered: ImportTrade
    mailbox: str


def play(data: Path) -> Played:
    """A folder in which they have been played: a copy of the first one; its window is closed."""
    played = _played()
    copytree(played.data, data, dirs_exist_ok=True)
    return replace(played, data=data)


@cache
def _played() -> Played:
    data = kept_folder()
    window = window_in(data)
    try:
        story = StoryRunner(window, SANDBOX)
        released, hostile, returned = story.trade(0), story.trade(1), story.trade(2)
        rejected, reviewed, refused = (
            story.trade(number, fault=fault)
            for number, fault in ((3, "payer_differs"), (4, "content_missing"), (5, "paid_not_sum"))
        )
        waiting, unregistered = story.trade(6), story.trade(8, fault="company_unknown")
        for trade in (released, rejected, reviewed, returned, unregistered):
            story.send(trade)
        story.send(hostile, "order", "inventory", buyerName=HOSTILE)
        story.send(hostile, "payment", payerName=HOSTILE)
        story.send(hostile, "waybill", consignee=HOSTILE)
        story.send(waiting, "payment", "inventory")
        story.send(refused, "order")
        message = simulated.partial_refund(returned, str(story.column(returned, "invt_no")))
        story.file(message.body)
        invalid = story.message(story.trade(7), "inventory").replace(b"<ceb:gnum>1<", b"<ceb:gnum>one<")
        story.file(invalid)
        window.settle()
        return Played(
            data,
            released,
            rejected,
            reviewed,
            waiting,
            refused,
            hostile,
            returned,
            "T" + returned.inventory.head["copNo"][1:],
            invalid,
            unregistered,
            released.parties.agent.dxp_id,
        )
    finally:
        window.close()


def order_no(trade: ImportTrade) -> str:
    """The order number of a trade."""
    document = trade.inventory or trade.order
    assert document is not None
    return document.head["orderNo"]
