"""Which of the measurements of a container is its gross weight, in kilograms."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from schemas.edifact.segments import Segment, number_of

VERIFIED, GROSS, WEIGHTS = "VGM", "G", "WT"
KILOGRAMS = {"KGM": Decimal(1), "LBR": Decimal("0.45359237"), "TNE": Decimal(1_000)}
"""Unit (6411) → kilograms (UN/ECE Recommendation 20)."""
_MOST_DIGITS, _DIGITS = 18, Decimal("0.00001")


class UnreadWeight(Exception):
    """Raised for a gross weight whose unit or number is not known; `segment` says it."""

    def __init__(self, segment: Segment) -> None:
        super().__init__(segment.get(3))
        self.segment = segment


def gross_weight(measurements: Iterable[Segment]) -> str:
    """Return the gross weight of a container in kilograms by its `MEA` segments: the verified one, else the gross one,
    else (BAPLIE) the weight that says no more; empty if none is told. Tare, net and what else is measured are not it.
    Raises `UnreadWeight`."""
    weights = sorted((one for one in measurements if _rank(one)), key=_rank)
    return _kilograms(weights[0]) if weights else ""


def _rank(measured: Segment) -> int:
    purpose, attribute = measured.get(1), measured.get(2)
    if VERIFIED in (purpose, attribute):
        return 1
    if attribute == GROSS:
        return 2
    return 3 if purpose == WEIGHTS and not attribute else 0


def _kilograms(measured: Segment) -> str:
    unit, text = measured.get(3), measured.get(3, 2)
    value = number_of(text) if len(text) <= _MOST_DIGITS else None
    if value is None or value < 0 or unit not in KILOGRAMS:
        raise UnreadWeight(measured)
    kilograms = (value * KILOGRAMS[unit]).quantize(_DIGITS).normalize()
    return f"{kilograms:f}"
