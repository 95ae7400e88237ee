"""The window's own changes as EPCIS events: `goods_steps.csv` has a row for each change that is one, by the kind of
its subject and the event of its timeline. `taken_back.csv` has a row for each event by which what was told before of
the same subject turns out to be wrong: what was told gets a correction, and is never deleted.

No event names a buyer, an order, a telephone or an identity number. Times are of Asia/Shanghai, and the id follows from
what the event says, so that the same change is the same event wherever it is told.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import quote

from schemas.epcis.event_ids import event_id
from schemas.epcis.identifiers import CANONICAL_HOST

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
OFFSET = "+08:00"
AGGREGATION = "AggregationEvent"
DID_NOT_OCCUR, INCORRECT_DATA = "did_not_occur", "incorrect_data"
UNITS = MappingProxyType({"035": "KGM", "036": "GRM", "095": "LTR", "030": "MTR", "032": "MTK", "033": "MTQ"})
"""Units of customs that measure, as UN/ECE Recommendation 20 has them. All others count pieces, which have none."""


class GoodsStep(NamedTuple):
    """An event of the timeline in the Core Business Vocabulary; `type` is that of the event in EPCIS, `biz_step` a word
    or our own URI."""

    type: str
    action: str
    biz_step: str
    disposition: str


class OwnGoods(NamedTuple):
    """A quantity of a class of goods: an identifier, and a number of a unit of customs; without a unit nobody knows how
    much it is."""

    epc_class: str
    quantity: Decimal
    unit: str


class TakingBack(NamedTuple):
    """The steps that are wrong after an event of the timeline, and the standard's reason; without one the document
    itself tells it: a cancellation says that they did not occur, a replacement that the data were incorrect."""

    steps: frozenset[str]
    reason: str


class Correction(NamedTuple):
    """That what was told is wrong: since when the window knows, a reason of the standard, the ids of the events that
    are right instead."""

    time: str
    reason: str
    instead: Sequence[str] = ()


@cache
def goods_steps() -> Mapping[tuple[str, str], GoodsStep]:
    """Return the steps by kind of subject and event."""
    return {(row.pop("kind"), row.pop("event")): GoodsStep(**row) for row in _rows("goods_steps.csv")}


@cache
def taken_back() -> Mapping[tuple[str, str], TakingBack]:
    """Return what is wrong after an event, by kind of subject and event."""
    return {
        (row["kind"], row["event"]): TakingBack(frozenset(row["steps"].split()), row["reason"])
        for row in _rows("taken_back.csv")
    }


def _rows(name: str) -> list[dict[str, str]]:
    with (Path(__file__).parent / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def parcel(logistics_code: str, logistics_no: str) -> str:
    """Return the identifier of a parcel: its carrier and its number there."""
    return f"urn:single-window:parcel:{quote(logistics_code, safe='')}:{quote(logistics_no, safe='')}"


def container(number: str) -> str:
    """Return the identifier of a container, which GS1 takes over from ISO 6346."""
    return f"urn:epc:id:bic:{quote(number, safe='')}"


def goods_class(ebc_code: str, item_no: str, gtin: str = "", lot: str = "") -> str:
    """Return the identifier of goods: a lot or product of GS1, or, without a GTIN, the company's item number."""
    if not gtin:
        return f"urn:cbec:sku:{quote(ebc_code, safe='')}:{quote(item_no, safe='')}"
    return f"{CANONICAL_HOST}/01/{gtin}" + (f"/10/{quote(lot, safe='')}" if lot else "")


def own_event(
    step: GoodsStep, time: str, goods: Iterable[OwnGoods], place: str, about: str, parent: str = "", **further: Any
) -> Mapping[str, Any]:
    """Return an event with its canonical id. `time`: ISO 8601, in Shanghai; `place`: URI where it was, empty for
    nowhere; `about`: URI of the list, batch or recall that it is of; `parent`: what the goods are packed into, for an
    event of aggregation; `further`: other fields of the event."""
    packed = step.type == AGGREGATION
    quantities = [_quantity(held) for held in sorted(merged(goods))]
    event: dict[str, Any] = {
        "type": step.type,
        "action": step.action,
        "bizStep": step.biz_step,
        "disposition": step.disposition,
        "eventTime": time,
        "eventTimeZoneOffset": OFFSET,
        **({"parentID": parent} if packed else {}),
        **({"childQuantityList" if packed else "quantityList": quantities} if quantities else {}),
        "bizTransactionList": [{"bizTransaction": about}],
        **further,
    }
    if place:
        event["readPoint"] = {"id": place}
    return {**event, "eventID": event_id(event, {"@context": CONTEXT})}


def corrected(event: Mapping[str, Any], correction: Correction) -> Mapping[str, Any]:
    """Return an event as it is told again with the declaration that it is wrong."""
    declared: dict[str, Any] = {"declarationTime": correction.time, "reason": correction.reason}
    if correction.instead:
        declared["correctiveEventIDs"] = list(correction.instead)
    return {**event, "errorDeclaration": declared}


def merged(goods: Iterable[OwnGoods]) -> list[OwnGoods]:
    """Return the quantities added up for each class and unit."""
    sums: dict[tuple[str, str], Decimal] = {}
    for held in goods:
        sums[held.epc_class, held.unit] = sums.get((held.epc_class, held.unit), Decimal()) + held.quantity
    return [OwnGoods(name, quantity, unit) for (name, unit), quantity in sums.items()]


def _quantity(goods: OwnGoods) -> Mapping[str, Any]:
    if not goods.unit:
        return {"epcClass": goods.epc_class}
    told = {"epcClass": goods.epc_class, "quantity": Decimal(f"{goods.quantity.normalize():f}")}
    return {**told, "uom": UNITS[goods.unit]} if goods.unit in UNITS else told
