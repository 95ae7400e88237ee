"""Checks a notice before its ledger is looked at: its head, and units and items of its lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from declarations.documents.text_documents import elements_of
from declarations.overseas.moves import StockMove
from declarations.overseas.notices import CANCELS, OFFSET, REPLACES, StockNotice
from declarations.overseas.times import UnfitTime, instant_told, is_zone
from declarations.parameters import Value
from declarations.parameters.tables.overseas import OverseasCountries
from declarations.reasons import Reason
from gateways.overseas.known_stock import KnownStock

NO_REGISTER, BAD_LINE = "27109", "27110"


def faults_of_head(notice: StockNotice, value: Value) -> Iterator[Reason]:
    """The reasons against the head of a notice: its country, zone and time, and the register that the country wants."""
    countries = value.table_as(OverseasCountries)
    country = countries.get(notice.country)
    if not notice.lines and notice.function != CANCELS:
        yield _bad({}, "lines", "≥ 1")
    if notice.function not in ("", CANCELS, REPLACES):
        yield _bad(elements_of(notice), "function", f"{CANCELS} {REPLACES}")
    for element, found in (("part", notice.part), ("parts", notice.parts)):
        if int(found) < 1:
            yield _bad(elements_of(notice), element, "≥ 1")
    if country is None:
        yield _bad(elements_of(notice), "country", " ".join(countries))
    elif country.register and not notice.epr_no:
        named = {"country": notice.country, "register": country.register, "since": value.since.isoformat()}
        yield Reason(NO_REGISTER, named, (value.id,))
    if not is_zone(notice.time_zone):
        yield _bad(elements_of(notice), "timeZone", "IANA")
        return
    try:
        instant_told(notice.as_of, notice.time_zone)
    except UnfitTime:
        yield Reason(OFFSET, {"line": "0", "at": notice.as_of, "zone": notice.time_zone})


def _bad(elements: Mapping[str, str], element: str, expected: str) -> Reason:
    found = elements.get(element, "–")
    return Reason(BAD_LINE, {"line": "0", "element": element, "found": found, "expected": expected})


def other_units(moves: Sequence[StockMove], known: KnownStock) -> Iterator[Reason]:
    """The reasons against lines in another unit than the goods were declared in, or of an item that is not theirs."""
    for move in moves:
        supplies = known.supplies.get((move.ebc_code, move.sku), ())
        units = {supply.unit for supply in supplies}
        if units and move.unit not in units:
            named = {"element": "unit", "found": move.unit, "expected": " ".join(sorted(units))}
            yield Reason(BAD_LINE, {"line": str(move.line), **named})
        items = [supply.item_no for supply in supplies]
        if move.item_no and move.item_no not in items:
            named = {"element": "item", "found": move.item_no, "expected": " ".join(items[:5]) or "–"}
            yield Reason(BAD_LINE, {"line": str(move.line), **named})
