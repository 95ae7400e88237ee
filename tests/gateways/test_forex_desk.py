"""The foreign-exchange gateway on a fake of its repository: every reason that it gives, and what it counts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from itertools import count
from typing import Any

from gateways.desk import Desk
from gateways.forex.acts import decide_reports
from gateways.forex.reports import handle_reports
from gateways.forex.repository import FiledReport, Leg, ListedEnterprise, Total, TradeValue
from gateways.records import FiledDocument
from gateways.topics.refund import ExchangeCollected
from gateways.topics.route import Route
from gateways.topics.shared import Decision, DocumentFiled
from tests.gateways.desks import by_id, codes, desk_of, filed, gives
from tests.law.of_forex import report
from tests.tables import each

COLLECTED = Route("refund", "exchange.collected")


class Exchange:
    """Reports of one enterprise, C, and the order O1 that they are about, in memory."""

    def __init__(self, forex_class: str = "A") -> None:
        self.filed: dict[int, FiledDocument] = {}
        self.enterprise = ListedEnterprise("C", forex_class, True, "2012-08-01")
        self.rows: dict[int, FiledReport] = {}
        self.legs: dict[int, Sequence[Leg]] = {}
        self.sums: dict[tuple[str, int, str], Total] = {}
        self.locked: list[str] = []
        self._ids = count(1)

    def documents(self, ids: Collection[int]) -> dict[int, FiledDocument]:
        return by_id(self.filed, ids)

    def companies_of(self, report_ids: Collection[int]) -> set[str]:
        return {row.ebc_code for row in by_id(self.rows, report_ids).values()}

    def lock_enterprises(self, codes: Sequence[str]) -> None:
        self.locked += codes

    def enterprises(self, codes: Collection[str]) -> dict[str, ListedEnterprise]:
        return by_id({"C": self.enterprise}, codes)

    def totals(self, codes: Collection[str]) -> dict[tuple[str, int, str], Total]:
        return {place: total for place, total in self.sums.items() if total.code in codes}

    def put_total(self, total: Total) -> None:
        self.sums[total.code, total.year, total.direction] = total

    def reports(self, ids: Collection[int]) -> dict[int, FiledReport]:
        return by_id(self.rows, ids)

    def reports_by_key(self, keys: Collection[str]) -> dict[str, FiledReport]:
        return {row.key: row for row in self.rows.values() if row.key in keys}

    def put_report(self, report: FiledReport) -> None:
        self.rows[report.id] = report

    def legs_of(self, report_ids: Collection[int]) -> list[Leg]:
        return [leg for number in sorted(report_ids) for leg in self.legs.get(number, ())]

    def legs_naming(self, column: str, numbers: Collection[str]) -> list[Leg]:
        return [leg for leg in self.legs_of(self.legs) if getattr(leg, column) in numbers]

    def put_legs(self, report_id: int, legs: Sequence[Leg]) -> None:
        self.legs[report_id] = legs

    def orders(self, numbers: Collection[str]) -> list[TradeValue]:
        return [TradeValue("O1", "C", {"502": 10_000_000})] if "O1" in numbers else []

    def entries(self, numbers: Collection[str]) -> list[TradeValue]:
        return []

    def reported_as_whole(self, orders: Collection[str]) -> dict[str, str]:
        return {}

    def reported_separately(self, entries: Collection[str]) -> dict[str, str]:
        return {}

    def new_id(self) -> int:
        return next(self._ids)


def reported(exchange: Exchange, **case: Any) -> Desk[Any]:
    """A report about the order comes in; without changes it is in order."""
    document = filed("forex_report", report({"legs": [{"amount": "100.00"}], **case}), "P|F1")
    exchange.filed[document.id] = document
    desk = desk_of(exchange)
    handle_reports([DocumentFiled(document.id)], desk)
    return desk


def in_review() -> Exchange:
    """A report waits for an officer of the bank: its enterprise is of class C."""
    exchange = Exchange("C")
    reported(exchange)
    assert exchange.rows[1].state == "in_review", exchange.rows[1].reasons
    return exchange


def decided(action: str, reason: str = "", exchange: Exchange | None = None) -> Desk[Any]:
    desk = desk_of(exchange or in_review())
    decide_reports([Decision(1, 5, 0, action, reason, "officer", {})], desk)
    return desk


CASES: dict[str, Callable[[], Desk[Any]]] = {
    "21030": lambda: reported(Exchange()),
    "21200": lambda: decided("refuse", "交易背景不实"),
    "21201": lambda: decided("approve"),
}


@each("code", sorted(CASES))
def test_the_gateway_gives_its_reason(code: str) -> None:
    assert gives(CASES[code](), code)


def test_every_reason_of_the_gateway_has_a_case() -> None:
    assert set(CASES) == codes("forex")


def test_a_report_in_order_is_booked_counted_and_told_to_the_refund_desk() -> None:
    exchange = Exchange()
    desk = reported(exchange)
    assert exchange.rows[1].state == "booked"
    assert [(total.direction, total.count) for total in exchange.sums.values()] == [("1", 1)]
    assert desk.answers.sends == {COLLECTED: [ExchangeCollected("C", [], ["O1"])]}
    assert exchange.locked == ["C"]


def test_a_report_that_was_handled_is_not_handled_again() -> None:
    exchange = Exchange()
    reported(exchange)
    desk = desk_of(exchange)
    handle_reports([DocumentFiled(number) for number in exchange.filed], desk)
    assert desk.answers.receipts == []


def test_a_report_that_brings_more_than_its_order_is_worth_is_refused_and_counts_for_nothing() -> None:
    exchange = Exchange()
    reported(exchange, legs=[{"amount": "101.00"}])
    assert (exchange.rows[1].state, exchange.sums, exchange.legs) == ("rejected", {}, {1: ()})


def test_what_an_officer_refuses_no_longer_counts() -> None:
    exchange = in_review()
    decided("refuse", "不实", exchange)
    assert exchange.rows[1].state == "rejected"
    assert [(total.usd, total.count) for total in exchange.sums.values()] == [(0, 0)]


def test_a_report_is_decided_once() -> None:
    exchange = in_review()
    decided("approve", exchange=exchange)
    (answer,) = decided("approve", exchange=exchange).answers.decisions
    assert (answer.decision_id, answer.refused) == (5, True)
