"""Questions about parcels to and from Korea: paths, consignees, draws, preferences. Texts in and out; times are those
of Beijing."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from declarations.calendar import SHANGHAI, day_of
from declarations.korea import draw, lists, origin, people
from declarations.money import scaled_from_text
from tests.law.comparing import codes
from tests.law.imported import law


def korea_path(value: str, currency: str, hs: str, arrives: str) -> str:
    """Return the path of a parcel by price, goods and the instant of its arrival, and its price in USD."""
    goods = lists.KoreaGoods(scaled_from_text(value), currency, hs, "")
    on = lists.seoul_day(_instant(arrives))
    return f"{lists.path_of(goods, on, law())} {lists.usd_of(goods, on, law()):.2f}"


def korea_asks(kind: str, code: str, name: str, phone: str, postcode: str, arrives: str) -> str:
    """Return the codes of what Korea asks about a consignee."""
    person = people.Consignee(kind, code, name, phone, postcode)
    found = people.faults_of_consignee("H1", person, lists.seoul_day(_instant(arrives)), law())
    return " ".join(codes(found)) or "nothing"


def korea_drawn(rate: str, aeo: str, inspected: str, told: str, result: str, seals: str, now: str) -> str:
    """Return the share that is drawn instead of a rate, and the codes of why. `seals`: after the inspection, and in the
    manifest."""
    after, _, in_manifest = seals.partition(" ")
    done = inspected and draw.KoreaInspected(
        hbl_no="H1",
        container_no="",
        seal_no=after,
        method="1",
        result=result,
        at=_instant(inspected),
        told_at=_instant(told),
        document_id=1,
    )
    standing = draw.KoreaStanding(aeo, done or None, in_manifest)
    at = _instant(now)
    share, reasons = draw.lowered_rate(Decimal(rate), standing, at, day_of(at), law())
    return " ".join([f"{share.normalize():f}", *codes(reasons)])


def korea_preference(
    agreement: str, state: str, issued: str, certified: str, hs: str, used_by: str, bl_no: str, day: str
) -> str:
    """Return the code of what a certificate of origin proves for a parcel H1 (KR2-2026-H1) of the bill B1, with goods
    of these codes, declared on a day."""
    known = state and origin.KoreaCertificate(
        key="F1",
        cert_no="F-1",
        agreement=agreement,
        state=state,
        issued=issued,
        exporter="",
        bl_no=bl_no,
        hs6=tuple(certified.split()),
        digest="",
        told_at=0,
        document_id=0,
        used_by=used_by,
    )
    parcel = origin.DeclaredParcel("KR2-2026-H1", hs.split(), {"H1", "B1"})
    return origin.preference_of("F-1", known or None, parcel, date.fromisoformat(day), law()).rule


def _instant(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).timestamp()) * 1_000
