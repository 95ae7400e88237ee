"""A month's summary requests (701): the lists that each merchant must summarise, its request, and the expected outcome.

What has left, was not returned, and was neither declared by its list alone (9710, 9810) nor only counted (A) is to be
summarised: exactly those lists must stand in the results (792), each of their lines once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from simulators.companies import TradingCompany
from simulators.draws import guid
from simulators.exports.trade import ExportTrade
from simulators.messages import SyntheticMessage, make_message
from simulators.receipt_log import LoggedReceipt, ReceiptLog
from simulators.traded import Document, Expected
from simulators.verdict import TradeVerdict
from simulators.world import World

SUMMARISED_MODES = frozenset({"9610", "1210"})
WINDOW, LISTED, AGAIN, COUNTED = "month_by_window", "month_by_lists", "month_again", "month_counted"
PARTS = 2
"""Parts of a request that names its lists."""
OUTCOMES = {
    WINDOW: Expected("399"),
    LISTED: Expected("399"),
    AGAIN: Expected("100", ("18007",)),
    COUNTED: Expected("100", ("18005",)),
}


@dataclass(frozen=True, slots=True)
class MonthRequest:
    """One request: its number, case, merchant, and either a window of days or list numbers.

    `lines` are those that the results must name, each (list number, line number); `gross` the lists' weight together.
    """

    id: str
    fault: str
    merchant: TradingCompany
    window: tuple[str, str]
    lists: tuple[str, ...]
    lines: frozenset[tuple[str, str]] = frozenset()
    gross: Decimal = Decimal(0)

    @property
    def numbers(self) -> Iterator[str]:
        """The numbers by which receipts may identify it."""
        yield self.id

    @property
    def parts(self) -> int:
        """Number of messages."""
        return PARTS if len(self.lists) >= PARTS else 1


def summary_requests(
    world: World, trades: Sequence[ExportTrade], receipt_log: ReceiptLog, mark: str, window: tuple[str, str]
) -> list[MonthRequest]:
    """Make the merchants' requests for summary declarations when a month is over: by window and by list numbers in
    turn; two of them wrong."""
    requests: list[MonthRequest] = []
    counted: list[MonthRequest] = []
    for number, merchant in enumerate(world.exporters):
        own = [trade for trade in trades if trade.parties.merchant == merchant and _is_closed(trade, receipt_log)]
        lists = {_invt_no(trade, receipt_log): trade for trade in own if _is_summable(trade, receipt_log)}
        if lists:
            requests.append(
                _request_for(f"H{mark}{number:02d}", merchant, window if number % 2 == 0 else ("", ""), lists)
            )
        counted += [
            MonthRequest(f"H{mark}A", COUNTED, merchant, ("", ""), (_invt_no(trade, receipt_log),))
            for trade in own
            if _flag(trade) == "A" and trade.mode == "9610" and not _is_returned(trade, receipt_log)
        ]
    repeated = [
        MonthRequest(f"{request.id}W", AGAIN, request.merchant, request.window, ())
        for request in requests
        if request.fault == WINDOW
    ]
    return [*requests, *repeated[:1], *counted[:1]]


def _request_for(
    number: str, merchant: TradingCompany, window: tuple[str, str], mine: Mapping[str, ExportTrade]
) -> MonthRequest:
    """A request for all lists of a merchant: by a window of days, or without one by their numbers."""
    lists = () if window[0] else tuple(mine)
    return MonthRequest(
        number, LISTED if lists else WINDOW, merchant, window, lists, _lines(mine), _gross(mine.values())
    )


def messages_of(world: World, request: MonthRequest, when: str) -> Iterator[SyntheticMessage]:
    """The messages of a request, one a part, sent by an agent at a time."""
    agent = world.agents[0]
    start, end = request.window
    head = {
        "guid": "",
        "appType": "1",
        "appTime": when,
        "appStatus": "2",
        "customsCode": "4200",
        "copNo": request.id,
        "agentCode": agent.code,
        "agentName": agent.name,
        "ebcCode": request.merchant.code,
        "ebcName": request.merchant.name,
        "declAgentCode": agent.code,
        "declAgentName": agent.name,
        **({"startTime": start, "endTime": end} if start else {}),
        "summaryFlag": "1",
        "itemNameFlag": "0",
        "msgCount": str(request.parts),
    }
    for part in range(1, request.parts + 1):
        own = {**head, "guid": guid("701", request.id, part), "msgSeqNo": str(part)}
        lines = [{"invtNo": number} for number in request.lists[part - 1 :: request.parts]]
        yield make_message("701", [Document(own, lines)], agent, (request.id,))


def judge(request: MonthRequest, receipt_log: ReceiptLog, expected: Expected | None = None) -> TradeVerdict:
    """Judge a request by its receipts (702) and its results (792)."""
    promise = expected or OUTCOMES[request.fault]
    answers, results = receipt_log.of(request.id, "702"), receipt_log.of(request.id, "792")
    ends = [receipt.status for receipt in answers if receipt.status != "2"]
    complaints = [*_check_receipts(request, promise, ends, answers), *_check_results(request, promise, results)]
    refused = [receipt for receipt in answers if receipt.status == "100"]
    codes = [f"[{code}]" for receipt in refused for code in receipt.codes if code != "100"][:1]
    declarations = len({receipt.head["declSeqNo"] for receipt in results})
    got = " ".join([*dict.fromkeys(ends), *codes]) + (f" → {declarations} declarations" if declarations else "")
    outcome = " ".join([promise.outcome, *(f"[{code}]" for code in promise.codes)])
    return TradeVerdict(request.id, request.fault, outcome, got or "nothing", tuple(complaints), "export")


def _check_receipts(
    request: MonthRequest, promise: Expected, ends: Sequence[str], receipts: Sequence[LoggedReceipt]
) -> Iterator[str]:
    if ends != [promise.outcome] * request.parts:
        yield f"the request should have come to {promise.outcome}, and came to {ends}"
    for code in promise.codes:
        if not any(code in receipt.codes for receipt in receipts):
            yield f"no receipt names {code}"


def _check_results(request: MonthRequest, promise: Expected, results: Sequence[LoggedReceipt]) -> Iterator[str]:
    placed = Counter((line["invtNo"], line["gnum"]) for receipt in results for line in receipt.lines)
    wanted = request.lines if promise.outcome == "399" else frozenset()
    if missing := wanted - placed.keys():
        yield f"{len(missing)} lines stand in no result, as {min(missing)}"
    if extra := placed.keys() - wanted:
        yield f"{len(extra)} lines have no place in a result, as {min(extra)}"
    if doubled := [line for line, times in placed.items() if times > 1]:
        yield f"{len(doubled)} lines stand twice, as {min(doubled)}"
    gross = sum(
        {receipt.head["declSeqNo"]: Decimal(receipt.head["grossWeight"]) for receipt in results}.values(), Decimal(0)
    )
    if wanted and gross != request.gross:
        yield f"the declarations weigh {gross} kg, their lists {request.gross} kg"


def _is_closed(trade: ExportTrade, receipt_log: ReceiptLog) -> bool:
    return "899" in receipt_log.statuses_of(trade.id, "604")


def _is_summable(trade: ExportTrade, receipt_log: ReceiptLog) -> bool:
    return trade.mode in SUMMARISED_MODES and _flag(trade) != "A" and not _is_returned(trade, receipt_log)


def _is_returned(trade: ExportTrade, receipt_log: ReceiptLog) -> bool:
    return "120" in receipt_log.statuses_of(trade.id, "214")


def _flag(trade: ExportTrade) -> str:
    return trade.inventory.head["statisticsFlag"] if trade.inventory else ""


def _invt_no(trade: ExportTrade, receipt_log: ReceiptLog) -> str:
    return next(receipt.head["invtNo"] for receipt in receipt_log.of(trade.id, "604") if receipt.head.get("invtNo"))


def _lines(mine: Mapping[str, ExportTrade]) -> frozenset[tuple[str, str]]:
    return frozenset(
        (number, line["gnum"]) for number, trade in mine.items() if trade.inventory for line in trade.inventory.lines
    )


def _gross(trades: Iterable[ExportTrade]) -> Decimal:
    return sum((Decimal(trade.inventory.head["grossWeight"]) for trade in trades if trade.inventory), Decimal(0))
