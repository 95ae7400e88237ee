"""What does not fit of a parcel, by what port, China's and Korea's customs tell of it."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

from declarations.calendar import instant_of
from declarations.money import SCALE
from declarations.parameters import load
from declarations.port.events import PortEvent
from gateways.korea.repository import KoreaParcel
from gateways.port.repository import PortParcel
from single_window.cases.shipments.differing import parcels_amiss
from single_window.cases.shipments.facts import seals_apart
from single_window.cases.shipments.found import MOST, FoundShipment
from tests.tables import each

BOX, OTHER = "QDXU1000015", "QDXU1000020"
PACKED: dict[str, Any] = {"container_no": BOX, "listed_in": "Z1"}
OUT: dict[str, Any] = {"listed_in": "Z1", "taken_from": BOX}
MOVED: dict[str, Any] = {"container_no": OTHER, "listed_in": "Z9"}
LISTED: dict[str, Any] = {"value": 64 * SCALE}
TOLD: dict[str, Any] = {"container_no": BOX, "manifest_no": "M1", "state": "cleared"}
"""By Korea's manifest, which names no carrier."""
ETA = instant_of(date(2026, 11, 20), 8)
OF_USD = {**TOLD, "value": 9 * SCALE, "currency": "USD", "logistics_code": "C"}
"""9 USD are 64.62 yuan on that day."""


def china(number: int, key: str, state: str = "closed", value: int = 0) -> Any:
    return SimpleNamespace(id=number, logistics_key=key, state=state, value=value, ebc_code="M", flow="E")


def shipment(
    port: dict[str, Any] | None, listed: dict[str, Any] | None, korea: dict[str, Any] | None, returned: str = ""
) -> FoundShipment:
    """One parcel of which they tell these things, beside another on which all agree."""
    packed, lists = [PortParcel("C|OK", **PACKED, declaration_id=2)], [china(2, "C|OK")]
    korean = [KoreaParcel(2, "K2", "1", 2026, "OK", logistics_code="C", **TOLD)]
    weights = {}
    if port is not None:
        packed.append(PortParcel("C|W", **port))
    if listed is not None:
        lists.append(china(1, "C|W", listed.get("state", "closed"), listed["value"]))
        weights[1] = listed.get("weight", 0)
    if korea is not None:
        korean.append(KoreaParcel(1, "K1", year=2026, hbl_no="W", eta=ETA, **{"direction": "1", **korea}))
    returns = {1: returned} if returned else {}
    return FoundShipment(BOX, [BOX], lists, packed, korean, (), (), returns=returns, weights=weights)


@each(
    ("port", "listed", "korea", "returned", "amiss"),
    [
        (PACKED, LISTED, TOLD, "", []),
        (PACKED, LISTED, OF_USD, "", []),
        (OUT, LISTED, None, "", ["taken_out"]),
        (OUT, LISTED, TOLD, "", ["still_announced"]),
        (OUT, {**LISTED, "state": "cancelled"}, None, "", []),
        (MOVED, LISTED, TOLD, "", ["elsewhere"]),
        (MOVED, LISTED, {**TOLD, "container_no": ""}, "", []),
        (None, LISTED, TOLD, "", ["unpacked"]),
        (None, LISTED, {**TOLD, "manifest_no": "M2"}, "", []),
        (None, LISTED, {**TOLD, "direction": "2"}, "", []),
        (PACKED, LISTED, None, "", ["unannounced"]),
        ({**PACKED, "listed_in": "Z2"}, LISTED, None, "", []),
        (PACKED, None, TOLD, "", ["unlisted"]),
        (PACKED, {**LISTED, "state": "rejected"}, TOLD, "", ["unlisted"]),
        (PACKED, LISTED, {**TOLD, "state": "sent_back"}, "", ["unreturned"]),
        (PACKED, LISTED, {**TOLD, "state": "sent_back"}, "approved", []),
        (PACKED, LISTED, {**TOLD, "state": "taken_in"}, "approved", ["unsent"]),
        (PACKED, LISTED, TOLD, "approved", []),
        (PACKED, LISTED, {**OF_USD, "value": 90 * SCALE}, "", ["value"]),
        (PACKED, LISTED, {**OF_USD, "currency": "ATS", "value": 90 * SCALE}, "", []),
        (PACKED, {**LISTED, "weight": 50}, {**TOLD, "gross_weight": 100, "manifest_weight": 100}, "", ["weight"]),
        (PACKED, {**LISTED, "weight": 100}, {**TOLD, "gross_weight": 100, "manifest_weight": 100}, "", []),
        (PACKED, LISTED, {**TOLD, "gross_weight": 100, "manifest_weight": 101}, "", ["weight"]),
    ],
)
def test_a_parcel_does_not_fit(port: Any, listed: Any, korea: Any, returned: str, amiss: list[str]) -> None:
    found = parcels_amiss(shipment(port, listed, korea, returned), load())
    assert {kind: [one.number for one in some] for kind, some in found.items()} == {kind: ["W"] for kind in amiss}


@each(
    ("port", "listed", "korea", "amiss"),
    [(None, None, TOLD, []), (PACKED, LISTED, None, ["unannounced"]), (PACKED, None, None, [])],
)
def test_a_company_is_told_of_nothing_missing_where_it_may_not_read(
    port: Any, listed: Any, korea: Any, amiss: list[str]
) -> None:
    found = parcels_amiss(shipment(port, listed, korea)._replace(companies={"M"}), load())
    assert list(found) == amiss


def test_the_newest_list_that_stands_and_the_newest_year_count() -> None:
    whole = shipment(PACKED, LISTED, {**OF_USD, "value": 90 * SCALE})
    lists = [*whole.lists, china(3, "C|W", value=646 * SCALE), china(4, "C|W", "rejected", 1)]
    assert not parcels_amiss(whole._replace(lists=lists), load())
    older = KoreaParcel(9, "K9", "1", 2025, "W", "cleared", logistics_code="C", container_no=OTHER, manifest_no="M0")
    assert list(parcels_amiss(whole._replace(korean=[*whole.korean, older]), load())) == ["value"]


def test_what_is_furthest_apart_stands_first() -> None:
    whole = shipment(PACKED, LISTED, {**OF_USD, "value": 18 * SCALE})
    far = KoreaParcel(3, "K3", "1", 2026, "FAR", eta=ETA, **{**OF_USD, "manifest_no": "M2"})
    more = whole._replace(korean=[*whole.korean, far], lists=[*whole.lists, china(3, "C|FAR", value=999 * SCALE)])
    assert [one.number for one in parcels_amiss(more, load())["value"]] == ["FAR", "W"]


def test_a_shipment_that_was_not_read_whole_is_not_compared() -> None:
    whole = shipment(PACKED, None, None)
    assert parcels_amiss(whole, load())
    assert not parcels_amiss(whole._replace(packed=[*whole.packed] * MOST), load())


@each(
    ("ours", "theirs", "apart"),
    [
        ({BOX: "S1"}, {BOX: "S1", OTHER: "S2"}, []),
        ({BOX: "S1", OTHER: "S2"}, {BOX: "S2", OTHER: "S1"}, [BOX, OTHER]),
        ({BOX: "S1"}, {BOX: "S9"}, [BOX]),
        ({}, {BOX: "S1"}, []),
    ],
)
def test_seals_are_compared_by_container(ours: dict[str, str], theirs: dict[str, str], apart: list[str]) -> None:
    told = [KoreaParcel(1, box, "1", 2026, box, "cleared", container_no=box, seal_no=no) for box, no in theirs.items()]
    events = [PortEvent(1, "T", box, "GIN", ETA, ETA, seal_no=number) for box, number in ours.items()]
    assert sorted(seals_apart(FoundShipment(BOX, [BOX], (), (), told, events, ()))) == apart
