"""Selection for inspection: every draw is a hash of seed, purpose and business key, so anyone can compute it again.

The outcome depends neither on the order of work nor on who works.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from hashlib import sha256

from declarations.parameters import NoValue, Parameters
from declarations.parameters.tables.shape import Shares

SIDES = 10_000
ORDINARY = "ordinary"
GRADES = {
    "general": ORDINARY,
    "registered": ORDINARY,
    "filed": ORDINARY,
    "general_certified": "certified",
    "advanced_certified": "advanced",
    "": ORDINARY,
}
"""Other names of the grades (rules 8, reading 50); no grade counts as ordinary."""

NEAREST = {"certified": ORDINARY, "severely_dishonest": "dishonest"}
"""What a grade counts as while the regime of the day has no such grade."""


def draw(seed: str, purpose: str, key: str) -> int:
    """A number from 0 to 9,999 that depends on seed, purpose and business key only."""
    return int(sha256(f"{seed}|{purpose}|{key}".encode()).hexdigest()[:8], 16) % SIDES


def selected(seed: str, ebc_code: str, order_no: str, rate: Decimal) -> bool:
    """True if a list is drawn for inspection at this rate (rules 5.2): by business key, not by list number."""
    return draw(seed, "inspection", f"{ebc_code}|{order_no}") < rate * SIDES


def quality_draw(seed: str, ebc_code: str, order_no: str, rate: Decimal) -> bool:
    """True if a list inspected fails the quality and safety check at this rate."""
    return draw(seed, "quality", f"{ebc_code}|{order_no}") < rate * SIDES


def quality_basis(day: date, parameters: Parameters) -> tuple[str, ...]:
    """The dated values that a quality check of a day rests on: our rate, and the act about checks once there is one."""
    rate_used = (parameters.on("inspection.quality_failure", day).id,)
    try:
        return (parameters.on("law.quality_spot_check", day).id, *rate_used)
    except NoValue:
        return rate_used


def grade_on(day: date, grade: str, parameters: Parameters) -> str:
    """The grade that counts on a day: one that its regime lacks counts as the nearest that it has."""
    known = GRADES.get(grade, grade)
    return known if known in parameters.on("inspection.rates", day).read(Shares) else NEAREST.get(known, known)


def rate(grade: str, day: date, parameters: Parameters) -> Decimal:
    """The share of lists inspected for a credit grade on the day of acceptance.

    Raises `NoValue` for a grade that the regime of that day does not know.
    """
    share = parameters.on("inspection.rates", day).read(Shares).get(GRADES.get(grade, grade))
    if share is None:
        raise NoValue(f"inspection.rates.{grade}", day)
    return share
