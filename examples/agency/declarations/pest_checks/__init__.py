"""Pest checks of goods: the stratum of goods, keyed draws of samples and verdicts.

Every draw is a hash of the plan's secret and the unit's key, so that anyone recomputes it once the secret is revealed.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from hashlib import sha256

from declarations.risk import DRAW_RANGE, draw_number


def stratum_of(gcode: str) -> str:
    """Return the stratum of goods: their chapter of the tariff."""
    return gcode[:2]


def unit_key(ebc_code: str, order_no: str, gnum: int) -> str:
    """Return the key of a line of a list, by which it is drawn."""
    return f"{ebc_code}|{order_no}|{gnum}"


def is_drawn(secret: str, unit: str, gcode: str, rates: Mapping[str, Decimal]) -> bool:
    """True if a plan with this seed and these rates (stratum → share) draws a line of goods."""
    rate = rates.get(stratum_of(gcode), Decimal(0))
    return draw_number(secret, "pest-check", unit) < rate * DRAW_RANGE


def sample_no_of(plan_no: str, unit: str) -> str:
    """Return the number of a sample, at most 24 characters, which does not depend on the order of work."""
    return f"{plan_no}-{sha256(unit.encode()).hexdigest()[:10].upper()}"


def fails(seed: str, sample_no: str, rate: Decimal) -> bool:
    """True if the laboratory finds that a sample fails, at this rate of failures."""
    return draw_number(seed, "plant-laboratory", sample_no) < rate * DRAW_RANGE
