"""Selection for inspection: every draw is a hash of seed, purpose and business key, so anyone can reproduce it.

The result is independent of the order of processing.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from hashlib import sha256

from declarations.parameters import NoValue, Parameters
from declarations.parameters.tables.shape import Shares

DRAW_RANGE = 10_000
ORDINARY = "ordinary"
GRADES = {
    "general": ORDINARY,
    "registered": ORDINARY,
    "filed": ORDINARY,
    "general_certified": "certified",
    "advanced_certified": "advanced",
    "": ORDINARY,
}
"""Alternative names of grades (rules 8, reading 50); an empty grade counts as ordinary."""

GRADES_IN_CHINESE = {
    "advanced": "高级认证",
    "advanced_certified": "高级认证",
    "certified": "认证",
    "general_certified": "一般认证",
    ORDINARY: "常规",
    "general": "一般信用",
    "registered": "注册登记",
    "filed": "备案",
    "dishonest": "失信",
    "severely_dishonest": "严重失信",
}
SUBSTITUTE_GRADES = {"certified": ORDINARY, "severely_dishonest": "dishonest"}
"""Grade → the grade as which it counts if the law of the day does not have it."""


def grade_values(grade: str) -> dict[str, str]:
    """Return the values of a reason that names a grade, with its Chinese name; an unknown one as it is."""
    return {"grade": grade, "grade_zh": GRADES_IN_CHINESE.get(grade, grade)}


def draw_number(seed: str, purpose: str, key: str) -> int:
    """Return a number from 0 to 9,999 that depends only on seed, purpose and business key."""
    return int(sha256(f"{seed}|{purpose}|{key}".encode()).hexdigest()[:8], 16) % DRAW_RANGE


def is_drawn_for_inspection(seed: str, ebc_code: str, order_no: str, rate: Decimal) -> bool:
    """True if a list is drawn for inspection at this rate (rules 5.2), by business key."""
    return draw_number(seed, "inspection", f"{ebc_code}|{order_no}") < rate * DRAW_RANGE


def fails_quality_check(seed: str, ebc_code: str, order_no: str, rate: Decimal) -> bool:
    """True if an inspected list fails the quality and safety check, at this rate of failures."""
    return draw_number(seed, "quality", f"{ebc_code}|{order_no}") < rate * DRAW_RANGE


def counted_rate(rate: Decimal, draws: bool) -> Decimal:
    """Return the rate of a draw that counts: where nothing is drawn, what is certain happens all the same."""
    return rate if draws or rate >= 1 else Decimal(0)


def is_sampled(seed: str, ebc_code: str, order_no: str, sampled: Decimal, failing: Decimal) -> bool:
    """True if a sample of an inspected list goes to the laboratory: at this rate, and of each that fails the check."""
    return fails_quality_check(seed, ebc_code, order_no, max(sampled, failing))


def quality_value_ids(day: date, parameters: Parameters) -> tuple[str, ...]:
    """Return the ids of the dated values of quality checks on a day: our rate, and the act about checks, if in
    force."""
    rate_used = (parameters.on("inspection.quality_failure", day).id,)
    try:
        return (parameters.on("law.quality_spot_check", day).id, *rate_used)
    except NoValue:
        return rate_used


def grade_on(day: date, grade: str, parameters: Parameters) -> str:
    """Return the grade that counts on a day; one that the law does not have is replaced (`SUBSTITUTE_GRADES`)."""
    grade_name = GRADES.get(grade, grade)
    return (
        grade_name
        if grade_name in parameters.on("inspection.rates", day).table_as(Shares)
        else SUBSTITUTE_GRADES.get(grade_name, grade_name)
    )


def inspection_rate_of(grade: str, day: date, parameters: Parameters) -> Decimal:
    """Return the share of lists inspected for a credit grade on the day of acceptance, at least the random floor.

    Raises `NoValue` for a grade that the law of that day does not have.
    """
    share = parameters.on("inspection.rates", day).table_as(Shares).get(GRADES.get(grade, grade))
    if share is None:
        raise NoValue(f"inspection.rates.{grade}", day)
    return max(share, parameters.on("inspection.random_floor", day).amount)
