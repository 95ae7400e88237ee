"""Foreign exchange as people see it: reports and what came of them, what a bank's officer decides, the directory."""

from single_window.cases.exchange.decisions import BadClass, set_class
from single_window.cases.exchange.queries import (
    Rate,
    Year,
    enterprise,
    enterprises,
    find,
    fixed_on,
    following,
    history,
    legs,
    listed,
    rates,
    restored,
    waiting,
    years,
)

__all__ = [
    "BadClass",
    "Rate",
    "Year",
    "enterprise",
    "enterprises",
    "find",
    "fixed_on",
    "following",
    "history",
    "legs",
    "listed",
    "rates",
    "restored",
    "set_class",
    "waiting",
    "years",
]
