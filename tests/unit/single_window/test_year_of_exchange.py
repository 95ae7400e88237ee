"""An enterprise's year of exchange beside one of its reports: what others used of the quota, and what is left."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from gateways.forex.repository import ListedEnterprise
from single_window.cases.exchange.queries import Year
from single_window.cases.exchange.year_evidence import years_beside
from tests.tables import each

IN, OUT = "1", "2"


def report(state: str) -> Any:
    """A report of 2026."""
    return SimpleNamespace(state=state, value_on="2026-12-11")


def leg(direction: str, usd: int) -> Any:
    """A leg with its amount in dollars."""
    return SimpleNamespace(direction=direction, usd=usd)


YEARS = [Year("C", 2025, IN, 999, 1), Year("C", 2026, IN, 500, 3), Year("C", 2026, OUT, 40, 1)]


@each(
    ("state", "legs", "quota", "rows"),
    [
        ("in_review", [leg(IN, 200), leg(IN, 100)], 450, [(IN, 200, 300, 500, -50)]),
        ("booked", [leg(IN, 300)], 500, [(IN, 200, 300, 500, 0)]),
        ("refused", [leg(IN, 300)], 900, [(IN, 500, 300, 800, 100)]),
        ("in_review", [leg(OUT, 40), leg(IN, 1)], 0, [(OUT, 0, 40, 40, -40), (IN, 499, 1, 500, -500)]),
        ("in_review", [], 450, []),
    ],
)
def test_what_a_report_uses_is_told_apart_from_what_others_used(
    state: str, legs: list[Any], quota: int, rows: list[tuple[str, int, int, int, int]]
) -> None:
    listed = ListedEnterprise("C", "B", True, quota=quota)
    found = years_beside(report(state), legs, YEARS, listed)
    assert [(year.direction, year.others, year.this, year.total, year.left) for year in found] == rows


def test_an_enterprise_without_an_entry_has_no_quota() -> None:
    (year,) = years_beside(report("in_review"), [leg(IN, 5)], [], None)
    assert (year.others, year.total, year.quota) == (0, 5, 0)
