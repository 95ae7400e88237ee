"""Questions about traceability and recalls: trace codes, who recalls food, clocks, sums. Texts in and out."""

from __future__ import annotations

from datetime import datetime

from declarations.calendar import SHANGHAI, day_of, utc_text
from declarations.money import scaled_from_text
from declarations.parameters import NoValue
from declarations.traceability import codes, goods, recalls
from tests.law.comparing import or_none
from tests.law.imported import law
from tests.law.rows import day


def trace_code(text: str) -> str:
    """Return whether a text has the form and the check character of a trace code."""
    return _yes(codes.is_trace_code(text))


def agent_missing(agent: str, on: str) -> str:
    """Return whether food lacks the domestic firm that recalls it."""
    return or_none(NoValue, lambda: _yes(goods.lacks_agent(agent, day(on), law())))


def traced_as_food(kind: str, gcode: str, on: str) -> str:
    """Return whether goods are food, by what their company says or by their code."""
    return or_none(NoValue, lambda: _yes(goods.is_food(kind, gcode, day(on), law())))


def recall_clocks(kind: str, recall_class: str, known: str) -> str:
    """Return by when a recall begins, to the minute in UTC, and the last day on which it is finished."""

    def told() -> str:
        instant = int(datetime.fromisoformat(known).replace(tzinfo=SHANGHAI).timestamp()) * 1_000
        found = recalls.recall_days(kind, recall_class, instant, law())
        return f"{utc_text(found.start)[:16]} {day_of(found.finish)}"

    return or_none(NoValue, told)


def recall_sums(sold: str, told: str, back: str, destroyed: str, refunded: str) -> str:
    """Return whether the sums of a report can be."""
    sums = recalls.Quantities(*map(scaled_from_text, (told, back, destroyed, refunded)))
    return _yes(recalls.balance(scaled_from_text(sold), sums))


def _yes(holds: bool) -> str:
    return "yes" if holds else "no"
