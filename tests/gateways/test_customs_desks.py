"""Customs' desks of batches and of summaries on fakes: the reasons that they give."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from gateways.customs.batches.changes import LISTS, ROLE
from gateways.customs.batches.repository import Batch
from gateways.topics.customs import PartsOverdue, SummaryDue, TaxAssessed
from gateways.topics.shared import Decision
from tests.gateways.customs import CustomsHouse
from tests.gateways.test_customs import AT_OTHER_DESKS
from tests.law.clean_documents import document
from tests.tables import each

IMPORTED = document("inventory")


class BatchHouse(CustomsHouse):
    """Customs with a batch of imports that an officer opened by hand."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        where = {"flow": "I", "customs_code": "4227", "trade_mode": "9610"}
        self.change("open", **where)

    @property
    def batch(self) -> Batch:
        (batch,) = self.state.opened.values()
        return batch

    def change(self, action: str, role: str = "officer", by: str = "officer", seen: int = 0, **values: Any) -> None:
        """Somebody changes the batch."""
        number = self.batch.id if self.state.opened else 0
        self.handle("decision.batch", Decision(number, 5, seen, action, "", by, {ROLE: role, **values}))

    def joined(self) -> BatchHouse:
        """The import is named as a member, and comes."""
        self.change("add", **{LISTS: [IMPORTED.order_no]})
        self.imported()
        assert self.declaration.batch_id == self.batch.id
        return self

    def declared(self) -> BatchHouse:
        """The batch is declared: samples are drawn."""
        self.joined()
        self.change("declare")
        return self

    def released(self) -> BatchHouse:
        """The batch is released without a sample, and its list with it."""
        self.declared()
        self.handle("tax.assessed", TaxAssessed(self.declaration.id, []))
        assert self.declaration.state == "released", self.declaration.state
        return self


def held() -> BatchHouse:
    """The only list of a batch is with an officer when the batch is released."""
    house = BatchHouse().joined()
    house.decide("review", "核查价格")
    house.change("declare")
    return house


def changed(action: str, *numbers: str, house: BatchHouse | None = None, **how: Any) -> BatchHouse:
    house = house or BatchHouse()
    house.change(action, **{**how, **({LISTS: list(numbers)} if numbers else {})})
    return house


def two_lists_of_one_number() -> BatchHouse:
    """Lists of two companies have the same order number."""
    house = BatchHouse()
    for key in ("A|1", "B|1"):
        house.file("inventory", key=key)
    return changed("add", IMPORTED.order_no, house=house)


def decided(action: str, reason: str, house: CustomsHouse) -> CustomsHouse:
    house.decide(action, reason)
    return house


def released() -> CustomsHouse:
    house = CustomsHouse()
    house.imported()
    house.handle("tax.assessed", TaxAssessed(house.declaration.id, []))
    return house


def closed(day: date = date(2026, 6, 15)) -> CustomsHouse:
    """An export list was closed on a day."""
    house = CustomsHouse(day=day)
    house.exported()
    row = house.declaration
    row.state = "released"
    house.decide("close")
    assert row.state == "closed"
    return house


def summarised(house: CustomsHouse | None = None, **change: Any) -> CustomsHouse:
    """Its merchant asks for the summary of the list, or of what the request says."""
    house = house or closed()
    lines = [{"invt_no": house.declaration.invt_no}]
    period = {"start_time": "", "end_time": "", **change}
    place = f"汇总|{house.declaration.ebc_code}"
    house.file("summary_request", place, "A|HZ1|1", **{"lines": lines, **period})
    return house


def of_period_with_another() -> CustomsHouse:
    """A month in which one list was closed and another waits to be."""
    house = closed()
    house.declaration.closed_at += 1
    first = house.declaration
    house.exported({"export_order": {"order_no": "O2"}, "collection": {"order_no": "O2"}}, order_no="O2")
    second = house.declaration
    second.closed_at = first.closed_at
    return summarised(house, lines=[], start_time="20260601000000", end_time="20260630235959")


def part_of_request_missing() -> CustomsHouse:
    house = summarised(msg_count=2)
    part = max(house.state.asked)
    house.handle("deadline.parts", PartsOverdue(part, 1, f"汇总|{house.declaration.ebc_code}"))
    return house


def month_over() -> CustomsHouse:
    """The last day for a month's lists passes, and one still waits."""
    house = closed(date(2027, 6, 15))
    ((ebc_code, month),) = house.state.kept_months
    house.day = date(2027, 12, 1)
    house.handle("deadline.summary", SummaryDue(ebc_code, f"汇总|{ebc_code}", month))
    return house


def accepted() -> CustomsHouse:
    """An import that waits for payment data."""
    house = CustomsHouse(require_179=True)
    house.imported()
    return house


CASES: dict[str, Callable[[], CustomsHouse]] = {
    "14500.batch": lambda: decided("inspect", "", BatchHouse().joined()),
    "14500.reason": lambda: decided("inspect", "核查", accepted()),
    "14899": lambda: decided("close", "", released()),
    "14899.batch": lambda: decided("close", "", BatchHouse().released()),
    "14899.reason": lambda: decided("close", "核实", released()),
    "18009": part_of_request_missing,
    "18020": summarised,
    "18021": of_period_with_another,
    "18022": lambda: summarised(lines=[{"invt_no": f"42272026E{number:09}"} for number in range(9_000, 9_030)]),
    "18023": summarised,
    "18024": summarised,
    "18025": summarised,
    "18026": month_over,
    "18027": month_over,
    "18028": summarised,
    "19201": lambda: BatchHouse().joined(),
    "19202": lambda: BatchHouse().released(),
    "19203": lambda: BatchHouse().declared(),
    "19204": lambda: BatchHouse().declared(),
    "19205": lambda: changed("add", "O9"),
    "19206": held,
    "19211": lambda: changed("add", "O9", seen=99),
    "19212": lambda: changed("add", "O9", role="participant", by="somebody"),
    "19213": lambda: changed("declare"),
    "19222": lambda: changed("add", "O9", house=changed("add", "O9")),
    "19223": two_lists_of_one_number,
    "19227": lambda: changed("remove", "O9"),
}


@each("code", sorted(CASES))
def test_the_desk_gives_its_reason(code: str) -> None:
    house = CASES[code]()
    assert code in house.given, sorted(house.given)


def test_every_reason_of_these_desks_has_a_case() -> None:
    assert set(CASES) == AT_OTHER_DESKS
