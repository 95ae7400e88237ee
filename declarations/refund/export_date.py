"""The export date of a summary declaration, whose lists left on several days of a month (reading 34 needs one day),
and the export date noted on each list, which decides the exemption without an invoice."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime

from declarations.parameters import Parameters, look_up_method


def export_date_of_month(month: str, parameters: Parameters) -> date:
    """Return the export date for a month such as "2026-11", by the method `refund.export_date` of its first day."""
    first = date.fromisoformat(f"{month}-01")
    name = parameters.on("refund.export_date", first).text
    return look_up_method(METHODS, name, "the export date of a summary")(first)


def noted_day(ie_date: str, closed_on: date) -> date:
    """Return the export date that a list notes (`ieDate`, yyyyMMdd); the day of its closing if it notes none or a later
    one, since what was closed had left. (财税〔2018〕103号, article 5: 清单注明的出口日期)"""
    try:
        return min(datetime.strptime(ie_date, "%Y%m%d").date(), closed_on)
    except ValueError:
        return closed_on


def _last_day(first: date) -> date:
    return first.replace(day=monthrange(first.year, first.month)[1])


METHODS: dict[str, Callable[[date], date]] = {"last_day": _last_day, "first_day": lambda first: first}
