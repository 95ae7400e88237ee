"""Risk profiles: dated rules of a sandbox that draw a share of the lists that meet their criteria.

Each version of a profile is a dated value, named `profiles.CODE`. A list's number is drawn by profile and business key,
not by version: a larger share draws the same lists and more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from declarations.money import Scaled, scaled_of
from declarations.parameters import NoValue, Parameters
from declarations.parameters.changing import SANDBOX_ONLY
from declarations.parameters.tables.risk import RiskProfile
from declarations.risk import DRAW_RANGE, GRADES, draw_number

INSPECT, REVIEW = "inspect", "review"


class ProfileInForce(NamedTuple):
    """A profile in force on a day: its code, the id of its dated value, and its rule."""

    code: str
    value_id: str
    rule: RiskProfile


class RiskLine(NamedTuple):
    """The facts of a line of goods that profiles read."""

    goods: str
    origin: str


class RiskFacts(NamedTuple):
    """The facts of a list that profiles read: business key ("ebcCode|orderNo"), merchant, its credit grade, dutiable
    value (scaled), customs office, trade mode, flow, and lines of goods."""

    key: str
    company: str
    grade: str
    value: Scaled
    office: str
    mode: str
    flow: str
    lines: Sequence[RiskLine] = ()


@lru_cache(maxsize=64)
def profiles_on(law: Parameters, day: date) -> tuple[ProfileInForce, ...]:
    """Return the profiles in force on a day, by code: inspecting ones first. Cached by law book and day."""
    found = []
    for parameter in law.beginning_with(SANDBOX_ONLY):
        try:
            value = parameter.on(day)
        except NoValue:
            continue
        rule = value.table_as(RiskProfile)
        if not rule.until or day <= date.fromisoformat(rule.until):
            found.append(ProfileInForce(parameter.name.removeprefix(SANDBOX_ONLY), value.id, rule))
    return tuple(sorted(found, key=lambda profile: (profile.rule.lane != INSPECT, profile.code)))


def reads_lines(rule: RiskProfile) -> bool:
    """True if a rule asks for goods or their origin."""
    return bool(rule.goods or rule.origins)


def meets_head(rule: RiskProfile, facts: RiskFacts) -> bool:
    """True if a list meets the criteria of a rule that do not concern lines of goods."""
    return (
        (not rule.flow or facts.flow == rule.flow)
        and (not rule.modes or facts.mode in rule.modes)
        and (not rule.offices or facts.office in rule.offices)
        and (not rule.companies or facts.company in rule.companies)
        and (not rule.grades or GRADES.get(facts.grade, facts.grade) in rule.grades)
        and (rule.value_from is None or facts.value >= scaled_of(rule.value_from))
        and (rule.value_to is None or facts.value <= scaled_of(rule.value_to))
    )


def meets_lines(rule: RiskProfile, lines: Iterable[RiskLine]) -> bool:
    """True if one line of goods meets both criteria about goods and origin, or there are none."""
    if not reads_lines(rule):
        return True
    return any(
        (not rule.goods or line.goods.startswith(rule.goods)) and (not rule.origins or line.origin in rule.origins)
        for line in lines
    )


def meets(rule: RiskProfile, facts: RiskFacts) -> bool:
    """True if a list meets all criteria of a rule."""
    return meets_head(rule, facts) and meets_lines(rule, facts.lines)


def is_drawn(seed: str, code: str, rule: RiskProfile, key: str) -> bool:
    """True if the profile with this code draws a list that meets its criteria, by business key."""
    return draw_number(seed, f"{SANDBOX_ONLY}{code}", key) < rule.share * DRAW_RANGE


def first_drawn(seed: str, profiles: Iterable[ProfileInForce], facts: RiskFacts) -> ProfileInForce | None:
    """Return the first profile that a list meets and by which it is drawn; None if there is none."""
    for profile in profiles:
        if meets(profile.rule, facts) and is_drawn(seed, profile.code, profile.rule, facts.key):
            return profile
    return None
