"""Draws of spot checks: of a flow at a rate, of a closed universe by rank.

Every draw is a hash of the plan's secret and the unit's key, so it does not depend on the order of work, and whoever
knows the revealed secret draws the same again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from hashlib import sha256
from heapq import nsmallest
from math import ceil
from typing import NamedTuple

from declarations.risk import DRAW_RANGE, draw_number

PURPOSE = "spot-check"
ANY_ORIGIN = "*"
"""Stands for the origin in a stratum where samples of unknown origin failed: those of an account book."""
CHAPTER = 2
BY_INSPECTION = "QC"
"""The number that stands for a plan where an inspection has taken a sample."""


class SampledUnit(NamedTuple):
    """A unit that a plan may draw: a line of a list, or a lot in an account book; `grade` is the credit grade of its
    owner."""

    key: str
    gcode: str
    origin: str = ""
    grade: str = ""

    @property
    def stratum(self) -> str:
        """The stratum: chapter of the tariff, country of origin (empty: unknown), grade."""
        return f"{self.goods_stratum}|{self.grade}"

    @property
    def goods_stratum(self) -> str:
        """The part of the stratum that never changes: chapter and country of origin."""
        return f"{self.gcode[:CHAPTER]}|{self.origin}"


def raised_strata(failed: Iterable[str], factor: Decimal) -> dict[str, Decimal]:
    """Return the factor by which later plans draw more, by chapter and origin, of the strata of samples that failed.

    A stratum without an origin raises those of all origins: nobody knows from which the goods came."""
    parts = (stratum.split("|") for stratum in sorted(failed))
    return {f"{chapter}|{origin or ANY_ORIGIN}": factor for chapter, origin, *_ in parts}


def raised_rate(rate: Decimal, unit: SampledUnit, raised: Mapping[str, Decimal]) -> Decimal:
    """Return the share of a flow that is drawn in the stratum of a unit, at most 1; `raised`: as `raised_strata`."""
    of_chapter = raised.get(f"{unit.gcode[:CHAPTER]}|{ANY_ORIGIN}", Decimal(1))
    return min(Decimal(1), rate * raised.get(unit.goods_stratum, of_chapter))


def raised_sizes(size: int, raised: Mapping[str, Decimal]) -> dict[str, int]:
    """Return how many lots of stock are drawn of each stratum ("": any other), as `draw_universe` takes them. A book
    knows no origin, so only failures of unknown origin raise a size."""
    strata = (stratum.split("|") for stratum in raised)
    chapters = [chapter for chapter, origin in strata if origin == ANY_ORIGIN]
    return {"": size, **{f"{chapter}||": ceil(size * raised[f"{chapter}|{ANY_ORIGIN}"]) for chapter in chapters}}


def write_raised(raised: Mapping[str, Decimal]) -> str:
    """Return factors as one text."""
    return " ".join(f"{stratum}={factor}" for stratum, factor in raised.items())


def read_raised(text: str) -> dict[str, Decimal]:
    """Return the factors of a text of `write_raised`; none of an empty one."""
    return {stratum: Decimal(factor) for stratum, _, factor in (part.partition("=") for part in text.split())}


class PlanScope(NamedTuple):
    """The goods that a plan draws from: first digits of their codes (none: all goods), origin (empty: any)."""

    goods: tuple[str, ...] = ()
    origin: str = ""

    def covers(self, unit: SampledUnit) -> bool:
        """True if a unit belongs to the plan's universe."""
        return (not self.goods or unit.gcode.startswith(self.goods)) and self.origin in {"", unit.origin}


def line_key(ebc_code: str, order_no: str, gnum: int) -> str:
    """Return the key of a line of a list, by which it is drawn."""
    return f"{ebc_code}|{order_no}|{gnum}"


def lot_key(ems_no: str, item_record_no: str) -> str:
    """Return the key of a lot: an item number of an account book."""
    return f"{ems_no}|{item_record_no}"


def sample_no_of(plan_no: str, unit_key: str) -> str:
    """Return the number of a sample, at most 24 characters, which does not depend on the order of work."""
    return f"{plan_no}-{sha256(unit_key.encode()).hexdigest()[:10].upper()}"


def is_drawn(secret: str, plan_no: str, unit_key: str, rate: Decimal) -> bool:
    """True if a plan draws a unit of a flow at this rate."""
    return draw_number(f"{secret}|{plan_no}", PURPOSE, unit_key) < rate * DRAW_RANGE


def rank_of(secret: str, plan_no: str, unit_key: str) -> str:
    """Return the rank of a unit of a closed universe: 64 hexadecimal digits, the smallest is drawn first."""
    return sha256(f"{_before_key(secret, plan_no)}{unit_key}".encode()).hexdigest()


def _before_key(secret: str, plan_no: str) -> str:
    return f"{secret}|{PURPOSE}|{plan_no}|"


def draw_universe(
    secret: str, plan_no: str, units: Iterable[SampledUnit], sizes: Mapping[str, int]
) -> list[SampledUnit]:
    """Return the units drawn from a closed universe: of each stratum the first by rank, by stratum and rank.

    `sizes`: stratum → number of units; a stratum that it lacks draws that of "" (none: nothing)."""
    strata: dict[tuple[str, str, str], list[SampledUnit]] = {}
    for unit in units:
        strata.setdefault((unit.gcode[:CHAPTER], unit.origin, unit.grade), []).append(unit)
    begun = sha256(_before_key(secret, plan_no).encode())  # what all ranks begin with is hashed once

    def rank(unit: SampledUnit) -> bytes:
        ranked = begun.copy()
        ranked.update(unit.key.encode())
        return ranked.digest()

    drawn: list[SampledUnit] = []
    for members in sorted(strata.values(), key=lambda members: members[0].stratum):
        size = sizes.get(members[0].stratum, sizes.get("", 0))
        drawn += nsmallest(size, members, key=rank)
    return drawn


def first_difference(drawn: Iterable[str], redrawn: Iterable[str]) -> str:
    """Return the first key in order that one of two draws has and the other lacks; empty if they agree."""
    return min(set(drawn) ^ set(redrawn), default="")


def draw_flow(
    secret: str,
    plan_no: str,
    units: Iterable[SampledUnit],
    rate: Decimal,
    scope: PlanScope,
    raised: Mapping[str, Decimal],
) -> list[SampledUnit]:
    """Return the units that a plan draws of a flow.

    `raised`: as `raised_strata`."""
    return [
        unit
        for unit in units
        if scope.covers(unit) and is_drawn(secret, plan_no, unit.key, raised_rate(rate, unit, raised))
    ]
