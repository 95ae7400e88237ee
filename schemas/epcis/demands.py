"""The demands on an event beyond its fields one by one: which goods, and where its own kind demands more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

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
