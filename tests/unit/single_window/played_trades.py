"""A few trades played into a data folder: one of each end, and one buyer with a hostile name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from shutil import copytree

from simulators.imports import stories as simulated
from simulators.imports.trade import Trade
from tests.databases import kept_folder, window_in
from tests.stories.story import Teller

HOSTILE = '<script>alert("1")</script>[bold]&'
SANDBOX = "story"


@dataclass(frozen=True)
class Played:
    """What was played: the folder, and the trade of each kind."""

    data: Path
    released: Trade
    rejected: Trade
    reviewed: Trade
    waiting: Trade
    refused: Trade
    hostile: Trade
    returned: Trade
    request_no: str
    invalid: bytes
    unregistered: Trade
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
        teller = Teller(window, SANDBOX)
        released, hostile, returned = teller.trade(0), teller.trade(1), teller.trade(2)
        rejected, reviewed, refused = (
            teller.trade(number, fault=fault)
            for number, fault in ((3, "payer_differs"), (4, "content_missing"), (5, "paid_not_sum"))
        )
        waiting, unregistered = teller.trade(6), teller.trade(8, fault="company_unknown")
        for trade in (released, rejected, reviewed, returned, unregistered):
            teller.send(trade)
        teller.send(hostile, "order", "inventory", buyerName=HOSTILE)
        teller.send(hostile, "payment", payerName=HOSTILE)
        teller.send(hostile, "waybill", consignee=HOSTILE)
        teller.send(waiting, "payment", "inventory")
        teller.send(refused, "order")
        message = simulated.partial_refund(returned, str(teller.column(returned, "invt_no")))
        teller.file(message.body)
        invalid = teller.message(teller.trade(7), "inventory").replace(b"<ceb:gnum>1<", b"<ceb:gnum>one<")
        teller.file(invalid)
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


def order_no(trade: Trade) -> str:
    """The order number of a trade."""
    document = trade.inventory or trade.order
    assert document is not None
    return document.head["orderNo"]
