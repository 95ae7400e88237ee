"""Who sent a message sees that work on it is parked, whichever gateway failed: nothing is silent."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from gateways.topics.shared import filed_route
from single_window.api.app import create_app
from single_window.store import parking
from single_window.store.deliveries import Delivery, file_deliveries
from single_window.store.engine import writing
from single_window.store.names import PARKED
from single_window.store.numbering import ROWS
from single_window.store.tables import document
from single_window.work.runtime import Runtime
from tests.databases import ON_BOTH, fetch
from tests.officers import signed_in
from tests.stories.port import Port

pytestmark = ON_BOTH


@pytest.fixture
def port(start_story: Any) -> Port:
    return Port(start_story(port="events"))


def park(port: Port, document_id: int, kind: str = "terminal_event") -> int:
    """A delivery of a document to its gateway failed for good."""
    window, route = port.story.window, filed_route(kind)
    window.numbering.ensure(ROWS, "row", 1)
    (number,) = window.numbering.take(ROWS, "row", 1)
    payload = json.dumps([[document_id + 1_000, ""], [document_id, ""]])
    parked = Delivery(number, port.story.sandbox, route.queue, route.topic, 0, payload, 5)
    with writing(window.engine) as connection:
        file_deliveries(connection, [(*parked[:6], 2, PARKED, 0, 1)])
        parking.open_case(connection, parked, "a fault")
    return number


def test_a_parked_delivery_of_an_agency_is_told_to_the_sender_until_it_is_dealt_with(port: Port) -> None:
    window = port.story.window
    client = create_app(window, runtime=Runtime(window)).test_client()
    port.tell(port.told("GIN", 1))
    port.tell(port.told("GIN", 2))
    first, second = fetch(window.engine, select(document.c["id", "message_id"]).order_by(document.c.id)).all()

    def parked(row: Any) -> int:
        path, headers = f"/api/v1/messages/{row.message_id}", {"X-Sandbox": port.story.sandbox}
        return int(client.get(path, headers=headers).json["parked"])

    assert (parked(first), parked(second)) == (0, 0)
    numbers = [park(port, first.id), park(port, first.id, "overseas_stock_notice")]
    assert (parked(first), parked(second)) == (1, 0), "what another gateway parked under this number is of other kinds"
    page = signed_in(client, window).get(f"/messages/{first.message_id}?sandbox=story&lang=en").text
    assert "no further receipt comes before it is tried again" in page
    with writing(window.engine) as connection:
        parking.dismiss(connection, window.numbering, port.story.sandbox, numbers, parking.Deed("li", 1, "a test"))
    assert parked(first) == 0
