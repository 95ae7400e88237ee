"""Requests that name lists of another sandbox. In a sandbox without declarations each must be refused as naming no
list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from simulators.entry import local_time
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
REFUSALS: Mapping[str, tuple[str, str]] = {
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

    import_trade: ImportTrade
    import_list_no: str
    export_trade: ExportTrade
    export_list_no: str
    request: MonthRequest


def find_known_documents(
    imports: Sequence[ImportTrade], exports: Sequence[ExportTrade], receipt_log: ReceiptLog, when: str
) -> KnownDocuments:
    """The first released import and the first export of a retail parcel that has left."""
    import_trade = next(trade for trade in imports if "800" in receipt_log.statuses_of(trade.id))
    export_trade = next(
        trade for trade in exports if trade.mode == "9610" and "899" in receipt_log.statuses_of(trade.id, "604")
    )
    import_list_no, export_list_no = (
        _list_number(trade.id, code, receipt_log) for trade, code in ((import_trade, "622"), (export_trade, "604"))
    )
    request = MonthRequest(f"H{when[2:8]}X", ELSEWHERE, export_trade.parties.merchant, ("", ""), (export_list_no,))
    return KnownDocuments(import_trade, import_list_no, export_trade, export_list_no, request)


def messages_of(world: World, lists: KnownDocuments, when: str) -> Iterator[SyntheticMessage]:
    """A request of each kind about these lists."""
    yield stories.cancellation(lists.import_trade, lists.import_list_no)
    yield stories.refund(lists.import_trade, lists.import_list_no)
    yield export_stories.cancellation(lists.export_trade, lists.export_list_no)
    yield export_stories.refund(lists.export_trade, lists.export_list_no, when=when)
    yield from summaries.messages_of(world, lists.request, when)


def check_requests(
    sandbox: PlayedSandbox,
    world: World,
    imports: Sequence[ImportTrade],
    exports: Sequence[ExportTrade],
    known: ReceiptLog,
) -> Iterator[TradeVerdict]:
    """Send the requests to another sandbox and check the answers; `known`: lists of the first sandbox."""
    when = f"{local_time(sandbox.now):%Y%m%d%H%M%S}"
    lists = find_known_documents(imports, exports, known, when)
    receipt_log = ReceiptLog([lists.import_trade, lists.export_trade, lists.request])
    for _ in sandbox.send([message.body for message in messages_of(world, lists, when)]):
        pass
    for fetched in sandbox.fetch(world.mailboxes()):
        receipt_log.read(fetched.mailbox, fetched.bodies)
    yield from check_answers(lists, receipt_log)


def check_answers(lists: KnownDocuments, receipt_log: ReceiptLog) -> Iterator[TradeVerdict]:
    """A verdict about each request."""
    received = [
        receipt
        for subject in (lists.import_trade, lists.export_trade, lists.request)
        for receipt in receipt_log.of(subject.id)
    ]
    for code, (status, reason) in REFUSALS.items():
        answers = [receipt for receipt in received if receipt.code == code and receipt.status != "2"]
        outcomes = [(receipt.status, *receipt.codes[:1]) for receipt in answers]
        is_right = len(answers) == 1 and answers[0].status == status and reason in (status, *answers[0].codes)
        complaints = () if is_right else (f"{code} about a list of another sandbox came to {outcomes or 'nothing'}",)
        yield TradeVerdict(f"{lists.request.id} {code}", ELSEWHERE, f"{status} [{reason}]", str(outcomes), complaints)


def _list_number(trade: str, code: str, receipt_log: ReceiptLog) -> str:
    return next(receipt.head["invtNo"] for receipt in receipt_log.of(trade, code) if receipt.head.get("invtNo"))
