"""Declarations of both flows over HTTP: listed with filters, found by every number; notes of transport."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from played_exports import NAMES, SANDBOX, PlayedExports

from single_window.api import create_app
from single_window.intake.admission_queue import AdmissionQueue
from single_window.settings import Settings
from single_window.wiring import Window
from tests.described import described_client
from tests.tables import each


@pytest.fixture(scope="module")
def client(played_exports: PlayedExports) -> Iterator[FlaskClient]:
    window = Window(Settings(data=played_exports.data, readers=0))
    yield described_client(create_app(window, admission=AdmissionQueue(window)))
    window.close()


def get(client: FlaskClient, path: str, status: int = 200) -> Any:
    answer = client.get(f"/api/v1/{path}", headers={"X-Sandbox": SANDBOX})
    assert answer.status_code == status, answer.text
    return answer.get_json()


@each(
    ("query", "count"),
    [
        ("", 8),
        ("?flow=E", 7),
        ("?flow=I", 1),
        ("?flow=E&state=rejected", 1),
        ("?bill_no=NGB1", 3),
        ("?batch=none", 0),
        ("?flow=I&bill_no=NGB1", 0),
    ],
)
def test_declarations_are_listed_by_flow_state_batch_and_master_waybill(
    client: FlaskClient, query: str, count: int
) -> None:
    assert len(get(client, f"declarations{query}")["declarations"]) == count


def test_a_page_leads_to_the_next(client: FlaskClient) -> None:
    first = get(client, "declarations?limit=5")
    rest = get(client, f"declarations?limit=5&before={first['next']}")
    ids = [declaration["id"] for page in (first, rest) for declaration in page["declarations"]]
    assert len(ids) == 8 and ids == sorted(ids, reverse=True) and rest["next"] is None


def test_an_unknown_flow_is_refused(client: FlaskClient) -> None:
    assert get(client, "declarations?flow=X", 400)["findings"][0]["path"] == "flow"


@each("name", NAMES)
@each("number", ["id", "waybill"])
def test_an_export_is_found_with_its_documents(
    client: FlaskClient, played_exports: PlayedExports, name: str, number: str
) -> None:
    sale = played_exports.sales[name]
    result = get(client, f"declarations/{getattr(sale, number)}")
    (declaration,) = result["declarations"]
    assert (
        declaration["flow"],
        declaration["kind"],
        declaration["order_no"],
        declaration["logistics_no"],
        declaration["tax"],
    ) == (
        "E",
        "export_inventory",
        sale.id,
        sale.waybill,
        None,
    )
    kinds = {document["kind"] for document in result["documents"]}
    assert kinds >= {"export_order", "export_waybill", "export_inventory"}
    assert ({"export_refund", "tally"} <= kinds) == (name == "left")


def test_of_a_number_that_both_flows_have_each_is_distinguished(
    client: FlaskClient, played_exports: PlayedExports
) -> None:
    both = get(client, f"declarations/{played_exports.shared}")
    assert sorted(declaration["flow"] for declaration in both["declarations"]) == ["E", "I"]
    for flow, kinds in (
        ("I", {"order", "payment", "waybill", "inventory"}),
        ("E", {"export_order", "export_waybill", "export_inventory"}),
    ):
        result = get(client, f"declarations/{played_exports.shared}?flow={flow}")
        assert [declaration["flow"] for declaration in result["declarations"]] == [flow]
        assert {document["kind"] for document in result["documents"]} == kinds


@each(("flow", "kinds"), [("", ["order", "export_order"]), ("I", ["order"]), ("E", ["export_order"])])
def test_of_an_order_that_nothing_declares_the_flow_is_heeded_too(
    client: FlaskClient, played_exports: PlayedExports, flow: str, kinds: list[str]
) -> None:
    result = get(client, f"declarations/{played_exports.undeclared}?flow={flow}")
    assert (result["declarations"], [document["kind"] for document in result["documents"]]) == ([], kinds)


def test_a_note_shows_its_parts_and_parcels(client: FlaskClient) -> None:
    (note,) = get(client, "notes/YD2")["notes"]
    assert (note["kind"], note["count"], note["missing"]) == ("arrival_note", 3, [2, 3])
    assert [part["state"] for part in note["parts"]] == ["incomplete"]
    assert [parcel["state"] for parcel in note["parcels"]] == ["awaiting_arrival"]
    assert get(client, "notes/none", 404)["findings"][0]["code"] == "no-such-declaration"
