"""The goods of a claim ahead of sale in simulated warehouses abroad: what these tell and when, which vouchers are given
later."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from simulators.beside import OperatorCalls, decided
from simulators.draws import guid
from simulators.entry import SHANGHAI
from simulators.exports.trade import ExportTrade
from simulators.messages import SyntheticMessage, make_message
from simulators.overseas.places import WAREHOUSES, OverseasWarehouse
from simulators.overseas.telling import USUAL, Elements, Shipment, ToldNotice, WarehouseRun, messages_of, run_warehouse
from simulators.receipt_log import ReceiptLog
from simulators.refunds.cases import RefundCase
from simulators.refunds.scenarios import EXPORT, USUAL_DAYS
from simulators.traded import Document, Numbered

CUSTOMS_CODES = {"304": "DEU", "116": "JPN", "133": "KOR"}
ARRIVES_AFTER = {"DEU": 45, "JPN": 20, "KOR": 16}
"""Days from the export until the first half of the goods is there; the second comes later."""
SECOND_AFTER, NEVER_THERE = 12, 2
"""Days between the halves; pieces for the last warehouse that the sea has taken."""
UNTIL, CLOSES, ACCEPTED = 96, 116, 120
"""Days from the export until which warehouses sell, on which they close, and on which an officer accepts what is
explained."""
EXPORT_DAYS = 3
"""Days that exports take."""
TROUBLES = USUAL._replace(silent_days=6)
"""Nobody is silent for so long that evidence is asked for late."""
HANDED_ON = 4
"""The company hands on what its warehouses tell every so many days."""
EVIDENCE_DAYS, LATE_DAYS = 15, 3
"""Days after a sale until its voucher must be there; how much later one of them is."""


class GoodsAbroad:
    """The goods of a case, each export in the warehouse of its country."""

    def __init__(self, case: RefundCase, seed: int, calls: OperatorCalls) -> None:
        self.case, self._calls = case, calls
        self.runs = {trade.id: self._run(trade, seed) for trade in case.trades}
        self._handed_on: dict[date, list[tuple[ToldNotice, SyntheticMessage]]] = defaultdict(list)
        for run in self.runs.values():
            for told, (day, body) in zip(run.notices, messages_of(run, case.firm.company), strict=True):
                message = SyntheticMessage(body, "OverseasStockNotice", case.firm.company.dxp_id, (told.number,))
                self._handed_on[_handed_on(day)].append((told, message))
        self.vouchers = self._late_vouchers()
        self.reasons: list[str] = []
        self.refused: list[str] = []
        case.sold_abroad = {order_no: self._share_sold(order_no) for order_no in self.runs}

    @property
    def days(self) -> Collection[date]:
        """The days on which notices are handed on or vouchers given, and that of the officer."""
        return {*self._handed_on, *self.vouchers, self._accepted_on}

    def expected(self) -> Iterable[Numbered]:
        """No trades beside those of the case."""
        return ()

    def notices(self, before: date) -> Iterator[ToldNotice]:
        """The notices that were handed on before a day, in their order."""
        for day in sorted(self._handed_on):
            yield from (told for told, _ in self._handed_on[day] if day < before)

    def asked(self, path: str, **query: str) -> Any:
        """Ask the window, and return its answer."""
        return self._calls.call("GET", path, query=query)

    def messages(self, day: date, receipt_log: ReceiptLog) -> Sequence[SyntheticMessage]:
        """The notices that are handed on in the evening of a day, and the vouchers that are given."""
        notices = [message for _, message in self._handed_on.get(day, ())]
        company, made = self.case.firm.company, []
        for number, (warehouse, sales) in enumerate(sorted(self.vouchers.get(day, {}).items())):
            cop_no = f"{self.case.number_of('PZ')[:14]}{day:%m%d}{number}"
            head = {
                "guid": guid("evidence", cop_no),
                "appType": "1",
                "appTime": f"{day:%Y%m%d}2000{number:02d}",
                "ebcCode": company.code,
                "copNo": cop_no,
                "warehouseCode": warehouse,
            }
            lines = [
                {"gnum": str(place), "ref": sale["ref"], "voucherNo": f"RE{sale['ref']}"}
                for place, sale in enumerate(sales, 1)
            ]
            made.append(make_message("OverseasSaleEvidence", [Document(head, lines)], company, (cop_no,)))
        return [*notices, *made]

    def act(self, day: date) -> None:
        """An officer accepts what is explained: sales that were told twice, pieces that never came."""
        if day != self._accepted_on:
            return
        for case in self.asked("/overseas/cases", merchant=self.case.firm.code, state="open")["cases"]:
            self.reasons += [reason["code"] for reason in case["reasons"]]
            self.refused += decided(self._calls, case["case_no"], "accept", "overseas_case")

    # what is told

    @property
    def _accepted_on(self) -> date:
        return self.case.first + timedelta(days=ACCEPTED)

    def _run(self, trade: ExportTrade, seed: int) -> WarehouseRun:
        line, place = line_of(trade), place_of(trade)
        arrives, pieces = self.case.first + timedelta(days=ARRIVES_AFTER[place.country]), int(line["qty"])
        second = pieces - pieces // 2 - never_there(place)
        shipments = [
            Shipment(line["itemNo"], line["unit"], "L1", pieces // 2, arrives),
            Shipment(line["itemNo"], line["unit"], "L2", second, arrives + timedelta(days=SECOND_AFTER)),
        ]
        until, closes = (self.case.first + timedelta(days=days) for days in (UNTIL, CLOSES))
        return run_warehouse(seed, place, shipments, until, TROUBLES, orders_a_day=1, closes=closes)

    def _late_vouchers(self) -> dict[date, dict[str, list[Elements]]]:
        """Day → warehouse → the sales whose vouchers are given then: those of a day when they are asked for, those of
        the last day later."""
        given: dict[date, dict[str, list[Elements]]] = defaultdict(lambda: defaultdict(list))
        unproved = self.unproved()
        for day, sales in unproved.items():
            for warehouse, sale in sales:
                given[self.given_on(day, day == max(unproved))][warehouse].append(sale)
        return given

    @staticmethod
    def given_on(day: date, late: bool) -> date:
        """The day on which the vouchers of a business day's sales are given."""
        return _after_exports(day + timedelta(days=EVIDENCE_DAYS + (LATE_DAYS if late else 0)))

    def unproved(self) -> dict[date, list[tuple[str, Elements]]]:
        """Business day → the sales without a voucher on it, with their warehouses."""
        found: dict[date, dict[str, tuple[str, Elements]]] = defaultdict(dict)
        for told, line in self.lines(date.max):
            if line["event"] == "S" and "voucherNo" not in line:
                found[_business_day(line["eventTime"])].setdefault(line["ref"], (told.warehouse, line))
        return {day: list(sales.values()) for day, sales in found.items()}

    def lines(self, before: date) -> Iterator[tuple[ToldNotice, Elements]]:
        """The lines of all notices that were handed on before a day, each move once."""
        seen = set()
        for told in self.notices(before):
            for line in told.lines if not told.again else ():
                under = (told.warehouse, line["event"], line["ref"], line["eventTime"]) if "ref" in line else ()
                if not under or under not in seen:
                    seen.add(under)
                    yield told, line

    def _share_sold(self, order_no: str) -> Decimal:
        """The share of an export that is sold in the end, less what came back."""
        truth = self.runs[order_no].truth
        return Decimal(truth.total("S") - truth.total("R")) / self._exported(order_no)

    def _exported(self, order_no: str) -> int:
        return next(int(line_of(trade)["qty"]) for trade in self.case.trades if trade.id == order_no)


def place_of(trade: ExportTrade) -> OverseasWarehouse:
    """The warehouse in the country of an export; raises `KeyError` where there is none."""
    assert trade.inventory is not None
    country = CUSTOMS_CODES[trade.inventory.head["country"]]
    return next(place for place in WAREHOUSES if place.country == country)


def line_of(trade: ExportTrade) -> Elements:
    """The line of an export's list."""
    assert trade.inventory is not None
    return trade.inventory.lines[0]


def never_there(place: OverseasWarehouse) -> int:
    """Return the number of pieces for a warehouse that never come."""
    return NEVER_THERE if place == WAREHOUSES[-1] else 0


def _handed_on(day: date) -> date:
    """The day on which a company hands on what a warehouse sent on a day."""
    later = day + timedelta(days=1)
    return _after_exports(later + timedelta(days=-later.toordinal() % HANDED_ON))


def _after_exports(day: date) -> date:
    """A day, or the one after it on which the month's exports have left: until then companies do nothing else."""
    first = USUAL_DAYS[EXPORT]
    return day.replace(day=first + EXPORT_DAYS) if first <= day.day < first + EXPORT_DAYS else day


def _business_day(told: str) -> date:
    """The day in Shanghai of a time that a warehouse tells."""
    return datetime.fromisoformat(told).astimezone(SHANGHAI).date()
