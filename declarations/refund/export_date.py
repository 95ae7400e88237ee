"""The export date of a summary declaration, whose lists leave on many days of a month (reading 34 requires one day)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import date

from declarations.parameters import Parameters


class UnknownMethod(LookupError):
    """A parameter names a way to choose the day that does not exist."""

    permanent = True

    def __init__(self, name: str) -> None:
        super().__init__(f"no method {name!r} for the export date of a summary; there are {', '.join(METHODS)}")


def export_date(month: str, parameters: Parameters) -> date:
    """The day that counts for a month such as "2026-11": by `refund.export_date` of its first day."""
    first = date.fromisoformat(f"{month}-01")
    name = parameters.on("refund.export_date", first).text
    if name not in METHODS:
        raise UnknownMethod(name)
    return METHODS[name](first)


def _last_day(first: date) -> date:
    return first.replace(day=monthrange(first.year, first.month)[1])


METHODS: dict[str, Callable[[date], date]] = {"last_day": _last_day, "first_day": lambda first: first}
