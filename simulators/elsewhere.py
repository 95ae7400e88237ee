"""Requests that name lists of another sandbox. In a sandbox without declarations each must be refused as naming no
list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from simulators.entry import local
from simulators.exports import stories as export_stories
from simulators.exports import summaries
from simulators.exports.summaries import MonthRequest
from simulators.exports.trade import ExportTrade
from simulators.imports import stories
from simulators.imports.trade import ImportTrade
from simulators.messages import SyntheticMessage
from simulators.played_day import PlayedSandbox
from simulators.receipt_log import ReceiptLog
from simulators.verdict import TradeVerdict
from simulators.world import World

ELSEWHERE = "elsewhere"
"""Name of these requests in the report of faults."""
REFUSED: Mapping[str, tuple[str, str]] = {
    "624": ("-623003", "-623003"),
    "626": ("-625016", "-625016"),
    "606": ("100", "17412"),
    "214": ("100", "17412"),
    "702": ("100", "18001"),
}
"""Request → (status, code) of its refusal."""


@dataclass(frozen=True, slots=True)
class KnownDocuments:
    """A numbered list of each direction in the first sandbox, and a summary that names the export."""

    bought: ImportTrade
    bought_no: str
    sold: ExportTrade
    sold_no: str
    request: MonthRequest


def named(
    imports: Sequence[ImportTrade], exports: Sequence[ExportTrade], receipt_log: ReceiptLog, when: str
) -> KnownDocuments:
    """The first released import and the first export of a retail parcel that has left."""
    bought = next(trade for trade in imports if "800" in receipt_log.statuses_of(trade.id))
    sold = next(
        trade for trade in exports if trade.mode == "9610" and "899" in receipt_log.statuses_of(trade.id, "604")
    )
    bought_no, sold_no = (_number(trade.id, code, receipt_log) for trade, code in ((bought, "622"), (sold, "604")))
    request = MonthRequest(f"H{when[2:8]}X", ELSEWHERE, sold.parties.merchant, ("", ""), (sold_no,))
    return KnownDocuments(bought, bought_no, sold, sold_no, request)


def messages_of(world: World, lists: KnownDocuments, when: str) -> Iterator[SyntheticMessage]:
    """A request of each kind about these lists."""
    yield stories.cancellation(lists.bought, lists.bought_no)
    yield stories.refund(lists.bought, lists.bought_no)
    yield export_stories.cancellation(lists.sold, lists.sold_no)
    yield export_stories.refund(lists.sold, lists.sold_no, when=when)
    yield from summaries.messages_of(world, lists.request, when)


def about_requests(
    place: PlayedSandbox,
    world: World,
    imports: Sequence[ImportTrade],
    exports: Sequence[ExportTrade],
    known: ReceiptLog,
) -> Iterator[TradeVerdict]:
    """Send the requests to another sandbox and check the answers; `known`: lists of the first sandbox."""
    when = f"{local(place.now):%Y%m%d%H%M%S}"
    lists = named(imports, exports, known, when)
    receipt_log = ReceiptLog([lists.bought, lists.sold, lists.request])
    for _ in place.send([message.body for message in messages_of(world, lists, when)]):
        pass
    for posted in place.fetch(world.mailboxes()):
        receipt_log.read(posted.mailbox, posted.bodies)
    yield from about_answers(lists, receipt_log)


def about_answers(lists: KnownDocuments, receipt_log: ReceiptLog) -> Iterator[TradeVerdict]:
    """A verdict about each request."""
    received = [receipt for one in (lists.bought, lists.sold, lists.request) for receipt in receipt_log.of(one.id)]
    for code, (status, reason) in REFUSED.items():
        last = [receipt for receipt in received if receipt.code == code and receipt.status != "2"]
        came = [(receipt.status, *receipt.codes[:1]) for receipt in last]
        right = len(last) == 1 and last[0].status == status and reason in (status, *last[0].codes)
        wrong = () if right else (f"{code} about a list of another sandbox came to {came or 'nothing'}",)
        yield TradeVerdict(f"{lists.request.id} {code}", ELSEWHERE, f"{status} [{reason}]", str(came), wrong)


def _number(trade: str, code: str, receipt_log: ReceiptLog) -> str:
    return next(receipt.head["invtNo"] for receipt in receipt_log.of(trade, code) if receipt.head.get("invtNo"))
