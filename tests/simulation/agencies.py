"""What goes to two agencies in some seeds: a lot of a trade is traced and recalled, and a pallet of an export is told
of by a warehouse abroad.

Within an act any order comes to the same: what depends on something else is sent after it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from declarations.calendar import stamp14
from declarations.money import amount_text
from simulators.companies import TradingCompany
from simulators.draws import Draws
from simulators.exports import notes
from simulators.exports.shop import ExportShop
from simulators.exports.trade import ExportTrade
from simulators.imports.trade import ImportTrade
from simulators.messages import pack_messages
from simulators.traded import Elements, Shape
from single_window.wiring import Window
from tests.officers import TESTER, act
from tests.simulation.site import SANDBOX, WORLD
from tests.simulation.storylines import Sending, Task, Transmission, transmission
from tests.stories.story import TODAY, message_of

JAPAN, PIECES = "116", 20
EXPORTS = ExportShop(WORLD, 11, TODAY, {"9810": 1})
LATER = TODAY + timedelta(days=1)
"""The day of what the warehouse tells: after the departure, and not further ahead of the clock than is taken in."""
HEAD = {"warehouseCode": "TYO01", "country": "JPN", "part": "1", "parts": "1", "timeZone": "Asia/Tokyo"}
SALES: Sequence[Elements] = ({"event": "S", "qty": "3", "ref": "O1"}, {"event": "S", "qty": "2", "ref": "O2"})
NOTICES: Sequence[Mapping[str, Sequence[Elements]]] = (
    {"N1": [{"event": "I", "qty": str(PIECES)}]},
    {"N2": SALES, "N3": [{"event": "A", "qty": "-1"}, {"event": "X", "qty": "2"}]},
    {
        "N5": [SALES[0], {"event": "S", "qty": "1", "ref": "O3"}],
        "N6": [{"event": "T", "qty": "2", "ref": "T1", "toWarehouse": "TYO02"}],
        "N7": [{"event": "R", "qty": "1", "ref": "O1"}],
        "N2": SALES,
    },
)
"""What the warehouse tells in each act, by number: in the last one N2 once more, and a sale that it has told before."""


@dataclass(frozen=True, slots=True)
class AgencyTraffic:
    """The trade whose lot is traced and recalled, and the export whose goods wait abroad."""

    traced: ImportTrade | None = None
    exported: ExportTrade | None = None

    def begins(self) -> Iterator[list[Sending]]:
        """A batch is registered; an export is declared, arrives and leaves."""
        if self.traced is not None:
            yield [_batch(self.traced)]
        if self.exported is not None:
            trades = [self.exported]
            yield [transmission(message) for message in pack_messages(trades, 1)]
            yield [transmission(message) for message in notes.consolidations(WORLD, trades)]
            yield [transmission(message) for message in notes.arrivals(WORLD, trades)]
            yield [transmission(message) for message in notes.departures(trades)]

    def told(self, act_no: int) -> list[Sending]:
        """What the warehouse tells in an act, the first notice twice."""
        if self.exported is None:
            return []
        told = [_notice(self.exported, number, lines, act_no) for number, lines in NOTICES[act_no].items()]
        return [*told, told[0]]


NONE = AgencyTraffic()


def drawn(dice: Draws, trades: Sequence[ImportTrade]) -> AgencyTraffic:
    """What goes to the two agencies in a seed: nothing in seven of eight."""
    if dice.below(8):
        return NONE
    bonded = [trade for trade in trades if trade.inventory is not None and trade.mode != "9610"]
    return AgencyTraffic(bonded[0] if bonded else None, export_to_japan(dice.below(1_000)) if dice.below(2) else None)


def export_to_japan(number: int) -> ExportTrade:
    """The first export to Japan from a number on."""
    shape = Shape(mode="9810", lines=1, quantity=PIECES, price=10_000)
    while True:
        trade = EXPORTS.trade(number, shape, alone=True, flag="B")
        assert trade.inventory is not None
        if trade.inventory.head["country"] == JAPAN:
            return trade
        number += 1


def _notice(trade: ExportTrade, number: str, lines: Sequence[Elements], act_no: int) -> Transmission:
    assert trade.inventory is not None
    goods = {name: trade.inventory.lines[0][name] for name in ("itemNo", "unit")}
    merchant = trade.parties.merchant
    head = {**HEAD, "ebcCode": merchant.code, "noticeNo": number, "asOf": f"{LATER}T20:00:00+09:00"}
    hours = [2 if line in SALES else int(number[1]) for line in lines]
    told = [
        {"gnum": str(place), **goods, "lot": "L1", "eventTime": f"{LATER}T{hour:02d}:00:00+09:00", **line}
        for place, (hour, line) in enumerate(zip(hours, lines, strict=True), 1)
    ]
    return _sent(merchant, "OverseasStockNotice", f"{TODAY:%Y%m%d}09000{act_no}", head, told)


def _sent(
    company: TradingCompany, code: str, when: str, head: Elements, lines: Sequence[Elements] = ()
) -> Transmission:
    body = message_of(company, code, {"appType": "1", "appTime": when, **head}, list(lines))
    named = [head[name] for name in ("noticeNo", "recallNo", "copNo", "seq") if name in head]
    return Transmission(body, f"{code} {' '.join(named)}")


def _batch(trade: ImportTrade) -> Transmission:
    """The merchant registers a batch of all that the trade's first line may draw on."""
    assert trade.inventory is not None
    line, merchant = trade.inventory.lines[0], trade.parties.merchant
    book = {"emsNo": trade.inventory.head["emsNo"], "itemRecordNo": line["itemRecordNo"], "unit": line["unit"]}
    head = {"ebcCode": merchant.code, "copNo": "PC1", "goodsKind": "F", "lot": "L1", "origin": line["country"], **book}
    head |= {"producedDay": "20261001", "qty": "20", "serials": "Y", "recallAgent": merchant.credit_code}
    return _sent(merchant, "TraceBatch", f"{TODAY:%Y%m%d}090000", head)


QUESTIONS = (
    ("trace_batch", "SELECT cop_no, state, ebc_code, ems_no, item_record_no, 0, version FROM trace_batch ORDER BY 1"),
    (
        "recall",
        """SELECT recall_no, state, ebc_code, sold_qty, '', (SELECT count(*) FROM timeline t
           WHERE t.key = r.recall_no AND t.event = 'recall_book_out_stock'), version
           FROM recall r ORDER BY 1""",
    ),
)
"""About what is asked, and how: number, state, company, and what else its next step depends on."""


def steps(about: str, number: str, state: str, known: Sequence[object], now: int) -> Iterator[Sending]:
    """What a merchant or an officer does about a batch or a recall as it is."""
    company, first, second, out, version = known
    merchant = next(party for party in WORLD.merchants if party.code == company)
    head = {"ebcCode": merchant.code, "recallNo": f"ZH{number}" if about == "trace_batch" else number}
    if (about, state) == ("trace_batch", "registered"):
        head |= {"goodsKind": "F", "recallClass": "1", "recallAgent": merchant.credit_code, "emsNo": str(first)}
        head |= {"itemRecordNo": str(second), "hazard": "沙门氏菌阳性", "remedy": "R", "startTime": stamp14(now)}
        yield from [_sent(merchant, "RecallNotice", stamp14(now), head)] * 2
    elif state in ("sale_stopped", "running"):
        sold, ends = amount_text(int(str(first))), state == "running" or not first
        sums = {"told": sold, "back": sold if ends else "0", "destroyed": "0", "refunded": "0"}
        head |= {"seq": "2" if ends else "1", "asOf": stamp14(now), **sums, **({"closed": "Y"} if ends else {})}
        yield _sent(merchant, "RecallProgress", stamp14(now), head)
    elif state == "completed":
        action = "close_recall" if out else "book_out_stock"
        yield Task(f"{action} {number}", partial(_decide, number, action, int(str(version))))


def _decide(number: str, action: str, seen: int, window: Window) -> None:
    """An officer decides about the recall that he saw in this version."""
    act(window, SANDBOX, number, action, "模拟", TESTER, about="recall", seen=seen, as_declared=False)
