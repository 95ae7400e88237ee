"""Foreign exchange as people see it: reports and what came of them, what a bank's officer decides, the directory."""

from single_window.cases.exchange.decisions import BadClass, set_class
from single_window.cases.exchange.queries import (
    Year,
    enterprise,
    enterprises,
    find,
    following,
    history,
    legs,
    listed,
    restored,
    waiting,
    years,
)
from single_window.cases.exchange.rates import Rate, fixed_on, rates

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
