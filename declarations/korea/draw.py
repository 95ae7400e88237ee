"""The share of lists that is drawn for inspection, where Korea knows the company or has inspected the parcel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from declarations.calendar import HOUR
from declarations.parameters import Parameters
from declarations.reasons import Reason
from declarations.risk import inspection_rate_of

AEO, RECOGNISED, STALE, OTHER_SEAL, NOT_CLEAN = "24443", "24432", "24430", "24431", "24434"
CLEAN, ADVANCED = "1", "advanced"


@dataclass(slots=True)
class KoreaInspected:
    """The newest inspection of a parcel by Korea; `seal_no`: the seal put on after it."""

    hbl_no: str
    container_no: str
    seal_no: str
    method: str
    result: str
    at: int
    told_at: int
    document_id: int


class KoreaStanding(NamedTuple):
    """Korea's word on a parcel on its way here: the AEO number of the company (empty: none valid), its inspection, and
    the seal in the manifest."""

    aeo_no: str
    inspected: KoreaInspected | None
    seal_no: str


def lowered_rate(
    rate: Decimal, standing: KoreaStanding, now: int, day: date, law: Parameters
) -> tuple[Decimal, list[Reason]]:
    """Return the share that is drawn instead of `rate`, and the reasons: lower for goods of an AEO company and for a
    recognised inspection; as it was, with the reason, for one that is not."""
    reasons = []
    if standing.aeo_no:
        rate = min(rate, inspection_rate_of(ADVANCED, day, law))
        reasons.append(Reason(AEO, {"number": standing.aeo_no, "rate": f"{rate:.2%}"}))
    if standing.inspected is not None:
        refusal = _refusal(standing.inspected, standing.seal_no, now, day, law)
        share = law.on("korea.recognised_share", day)
        if refusal is None:
            rate *= share.amount
        reasons.append(refusal or Reason(RECOGNISED, {"rate": f"{rate:.2%}"}, (share.id,)))
    return rate, reasons


def _refusal(inspected: KoreaInspected, seal_no: str, now: int, day: date, law: Parameters) -> Reason | None:
    """Return why an inspection is not recognised; None if it is."""
    hours = law.on("korea.stale_hours", day)
    if inspected.seal_no and seal_no and inspected.seal_no != seal_no:
        return Reason(OTHER_SEAL, {"inspected": inspected.seal_no, "now": seal_no})
    if inspected.result != CLEAN:
        return Reason(NOT_CLEAN, {})
    if now - inspected.at > hours.amount * HOUR:
        return Reason(STALE, {"hours": f"{hours.amount:f}"}, (hours.id,))
    return None
