"""A month's summary requests (701): the lists that each merchant must summarise, its request, and the expected outcome.

A list must be summarised if its goods have left and were not returned, unless the list itself is the declaration
(9710, 9810) or is only counted for the statistics (`statisticsFlag` A). The results (792) must name exactly the
lines of these lists, each line once.
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
BY_WINDOW, BY_LIST_NUMBERS, REPEATED, ONLY_COUNTED = (
    "month_by_window",
    "month_by_lists",
    "month_again",
    "month_counted",
)
"""The cases of requests: the first two must be accepted, the others refused."""
MAX_PARTS = 2
"""Parts of a request that names at least as many lists; any other request has one part."""
COUNTED_ONLY_FLAG = "A"
"""The `statisticsFlag` of lists that are only counted for the statistics."""
OUTCOMES = {
    BY_WINDOW: Expected("399"),
    BY_LIST_NUMBERS: Expected("399"),
    REPEATED: Expected("100", ("18007",)),
    ONLY_COUNTED: Expected("100", ("18005",)),
}


@dataclass(frozen=True, slots=True)
class MonthRequest:
    """One request: its number, case, merchant, and either a window of days or list numbers.

    `lines`: (list number, line number) of each line that the results must name. `gross`: gross weight of all lists, kg.
    """

    id: str
    case: str
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
        return MAX_PARTS if len(self.lists) >= MAX_PARTS else 1


def summary_requests(
    world: World, trades: Sequence[ExportTrade], receipt_log: ReceiptLog, mark: str, window: tuple[str, str]
) -> list[MonthRequest]:
    """Make the merchants' requests for summary declarations when a month is over: by window and by list numbers in
    turn. Two more must be refused. Their numbers begin with H and `mark`, which differs by month."""
    requests: list[MonthRequest] = []
    counted: list[MonthRequest] = []
    for number, merchant in enumerate(world.exporters):
        closed = [trade for trade in trades if trade.parties.merchant == merchant and _is_closed(trade, receipt_log)]
        lists = {_invt_no(trade, receipt_log): trade for trade in closed if _must_be_summarised(trade, receipt_log)}
        if lists:
            requests.append(
                _request_for(f"H{mark}{number:02d}", merchant, window if number % 2 == 0 else ("", ""), lists)
            )
        counted += [
            MonthRequest(f"H{mark}A", ONLY_COUNTED, merchant, ("", ""), (_invt_no(trade, receipt_log),))
            for trade in closed
            if _statistics_flag(trade) == COUNTED_ONLY_FLAG
            and trade.mode == "9610"
            and not _is_returned(trade, receipt_log)
        ]
    repeated = [
        MonthRequest(f"{request.id}W", REPEATED, request.merchant, request.window, ())
        for request in requests
        if request.case == BY_WINDOW
    ]
    return [*requests, *repeated[:1], *counted[:1]]


def _request_for(
    number: str, merchant: TradingCompany, window: tuple[str, str], trades_by_list: Mapping[str, ExportTrade]
) -> MonthRequest:
    """A request for all lists of a merchant: by a window of days, or without one by their numbers."""
    lists = () if window[0] else tuple(trades_by_list)
    return MonthRequest(
        number,
        BY_LIST_NUMBERS if lists else BY_WINDOW,
        merchant,
        window,
        lists,
        _lines(trades_by_list),
        _gross(trades_by_list.values()),
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
        part_head = {**head, "guid": guid("701", request.id, part), "msgSeqNo": str(part)}
        lines = [{"invtNo": number} for number in request.lists[part - 1 :: request.parts]]
        yield make_message("701", [Document(part_head, lines)], agent, (request.id,))


def judge(request: MonthRequest, receipt_log: ReceiptLog, replacement: Expected | None = None) -> TradeVerdict:
    """Judge a request by its receipts (702) and its results (792); `replacement`: expected instead of its case's
    outcome."""
    expected = replacement or OUTCOMES[request.case]
    answers, results = receipt_log.of(request.id, "702"), receipt_log.of(request.id, "792")
    ends = [receipt.status for receipt in answers if receipt.status != "2"]
    complaints = [*_check_receipts(request, expected, ends, answers), *_check_results(request, expected, results)]
    refused = [receipt for receipt in answers if receipt.status == "100"]
    codes = [f"[{code}]" for receipt in refused for code in receipt.codes if code != "100"][:1]
    declarations = len({receipt.head["declSeqNo"] for receipt in results})
    got = " ".join([*dict.fromkeys(ends), *codes]) + (f" → {declarations} declarations" if declarations else "")
    outcome = " ".join([expected.outcome, *(f"[{code}]" for code in expected.codes)])
    return TradeVerdict(request.id, request.case, outcome, got or "nothing", tuple(complaints), "export")


def _check_receipts(
    request: MonthRequest, expected: Expected, ends: Sequence[str], receipts: Sequence[LoggedReceipt]
) -> Iterator[str]:
    if ends != [expected.outcome] * request.parts:
        yield f"the request should have come to {expected.outcome}, and came to {ends}"
    for code in expected.codes:
        if not any(code in receipt.codes for receipt in receipts):
            yield f"no receipt names {code}"


def _check_results(request: MonthRequest, expected: Expected, results: Sequence[LoggedReceipt]) -> Iterator[str]:
    placed = Counter((line["invtNo"], line["gnum"]) for receipt in results for line in receipt.lines)
    wanted = request.lines if expected.outcome == "399" else frozenset()
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


def _must_be_summarised(trade: ExportTrade, receipt_log: ReceiptLog) -> bool:
    return (
        trade.mode in SUMMARISED_MODES
        and _statistics_flag(trade) != COUNTED_ONLY_FLAG
        and not _is_returned(trade, receipt_log)
    )


def _is_returned(trade: ExportTrade, receipt_log: ReceiptLog) -> bool:
    return "120" in receipt_log.statuses_of(trade.id, "214")


def _statistics_flag(trade: ExportTrade) -> str:
    return trade.inventory.head["statisticsFlag"] if trade.inventory else ""


def _invt_no(trade: ExportTrade, receipt_log: ReceiptLog) -> str:
    return next(receipt.head["invtNo"] for receipt in receipt_log.of(trade.id, "604") if receipt.head.get("invtNo"))


def _lines(trades_by_list: Mapping[str, ExportTrade]) -> frozenset[tuple[str, str]]:
    return frozenset(
        (number, line["gnum"])
        for number, trade in trades_by_list.items()
        if trade.inventory
        for line in trade.inventory.lines
    )


def _gross(trades: Iterable[ExportTrade]) -> Decimal:
    return sum((Decimal(trade.inventory.head["grossWeight"]) for trade in trades if trade.inventory), Decimal(0))
