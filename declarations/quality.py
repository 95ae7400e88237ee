"""Blind random checks of closed cases: which are drawn by the secret of a month, at most so many of a desk.

Anyone who knows the secret draws the same again (`declarations.commitments`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from declarations.parameters import Parameters
from declarations.risk import DRAW_RANGE, draw_number

PURPOSE = "quality"


class QualityPlan(NamedTuple):
    """The terms of a month's draw of checks: the secret, the share of closed cases, and the most of a desk."""

    secret: str
    share: Decimal
    cap: int


class ClosedCase(NamedTuple):
    """A case that an officer closed: kind, number by which people know it, the version that he decided about, and the
    desk at which it waited."""

    subject: str
    number: str
    version: int
    desk: str

    @property
    def key(self) -> str:
        """Return what the draw depends on beside the secret: nothing that the window numbers."""
        return f"{self.subject}|{self.number}|{self.version}"


def plan_of(secret: str, first_day: date, law: Parameters) -> QualityPlan:
    """Return the plan of the month that begins on `first_day`: the values of that day hold for all of it."""
    share = law.on("quality.share", first_day).amount
    return QualityPlan(secret, share, int(law.on("quality.monthly_cap", first_day).amount))


def is_drawn(plan: QualityPlan, closed: ClosedCase) -> bool:
    """True if a closed case is drawn, before the cap."""
    return draw_number(plan.secret, PURPOSE, closed.key) < plan.share * DRAW_RANGE


def draw_checks(plan: QualityPlan, cases: Iterable[ClosedCase], drawn: Counter[str]) -> list[bool]:
    """Return for each closed case, in the order in which they were closed, whether it is checked.

    `drawn`: desk → number of checks so far; it is counted on."""
    chosen = []
    for closed in cases:
        taken = drawn[closed.desk] < plan.cap and is_drawn(plan, closed)
        drawn[closed.desk] += taken
        chosen.append(taken)
    return chosen
