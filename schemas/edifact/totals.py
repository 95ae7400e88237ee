"""Control totals of a message (`CNT`): lines, equipment, sum of quantities; and measures and quantities below zero."""

from __future__ import annotations

from decimal import Decimal

from schemas.edifact.faults import Faults
from schemas.edifact.interchange import EdifactMessage, Interchange
from schemas.edifact.segments import Segment, number_of

COUNTED = {"2": "LIN", "16": "EQD"}
"""Kind of total (6069) → the segment whose occurrences it counts."""
SUM = "1"
"""The kind of total that adds the quantities of all lines."""

_MEASURES = {"MEA": (3, 2, "6314"), "QTY": (1, 2, "6060")}
"""Segment → place of its number, and the number's data element."""
_BALANCED = frozenset({"INVRPT", "SLSRPT"})
"""Types whose quantities may be below zero: what was lost, or came back from a buyer."""


def check_signs(interchange: Interchange, faults: Faults) -> None:
    """Add a warning for each measure below zero, and for each quantity of goods that were sent or received: the syntax
    lets the sign pass."""
    for message in interchange.messages:
        for segment in message.segments if message.table is not None else ():
            if (place := _MEASURES.get(segment.tag)) is None or (segment.tag == "QTY" and message.type in _BALANCED):
                continue
            element, component, name = place
            told = segment.get(element, component)
            if told.startswith("-") and (number_of(told) or 0) < 0:
                faults.at("edifact-negative", segment, message, element, component, name=name, found=told, warning=True)


def check_totals(interchange: Interchange, faults: Faults) -> None:
    """Add a finding for each control total that is not what the message has; for a sum of quantities it is a warning,
    because senders add quantities of one kind or of all."""
    for message in interchange.messages:
        totals = [segment for segment in message.segments if segment.tag == "CNT"]
        for segment in totals[:10] if message.table is not None else ():
            kind, told = segment.get(1), number_of(segment.get(1, 2))
            counted = _counted(message, kind)
            if counted is not None and told is not None and told != counted:
                values = {"expected": str(counted), "found": segment.get(1, 2), "counted": COUNTED.get(kind, "QTY")}
                faults.at("edifact-control-total", segment, message, 1, 2, name="6066", warning=kind == SUM, **values)


def _counted(message: EdifactMessage, kind: str) -> Decimal | None:
    if kind in COUNTED:
        return Decimal([segment.tag for segment in message.segments].count(COUNTED[kind]))
    return _sum(message.segments) if kind == SUM else None


def _sum(segments: list[Segment]) -> Decimal | None:
    total = Decimal(0)
    for segment in segments:
        if segment.tag == "QTY":
            number = number_of(segment.get(1, 2))
            if number is None:
                return None
            total += number
    return total
