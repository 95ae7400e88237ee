"""Which day of its month counts as the export date of a summary declaration."""

from __future__ import annotations

from datetime import date

import pytest

from declarations import parameters
from declarations.parameters import NoValue
from declarations.refund.export_date import METHODS, export_date_of_month
from tests.tables import each

LAW = parameters.load()


@each(
    ("month", "day"),
    [
        ("2024-02", date(2024, 2, 29)),
        ("2026-02", date(2026, 2, 28)),
        ("2026-11", date(2026, 11, 30)),
        ("2025-12", date(2025, 12, 31)),
    ],
)
def test_it_is_the_last_day_of_the_month(month: str, day: date) -> None:
    assert export_date_of_month(month, LAW) == day


def test_there_was_none_before_there_were_summaries() -> None:
    with pytest.raises(NoValue):
        export_date_of_month("2013-12", LAW)


def test_another_method_may_be_named() -> None:
    assert METHODS["first_day"](date(2026, 11, 1)) == date(2026, 11, 1)
