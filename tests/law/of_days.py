"""Runners of dated values and days: the law of a day, working days, fixing days, days of summaries and of claims."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from declarations.forex.rates import fixing_day_of
from declarations.parameters import NoValue
from declarations.refund.deadlines import claim_windows_of, timeliness_of
from declarations.summary.deadline import due_day_of, month_of
from declarations.summary.eligibility import check_lateness
from declarations.working_days import add_working_days, last_working_day, roll_forward
from tests.law.comparing import Comparisons, or_none, refusal
from tests.law.imported import law
from tests.law.rows import Facts, day
from tests.law.wholes import whole

_HANDS = ((True, False), (False, False), (False, True))
"""Documents complete, papers for an exemption: as the verdicts of a claim stand in its table."""


def law_of_a_day(case: Facts) -> Comparisons:
    """A parameter on days: its value, or an entry of its table."""
    for on, known in case["values"].items():
        yield on, known, or_none(NoValue, lambda on=on: _content(case, on))  # type: ignore[misc]


def _content(case: Facts, on: str) -> object:
    value = law().on(case["name"], day(on))
    return value.table[case["key"]] if "key" in case else value.content


class RolledDay(Protocol):
    """A day that depends on holidays."""

    @property
    def day(self) -> date:
        """The day."""

    @property
    def provisional(self) -> bool:
        """True if the holidays of its year are not published."""


def day_shown(rolled: RolledDay) -> str:
    """Return a working day as text, with a question mark where the year's holidays are not published."""
    return f"{rolled.day}{'?' if rolled.provisional else ''}"


def working_days(case: Facts) -> Comparisons:
    """Days that roll forward, last working days of months, and working days ahead."""
    for direction, of in (("roll", roll_forward), ("last", last_working_day)):
        for on, known in case.get(direction, {}).items():
            yield f"{direction} {on}", known, day_shown(of(day(on)))
    for asked, known in case.get("ahead", {}).items():
        yield f"ahead {asked}", known, day_shown(add_working_days(day(asked[:10]), int(asked[11:])))


def fixing_days(case: Facts) -> Comparisons:
    """Days on which customs fixes the rates of a month."""
    for on, known in case["fixing"].items():
        yield on, known, day_shown(fixing_day_of(day(on), law()))


def summary_days(case: Facts) -> Comparisons:
    """Days by which lists must be summarised, and the months that they count to."""
    for on, known in case["due"].items():
        yield f"due {on}", known, or_none(NoValue, lambda on=on: day_shown(due_day_of(day(on), law())))  # type: ignore[misc]
        for asked in (on, known[:10]):
            if known != "none":
                yield whole(f"due {on}, asked on {asked}", check_lateness(day(asked), due_day_of(day(on), law())))
    for on, known in case.get("month", {}).items():
        yield f"month {on}", known, str(month_of(day(on), law()))


def claim_days(case: Facts) -> Comparisons:
    """Days of claiming the refund of an export, and the verdicts about claims."""
    exported = day(case["exported"])
    if name := case["windows"].get("refused"):
        yield refusal(name, NoValue, lambda: claim_windows_of(exported, law()))
        return
    windows = claim_windows_of(exported, law())
    yield whole("windows", windows)
    for name, known in case["windows"].items():
        yield name, known, str(getattr(windows, name))
    for on, verdicts in case["claims"].items():
        yield on, verdicts, [timeliness_of(exported, day(on), *hands, law()).verdict for hands in _HANDS]
        yield whole(f"claim {on}", [timeliness_of(exported, day(on), *hands, law()) for hands in _HANDS])
