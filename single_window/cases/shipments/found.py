"""Finds what belongs to one shipment, from any of its numbers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, func, or_, select

from declarations.port.events import PortEvent
from gateways.korea.repository import KoreaParcel
from gateways.port.repository import PortCase, PortParcel
from single_window.store.agency_tables.korea import korea_parcel
from single_window.store.agency_tables.port import port_case, port_event, port_parcel
from single_window.store.bulk import one_of
from single_window.store.gateways.korea import KOREA_PARCELS
from single_window.store.gateways.port import PORT_CASES, PORT_PARCELS, events_where
from single_window.store.tables import declaration

MOST = 300
"""Lists and parcels that a shipment shows."""


class FoundShipment(NamedTuple):
    """All that is stored about a shipment. `lists`: rows of declarations; `containers`: in which its parcels are."""

    number: str
    containers: Sequence[str]
    lists: Sequence[Row[Any]]
    packed: Sequence[PortParcel]
    korean: Sequence[KoreaParcel]
    events: Sequence[PortEvent]
    cases: Sequence[PortCase]

    @property
    def is_known(self) -> bool:
        """True if anything is stored under its number."""
        return bool(self.lists or self.packed or self.korean or self.events)


class Container(NamedTuple):
    """A container, when something of it was told last, and how many parcels are known to be in it."""

    number: str
    at: int
    parcels: int


def find_shipment(connection: Connection, sandbox: str, number: str) -> FoundShipment:
    """Return the shipment of a container, bill of lading, list (invtNo or orderNo) or parcel to Korea."""
    packed, korean = _packed(connection, sandbox, [number]), _korean(connection, sandbox, [number])
    lists = _lists(connection, sandbox, [number], (*packed, *korean))
    if lists and not packed:
        packed = _packed(connection, sandbox, [row.invt_no for row in lists if row.invt_no])
    boxes = ({parcel.container_no for parcel in packed} | {parcel.container_no for parcel in korean}) - {""}
    if boxes - {number}:
        packed, korean = _packed(connection, sandbox, [number, *boxes]), _korean(connection, sandbox, [number, *boxes])
        lists = _lists(connection, sandbox, [number], (*packed, *korean))
    events = events_where(connection, sandbox, one_of(connection, port_event.c.container_no, sorted({*boxes, number})))
    boxes |= {event.container_no for event in events}
    calls = {event.call for event in events} - {""}
    events += _of_ships(connection, sandbox, calls)
    cases = _cases(connection, sandbox, boxes | calls)
    return FoundShipment(number, sorted(boxes), lists, packed, korean, events, cases)


def _of_ships(connection: Connection, sandbox: str, calls: Collection[str]) -> list[PortEvent]:
    """The events of ships' calls that name no container: manifests, the begin and end of loading, the tally report."""
    if not calls:
        return []
    of_call = one_of(connection, port_event.c.call, sorted(calls))
    return events_where(connection, sandbox, port_event.c.container_no == "", of_call)[:MOST]


def is_shipment(connection: Connection, sandbox: str, number: str) -> bool:
    """True if a container or a bill of lading has this number."""
    return bool(_boxes(connection, sandbox, number, 1))


def newest_containers(connection: Connection, sandbox: str, most: int) -> Sequence[Container]:
    """Return the containers of which something was told last, newest first."""
    return _boxes(connection, sandbox, "", most)


def _boxes(connection: Connection, sandbox: str, number: str, most: int) -> Sequence[Container]:
    """Containers by the instant at which something of them was told last; only of one number, if it is given."""
    found: dict[str, Container] = {}
    for column, at, bill in (
        (port_event.c.container_no, port_event.c.recorded_at, port_event.c.container_no),
        (port_parcel.c.container_no, port_parcel.c.stepped_at, port_parcel.c.bill_no),
        (korea_parcel.c.container_no, korea_parcel.c.opened_at, korea_parcel.c.bill_no),
    ):
        named = [or_(column == number, bill == number)] if number else []
        rows = (
            select(column, func.max(at), func.count())
            .where(column.table.c.sandbox == sandbox, column != "", *named)
            .group_by(column)
        )
        for box, last, count in connection.execute(rows.order_by(func.max(at).desc()).limit(most)):
            known = found.get(box, Container(box, 0, 0))
            parcels = max(known.parcels, count) if column.table is not port_event else known.parcels
            found[box] = Container(box, max(known.at, last), parcels)
    return sorted(found.values(), key=lambda box: (-box.at, box.number))[:most]


def _packed(connection: Connection, sandbox: str, numbers: Sequence[str]) -> list[PortParcel]:
    columns = port_parcel.c
    named = (
        (column != "") & one_of(connection, column, list(numbers))
        for column in (columns.container_no, columns.bill_no, columns.invt_no)
    )
    chosen = PORT_PARCELS.select().where(columns.sandbox == sandbox, or_(*named)).order_by(columns.key).limit(MOST)
    return list(map(PORT_PARCELS.make, connection.execute(chosen)))


def _korean(connection: Connection, sandbox: str, numbers: Sequence[str]) -> list[KoreaParcel]:
    columns = korea_parcel.c
    of_box = (columns.container_no != "") & one_of(connection, columns.container_no, list(numbers))
    named = or_(
        of_box,
        one_of(connection, columns.hbl_no, list(numbers)),
        one_of(connection, columns.parcel_no, list(numbers)),
    )
    chosen = KOREA_PARCELS.select().where(columns.sandbox == sandbox, named).order_by(columns.id).limit(MOST)
    return list(map(KOREA_PARCELS.make, connection.execute(chosen)))


def _lists(
    connection: Connection, sandbox: str, numbers: Sequence[str], parcels: Sequence[PortParcel | KoreaParcel]
) -> Sequence[Row[Any]]:
    columns = declaration.c
    ids = sorted({parcel.declaration_id for parcel in parcels} - {0})
    named = or_(
        one_of(connection, columns.invt_no, list(numbers)),
        one_of(connection, columns.order_no, list(numbers)),
        one_of(connection, columns.id, ids or [0]),
    )
    chosen = select(declaration).where(columns.sandbox == sandbox, named).order_by(columns.id).limit(MOST)
    return connection.execute(chosen).all()


def _cases(connection: Connection, sandbox: str, about: Collection[str]) -> list[PortCase]:
    columns = port_case.c
    chosen = PORT_CASES.select().where(columns.sandbox == sandbox, one_of(connection, columns.about, sorted(about)))
    return list(map(PORT_CASES.make, connection.execute(chosen.order_by(columns.id).limit(MOST)))) if about else []
