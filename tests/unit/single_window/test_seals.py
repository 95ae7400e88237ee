"""Rows of agencies have a checksum, so that nobody is given what the disk has altered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, update

from declarations.port.events import PortEvent
from schemas.packing import AlteredData
from single_window.store.agency_tables.port import port_event
from single_window.store.engine import open_engine
from single_window.store.gateways.port import PORT_EVENTS
from tests.databases import ON_BOTH, made_database
from tests.tables import each

pytestmark = ON_BOTH
LOADED = PortEvent(
    id=1,
    terminal_code="QDTERM",
    container_no="QDXU1000015",
    event="LOD",
    at=1_795_154_400_000,
    recorded_at=1,
    weight=4_000,
)


def stored(connection: Connection) -> PortEvent:
    (found,) = PORT_EVENTS.load(connection, "main", "id", [1])
    return found


@pytest.fixture
def connection(dialect: str, tmp_path: Path) -> Iterator[Connection]:
    with made_database(dialect, tmp_path) as url:
        engine = open_engine(url)
        with engine.begin() as opened:
            PORT_EVENTS.save(opened, "main", [LOADED])
            yield opened
        engine.dispose()


@each("column", [name for name in PORT_EVENTS.names if name != "id"])
def test_no_column_is_another_in_silence(connection: Connection, column: str) -> None:
    assert stored(connection) == LOADED
    value = port_event.c[column]
    altered = value + ("X" if value.type.python_type is str else 1)
    connection.execute(update(port_event).values({column: altered}))
    with pytest.raises(AlteredData, match="port_event"):
        stored(connection)
    PORT_EVENTS.save(connection, "main", [LOADED])


def test_a_row_of_a_release_before_is_read_as_it_is(connection: Connection) -> None:
    connection.execute(update(port_event).values(seal=0, weight=7))
    assert stored(connection).weight == 7
