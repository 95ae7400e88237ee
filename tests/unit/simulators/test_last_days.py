"""The last days that a window keeps are reckoned once more: what is another day is named."""

from datetime import date

from simulators.entry.stored_deadlines import EXCHANGE, KEPT, MONTH, RECONCILE_FROM, RECONCILE_UNTIL
from simulators.refunds.last_days import check_days
from tests.tables import each


@each(
    ("sort", "begins", "last"),
    [
        (MONTH, date(2026, 3, 1), "2026-04-15"),
        (MONTH, date(2026, 1, 1), "2026-02-24"),
        (MONTH, date(2026, 7, 1), "2026-08-17"),
        (MONTH, date(2026, 12, 1), "2027-01-15"),
        (EXCHANGE, date(2026, 12, 31), "2027-04-30"),
        (RECONCILE_FROM, date(2026, 12, 14), "2027-01-01"),
        (RECONCILE_UNTIL, date(2026, 2, 13), "2027-04-30"),
        (KEPT, date(2026, 5, 11), "2031-05-11"),
        (KEPT, date(2028, 2, 29), "2033-02-28"),
    ],
)
def test_a_last_day_is_right_and_the_day_before_is_named(sort, begins, last):
    assert list(check_days([(sort, "N", begins, last)])) == []
    assert list(check_days([(sort, "N", begins, "2026-01-01")])) == [
        f"N: the last day ({sort}) is 2026-01-01, and should be {last}"
    ]
