"""What does not fit of a parcel, by what port, China's and Korea's customs tell of it."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

from declarations.calendar import instant_of
from declarations.money import SCALE
from declarations.parameters import load
from gateways.korea.repository import KoreaParcel
from gateways.port.repository import PortParcel
from single_window.cases.shipments.differing import parcels_amiss
from single_window.cases.shipments.found import MOST, FoundShipment, Totals
from tests.tables import each

BOX, OTHER = "QDXU1000015", "QDXU1000020"
PACKED: dict[str, Any] = {"container_no": BOX, "listed_in": "Z1"}
OUT: dict[str, Any] = {"listed_in": "Z1", "taken_from": BOX}
LISTED: dict[str, Any] = {"value": 64 * SCALE}
TOLD: dict[str, Any] = {"container_no": BOX, "manifest_no": "M1", "state": "cleared"}
ETA = instant_of(date(2026, 11, 20), 8)
OF_USD = {**TOLD, "value": 9 * SCALE, "currency": "USD"}
"""9 USD are 64.62 yuan on that day."""


def shipment(
    port: dict[str, Any] | None, china: dict[str, Any] | None, korea: dict[str, Any] | None, returned: str = ""
) -> FoundShipment:
    """One parcel of which they tell these things, beside another on which all agree."""
    packed = [PortParcel("C|OK", **PACKED, declaration_id=2)]
    lists: list[Any] = [SimpleNamespace(id=2, logistics_key="C|OK", value=0, ebc_code="M")]
    korean = [KoreaParcel(2, "K2", "1", 2026, "OK", logistics_code="C", **TOLD)]
    weights = {}
    if port is not None:
        packed.append(PortParcel("C|W", **port, declaration_id=1 if china else 0))
    if china is not None:
        lists.append(SimpleNamespace(id=1, logistics_key="C|W", value=china["value"], ebc_code="M"))
        weights[1] = china.get("weight", 0)
    if korea is not None:
        korean.append(KoreaParcel(1, "K1", "1", 2026, "W", eta=ETA, logistics_code="C", **korea))
    totals = Totals(2, 0, {}, 0, {}, {}, 0, 0, {1: returned} if returned else {})
    return FoundShipment(BOX, [BOX], lists, packed, korean, (), (), totals, weights=weights)


@each(
    ("port", "china", "korea", "returned", "amiss"),
    [
        (PACKED, LISTED, TOLD, "", []),
        (PACKED, LISTED, OF_USD, "", []),
        (OUT, LISTED, None, "", ["taken_out"]),
        (OUT, LISTED, TOLD, "", ["taken_out", "elsewhere"]),
        ({**PACKED, "container_no": OTHER, "taken_from": BOX}, LISTED, TOLD, "", ["elsewhere"]),
        (None, LISTED, TOLD, "", ["unpacked"]),
        (PACKED, LISTED, None, "", ["unannounced"]),
        (PACKED, None, TOLD, "", ["unlisted"]),
        (PACKED, LISTED, {**TOLD, "state": "sent_back"}, "", ["unreturned"]),
        (PACKED, LISTED, {**TOLD, "state": "sent_back"}, "approved", []),
        (PACKED, LISTED, TOLD, "approved", ["unsent"]),
        (PACKED, LISTED, {**TOLD, "state": "doubtful"}, "approved", []),
        (PACKED, LISTED, {**OF_USD, "value": 90 * SCALE}, "", ["value"]),
        (PACKED, LISTED, {**OF_USD, "currency": "ATS", "value": 90 * SCALE}, "", []),
        (PACKED, {**LISTED, "weight": 50}, {**TOLD, "gross_weight": 100, "manifest_weight": 100}, "", ["weight"]),
        (PACKED, {**LISTED, "weight": 100}, {**TOLD, "gross_weight": 100, "manifest_weight": 100}, "", []),
        (PACKED, LISTED, {**TOLD, "gross_weight": 100, "manifest_weight": 101}, "", ["weight"]),
    ],
)
def test_a_parcel_does_not_fit(port: Any, china: Any, korea: Any, returned: str, amiss: list[str]) -> None:
    found = parcels_amiss(shipment(port, china, korea, returned), load())
    assert {kind: [one.number for one in some] for kind, some in found.items()} == {kind: ["W"] for kind in amiss}


def test_what_is_furthest_apart_stands_first() -> None:
    whole = shipment(PACKED, LISTED, {**OF_USD, "value": 18 * SCALE})
    korean = [*whole.korean, KoreaParcel(3, "K3", "1", 2026, "FAR", logistics_code="C", eta=ETA, **OF_USD)]
    lists: list[Any] = [*whole.lists, SimpleNamespace(id=3, logistics_key="C|FAR", value=999 * SCALE, ebc_code="M")]
    found = parcels_amiss(whole._replace(korean=korean, lists=lists), load())
    assert [one.number for one in found["value"]] == ["FAR", "W"]


def test_a_shipment_that_was_not_read_whole_is_not_compared() -> None:
    whole = shipment(PACKED, None, None)
    assert parcels_amiss(whole, load())
    assert not parcels_amiss(whole._replace(packed=[*whole.packed] * MOST), load())
