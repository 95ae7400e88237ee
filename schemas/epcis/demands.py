"""The demands on an event beyond its fields one by one: which goods, and where its own kind demands more."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

_PATTERNS = ("urn:epc:idpat:", "urn:epc:class:")
"""What begins the names of classes of goods, which are no single item."""
_ITEMS = ("parentID", "epcList", "childEPCs", "inputEPCList", "outputEPCList")
_QUANTITIES = ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")
_GOODS_OF = {
    "AggregationEvent": ("childEPCs", "childQuantityList"),
    "AssociationEvent": ("childEPCs", "childQuantityList"),
    "TransactionEvent": ("epcList", "quantityList"),
}


def untold(event: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield (code of a finding, field) for what an event of the five types does not tell, or may not.

    A packed or unpacked whole has a parent: an aggregation that adds or removes names it (7.4.3).

    EPCIS 2.0, 7.4: an object event names its goods, or has sensor data at a read point; an aggregation, association or
    transaction names its goods unless it ends one; a transformation has inputs and outputs, or an id that joins it to
    others; master data of an item stands where the item begins (ADD).
    """
    yield from _misnamed(event)
    kind = event["type"]
    if kind == "TransformationEvent":
        yield from _transformed(event)
        return
    if kind == "ObjectEvent":
        goods = "epcList" in event or event.get("quantityList")
        if not goods and not (event.get("sensorElementList") and "readPoint" in event):
            yield "epcis-no-goods", "epcList"
        if "ilmd" in event and event.get("action") in ("OBSERVE", "DELETE"):
            yield "epcis-ilmd-without-add", "ilmd"
        return
    if kind == "AggregationEvent" and "parentID" not in event and event.get("action") in ("ADD", "DELETE"):
        yield "epcis-missing", "parentID"
    items, quantities = _GOODS_OF[kind]
    named = event.get(quantities) or (items in event if kind == "TransactionEvent" else event.get(items))
    if not named and event.get("action") != "DELETE":
        yield "epcis-no-goods", items


def _misnamed(event: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield classes of goods where single items are named (7.3.3), and quantities below zero."""
    for name in _ITEMS:
        held = event.get(name)
        for place, item in enumerate(held) if isinstance(held, list) else [(None, held)]:
            if isinstance(item, str) and item.startswith(_PATTERNS):
                yield "epcis-class-as-item", name if place is None else f"{name}/{place}"
    for name in _QUANTITIES:
        held = event.get(name)
        for place, goods in enumerate(held if isinstance(held, list) else ()):
            quantity = goods.get("quantity") if isinstance(goods, dict) else None
            if isinstance(quantity, int | Decimal) and quantity < 0:
                yield "epcis-negative", f"{name}/{place}/quantity"


def _transformed(event: dict[str, Any]) -> Iterator[tuple[str, str]]:
    inputs = event.get("inputEPCList") or event.get("inputQuantityList")
    outputs = event.get("outputEPCList") or event.get("outputQuantityList")
    if "transformationID" in event:
        if not inputs and not outputs:
            yield "epcis-no-goods", "inputEPCList"
        return
    if not inputs:
        yield "epcis-no-goods", "inputEPCList"
    if not outputs:
        yield "epcis-no-goods", "outputEPCList"
