"""The audit holds parcels in containers against what terminals told of these, and against their lists."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, update

from single_window.auditing.port import NOT_LOADED, NOT_WAITED, audit_ledger
from single_window.store.agency_tables.port import port_event, port_parcel
from single_window.store.engine import writing
from tests.databases import ON_BOTH
from tests.stories.exporting import Sale
from tests.stories.port import BOX, Port
from tests.stories.test_port_full import leave

pytestmark = ON_BOTH
FIRST = Sale(1)


@pytest.fixture
def port(start_story) -> Port:
    port = Port(start_story(port="full"))
    port.pack([FIRST, Sale(2)])
    port.tell(port.told("GIN", 1))
    port.released(FIRST)
    port.tell(port.told("LOD", 5))
    leave(port, FIRST)
    assert port.story.state(FIRST) == "closed"
    return port


def differences(port: Port) -> list[tuple[str, str]]:
    ledger = port.story.read(audit_ledger)
    assert (ledger.rows, len(ledger.sums)) == (2, 2)
    return [(one.key.partition("|")[2], one.what) for one in ledger.differences]


def change(port: Port, statement) -> None:
    with writing(port.story.window.engine) as connection:
        connection.execute(statement)


def test_a_list_that_was_closed_when_its_parcel_was_loaded_is_in_order(port: Port) -> None:
    assert differences(port) == []


def test_a_parcel_whose_container_was_not_loaded_is_named(port: Port) -> None:
    change(port, delete(port_event).where(port_event.c.container_no == BOX, port_event.c.event == "LOD"))
    assert differences(port) == [(FIRST.waybill, NOT_LOADED)]


def test_a_list_that_was_closed_before_its_parcel_was_loaded_is_named(port: Port) -> None:
    change(port, update(port_parcel).values(loaded=0))
    assert differences(port) == [(FIRST.waybill, NOT_WAITED)]
