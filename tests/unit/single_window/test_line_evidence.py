"""A line of a refund claim stands beside what customs, invoices and banks know of it; who contradicts is marked."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from single_window.cases.refunds.line_evidence import lines_of, sold_together
from tests.tables import each

EXPORT = {
    "number": 1, "link_no": "L1", "known": True, "qty": "20.00", "fob": "277.60", "gcode": "9503006000",
    "unit": "011", "currency": "502", "pool": "L7", "item_qty": "20.00", "item_fob": "277.60",
    "item_gcode": "9503006000", "item_unit": "011", "item_currency": "502", "item_used": "20.00",
    "item_returned": "0.00",
}  # fmt: skip
BOUGHT = {
    "link_no": "L1", "gcode": "9503006000", "known": True, "left": "0.00", "invoice_no": "26370211010000000001",
    "invoice_line": 1, "qty": "60.00", "invoice_qty": "100.00", "amount": "5000.00", "tax_rate": "0.13",
    "tax": "650.00",
}  # fmt: skip
POOL = {"pool": "L7", "currency": "502", "enough": True, "overdue": False}


def explained(export: Any = None, bought: Any = None, pool: Any = None) -> Any:
    """A claim of one line; each part with what differs from a claim in which all agree."""
    return SimpleNamespace(
        exports=(SimpleNamespace(**EXPORT | (export or {})),),
        purchases=(SimpleNamespace(**BOUGHT | (bought or {})),),
        exchange=(SimpleNamespace(**POOL | (pool or {})),),
    )


@each(
    ("parts", "differs", "waits"),
    [
        ({}, [], []),
        ({"export": {"known": False}}, [("customs", "evidence_item_unknown")], []),
        ({"export": {"item_gcode": "9503008390"}}, [("customs", "evidence_gcode")], []),
        ({"export": {"item_unit": "035"}}, [("customs", "evidence_unit")], []),
        ({"export": {"item_currency": "142"}}, [("customs", "evidence_currency")], []),
        ({"export": {"item_returned": "0.01"}}, [("customs", "evidence_came_back")], []),
        ({"export": {"qty": "20.01", "item_used": "0"}}, [("customs", "evidence_qty")], []),
        ({"export": {"fob": "277.61"}}, [("customs", "evidence_fob")], []),
        ({"bought": {"known": False, "left": ""}}, [("invoice", "evidence_invoice_unknown")], []),
        ({"bought": {"left": "-0.01"}}, [("invoice", "evidence_invoice_used_up")], []),
        ({"pool": {"enough": False}}, [], [("exchange", "evidence_exchange_short")]),
        ({"pool": {"enough": False, "overdue": True}}, [("exchange", "evidence_exchange_short")], []),
    ],
)
def test_who_contradicts_a_line_is_named(parts: dict[str, Any], differs: list[Any], waits: list[Any]) -> None:
    (line,) = lines_of(explained(**parts))
    assert (list(line.differs), list(line.waits)) == (differs, waits)
    assert line.odd == {where for where, _ in differs}


def test_a_line_has_the_invoices_of_its_link_and_goods_and_the_exchange_of_its_item() -> None:
    (own,) = lines_of(explained())
    assert len(own.purchases) == 1 and own.exchange is not None
    for other in ({"bought": {"link_no": "L2"}}, {"bought": {"gcode": "1"}}):
        assert lines_of(explained(**other))[0].purchases == []
    assert lines_of(explained(pool={"pool": "L8"}))[0].exchange is None


def test_lines_that_differ_come_first() -> None:
    claim = explained()
    claim.exports += (SimpleNamespace(**EXPORT | {"number": 2, "known": False}),)
    assert [line.export.number for line in lines_of(claim)] == [2, 1]


@each(
    ("bought", "amount", "tax"),
    [
        ({}, "3000.00", "390.00"),
        ({"qty": "100.00"}, "5000.00", "650.00"),
        ({"qty": "1.00", "invoice_qty": "3.00", "amount": "10.00"}, "3.33", "0.43"),
        ({"known": False, "left": "", "invoice_qty": "0.00", "amount": "0.00", "tax_rate": "0.00"}, "0.00", "0.00"),
    ],
)
def test_of_an_invoice_stands_there_what_the_line_uses_of_it(bought: dict[str, Any], amount: str, tax: str) -> None:
    (used,) = lines_of(explained(bought=bought))[0].purchases
    assert (used.amount, used.tax) == (amount, tax)


def test_exchange_is_told_by_the_lists_that_it_is_collected_for() -> None:
    exports = [
        SimpleNamespace(item_no=f"42272026E000000004{line}", pool=pool)
        for line, pool in (("001", "L7"), ("002", "L7"), ("003", "L8"))
    ]
    exports.append(SimpleNamespace(item_no="42272026E000000001001", pool="L7"))
    assert sold_together(exports, "L7") == ["42272026E000000001", "42272026E000000004"]  # type: ignore[arg-type]
