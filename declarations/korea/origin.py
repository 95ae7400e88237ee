"""Certificates of origin as data (EODES), and what they prove for a parcel that is declared here."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from declarations.calendar import months_after
from declarations.parameters import NoValue, Parameters
from declarations.reasons import Reason

UNKNOWN_ITEM, PROVEN, NOT_EXCHANGED, BEFORE_EXCHANGE = "24421", "24423", "24424", "24427"
USED, CANCELLED, EXPIRED, ANOTHERS = "24428", "24420", "24464", "24465"
AGREEMENTS = {"F": "exchange_f", "A": "exchange_a"}
"""Agreement → the dated value that says from when its certificates are exchanged as data."""
VALID, VOID = "valid", "cancelled"


@dataclass(slots=True)
class KoreaCertificate:
    """A certificate as it was told last. `key`: its number as it is compared; `hs6`: its items; `used_by`: the parcel
    that has its preference."""

    key: str
    cert_no: str
    agreement: str
    state: str
    issued: str
    exporter: str
    bl_no: str
    hs6: tuple[str, ...]
    digest: str
    told_at: int
    document_id: int
    used_by: str = ""


def certificate_key(number: str) -> str:
    """Return the number as it is compared: without hyphens and spaces, in capitals."""
    return "".join(character for character in number.upper() if character not in "- ")


def is_exchanged(agreement: str, issued: date, law: Parameters) -> bool:
    """True if certificates of an agreement that were issued on a day are exchanged as data."""
    try:
        law.on(f"korea.{AGREEMENTS[agreement]}", issued)
    except (NoValue, KeyError):
        return False
    return True


def last_day_of(issued: date, law: Parameters) -> date:
    """Return the last day on which goods can be declared with a certificate, a year after it was issued (中韩自贸协定
    art. 3.15; 亚太贸易协定, procedures of certification, art. 4)."""
    return months_after(issued, int(law.on("korea.certificate_months", issued).amount))


class DeclaredParcel(NamedTuple):
    """A parcel that is declared: its own number here, its goods by HS code, and the numbers of its bills."""

    number: str
    hs6: Collection[str]
    bills: Collection[str]


def preference_of(
    number: str, known: KoreaCertificate | None, parcel: DeclaredParcel, day: date, law: Parameters
) -> Reason:
    """Return what a certificate proves for a parcel that is declared on a day: `PROVEN`, or why not."""
    if known is None:
        return Reason(NOT_EXCHANGED, {"certificate": number})
    named = {"certificate": known.cert_no}
    if known.state == VOID:
        return Reason(CANCELLED, named)
    issued = date.fromisoformat(known.issued)
    if not is_exchanged(known.agreement, issued, law):
        return Reason(BEFORE_EXCHANGE, {**named, "agreement": known.agreement})
    if (last := last_day_of(issued, law)) < day:
        value = law.on("korea.certificate_months", issued)
        return Reason(EXPIRED, {**named, "day": last.isoformat()}, (value.id,))
    if known.bl_no and known.bl_no not in parcel.bills:
        return Reason(ANOTHERS, {**named, "bill": known.bl_no})
    if missing := sorted(set(parcel.hs6) - set(known.hs6)):
        return Reason(UNKNOWN_ITEM, {**named, "hs": " ".join(missing)})
    if known.used_by not in ("", parcel.number):
        return Reason(USED, {**named, "other": known.used_by})
    value = law.on(f"korea.{AGREEMENTS[known.agreement]}", issued)
    return Reason(PROVEN, {**named, "agreement": known.agreement}, (value.id,))
