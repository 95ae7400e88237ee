"""A parcel of a list for Korea: its path by price and goods, and what Korea asks about it, on the day of arrival in
Seoul."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from declarations.korea.people import Consignee, faults_of_consignee
from declarations.money import Scaled, decimal_of, round_to_fen
from declarations.parameters import Parameters, UnknownParameter
from declarations.reasons import Reason

ABOVE_LIMIT, EXCLUDED = "24415", "24416"
LIST, SIMPLIFIED, GENERAL = "list", "simplified", "general"
PATHS = {
    LIST: ("目录通关", "list clearance"),
    SIMPLIFIED: ("简易申报", "simplified declaration"),
    GENERAL: ("一般申报", "general declaration"),
}
"""Path of clearance → its name in Chinese and English."""
_SEOUL = ZoneInfo("Asia/Seoul")


class KoreaGoods(NamedTuple):
    """A parcel's goods, as a list has them: price in a currency ("USD"), HS code, number of a Korean declaration."""

    value: Scaled
    currency: str
    hs: str
    declaration_no: str


def seoul_day(instant: int) -> date:
    """Return the calendar day of an instant in Korea."""
    return datetime.fromtimestamp(instant / 1_000, _SEOUL).date()


def usd_of(goods: KoreaGoods, day: date, law: Parameters) -> Decimal:
    """Return the price in USD, rounded to cents, by the customs rates of the day.

    Raises `UnknownParameter` for a currency without rates."""
    if goods.currency == "USD":
        return decimal_of(goods.value)
    return round_to_fen(yuan_of(goods.value, goods.currency, day, law) / law.on("exchange.usd", day).amount)


def yuan_of(value: Scaled, currency: str, day: date, law: Parameters) -> Decimal:
    """Return a price in yuan, not rounded, by the customs rates of the day; raises `UnknownParameter` for a currency
    without rates."""
    amount = decimal_of(value)
    return amount if currency == "CNY" else amount * law.on(f"exchange.{currency.lower()}", day).amount


def path_of(goods: KoreaGoods, day: date, law: Parameters) -> str:
    """Return the path of clearance: a list up to the limit, a simplified declaration above, a general one for excluded
    goods and the rest. Limits are inclusive.

    The higher limit of Korea's agreement with the USA is for what is sent from there, whatever its origin: never for
    parcels from here."""
    if _is_excluded(goods, day, law):
        return GENERAL
    value = usd_of(goods, day, law)
    if value <= law.on("korea.list_limit", day).amount:
        return LIST
    return SIMPLIFIED if value <= law.on("korea.simplified_limit", day).amount else GENERAL


def faults_of_parcel(parcel: str, goods: KoreaGoods, person: Consignee, day: date, law: Parameters) -> Iterator[Reason]:
    """Find what Korea asks about a parcel that arrives on a day; one that is declared there needs no list."""
    path = path_of(goods, day, law)
    if path != LIST and not goods.declaration_no:
        yield _needs_declaration(parcel, goods, path, day, law)
    yield from faults_of_consignee(parcel, person, day, law)


def _needs_declaration(parcel: str, goods: KoreaGoods, path: str, day: date, law: Parameters) -> Reason:
    if _is_excluded(goods, day, law):
        return Reason(EXCLUDED, {"parcel": parcel, "hs": goods.hs}, (law.on("korea.excluded", day).id,))
    limit, (zh, en) = law.on("korea.list_limit", day), PATHS[path]
    named = {"parcel": parcel, "value": f"{usd_of(goods, day, law):.2f}", "limit": f"{limit.amount:f}"}
    return Reason(ABOVE_LIMIT, {**named, "path_zh": zh, "path_en": en}, (limit.id,))


def _is_excluded(goods: KoreaGoods, day: date, law: Parameters) -> bool:
    return goods.hs.startswith(tuple(law.on("korea.excluded", day).text.split()))


def is_currency(code: str, day: date, law: Parameters) -> bool:
    """True for a currency that can be converted on a day."""
    try:
        usd_of(KoreaGoods(0, code, "", ""), day, law)
    except (UnknownParameter, LookupError):
        return False
    return True
