"""The state of the port in the database."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from operator import attrgetter

from sqlalchemy import Column, ColumnElement, Connection, Select, func, not_, select, union

from declarations.port.events import PortEvent
from declarations.port.timeline import NOT_COUNTED
from declarations.reasons import Reason
from gateways.port.repository import PortCase, PortParcel
from single_window.store.agency_tables.port import port_case, port_event, port_file, port_parcel
from single_window.store.bulk import one_of
from single_window.store.gateways.agency_state import AgencyState, lock_agency
from single_window.store.records import Records, decoder
from single_window.store.tables import declaration

PORT_EVENTS = Records(PortEvent, port_event)
PORT_PARCELS = Records(PortParcel, port_parcel, {"releases": decoder(tuple[tuple[int, int], ...], tuple)})
PORT_CASES = Records(
    PortCase, port_case, {"reasons": decoder(tuple[Reason, ...], tuple), "told": decoder(tuple[str, ...], tuple)}
)
_LOCK = "port"
INDEXED = ("container_no", "call", "bill_no")
"""Columns by which events are found."""


def events_where(connection: Connection, sandbox: str, *where: ColumnElement[bool]) -> list[PortEvent]:
    """Return the events that fulfil all conditions, in the order in which they were told."""
    chosen = PORT_EVENTS.select().where(port_event.c.sandbox == sandbox, *where).order_by(port_event.c.id)
    return list(map(PORT_EVENTS.make, connection.execute(chosen)))


def parcels_where(connection: Connection, sandbox: str, *where: ColumnElement[bool]) -> list[PortParcel]:
    """Return the parcels that fulfil all conditions, by key."""
    chosen = PORT_PARCELS.select().where(port_parcel.c.sandbox == sandbox, *where).order_by(port_parcel.c.key)
    return list(map(PORT_PARCELS.make, connection.execute(chosen)))


def boxes_named(
    connection: Connection, sandbox: str, bills: Collection[str], but: Collection[str] = ()
) -> dict[str, set[str]]:
    """Return bill of lading → two of the containers that events which count name with it, or its only one; `but` for
    some containers."""
    columns = port_event.c
    boxes = func.min(columns.container_no), func.max(columns.container_no)
    of_bills = [columns.bill_no != "", one_of(connection, columns.bill_no, sorted({*bills} - {""}))]
    of_bills += [columns.mark.not_in(sorted(NOT_COUNTED))]
    of_bills += [not_(one_of(connection, columns.container_no, sorted(but)))] if but else []
    chosen = select(columns.bill_no, *boxes).where(columns.sandbox == sandbox, columns.container_no != "", *of_bills)
    return {row[0]: {row[1], row[2]} for row in connection.execute(chosen.group_by(columns.bill_no))}


def lock_port(connection: Connection, sandbox: str) -> None:
    """Lock the port of a sandbox until the transaction ends."""
    lock_agency(connection, sandbox, port_file, code=_LOCK)


class StoredPortRepository(AgencyState):
    """State of one sandbox for one batch of deliveries."""

    def begin(self) -> None:
        self._events: dict[int, PortEvent] = {}
        self._changed_events: dict[int, PortEvent] = {}
        self._loaded: dict[str, set[str]] = {name: set() for name in ("container_no", "call", "packed", "billed")}
        self._codes: dict[str, set[str]] = {}
        self._boxes: dict[str, set[str]] = {}
        self._index: dict[str, dict[str, dict[int, PortEvent]]] = {name: {} for name in INDEXED}
        self._parcels = self.rows(PORT_PARCELS, "key")
        self._cases = self.rows(PORT_CASES, cases="port_case")

    def lock(self) -> None:
        lock_port(self._connection, self._sandbox)

    def events_of(self, containers: Collection[str]) -> Mapping[str, Sequence[PortEvent]]:
        return self._grouped("container_no", containers)

    def ship_events(self, calls: Collection[str]) -> Mapping[str, Sequence[PortEvent]]:
        found = self._grouped("call", calls, port_event.c.call != "", port_event.c.container_no == "")
        of_ship = {call: [event for event in told if not event.container_no] for call, told in found.items()}
        return {call: told for call, told in of_ship.items() if told}

    def codes_of_calls(self, calls: Collection[str]) -> Mapping[str, Collection[str]]:
        if new := set(calls) - self._codes.keys():
            self._codes.update({call: set() for call in new})
            for call, code in self._distinct(new, port_event.c.event):
                self._codes[call].add(code)
        put = {call: {event.event for event in self._index["call"].get(call, {}).values()} for call in calls}
        return {call: self._codes[call] | codes for call, codes in put.items()}

    def containers_of_calls(self, calls: Collection[str]) -> Collection[str]:
        known = {event.container_no for call in calls for event in self._index["call"].get(call, {}).values()}
        return known.union(box for _, box in self._distinct(calls, port_event.c.container_no)) - {""}

    def only_boxes(self, bills: Collection[str]) -> Mapping[str, str]:
        if new := set(bills) - self._boxes.keys():
            self._boxes.update({bill: set() for bill in new})
            loaded = self._loaded["container_no"]
            self._boxes.update(boxes_named(self._connection, self._sandbox, new, loaded))
        found = {bill: set(self._boxes[bill]) for bill in bills}
        for bill, boxes in found.items():
            put = self._index["bill_no"].get(bill, {}).values()
            boxes.update(event.container_no for event in put if event.mark not in NOT_COUNTED)
            boxes.discard("")
        return {bill: next(iter(of_bill)) for bill, of_bill in found.items() if len(of_bill) == 1}

    def _distinct(self, calls: Collection[str], column: Column[str]) -> Iterator[tuple[str, str]]:
        own, call = port_event.c.sandbox == self._sandbox, port_event.c.call
        named = one_of(self._connection, call, sorted({*calls} - {""}))
        for row in self._connection.execute(select(call, column).where(own, call != "", named).distinct()):
            yield row[0], row[1]

    def _grouped(
        self, name: str, values: Collection[str], *where: ColumnElement[bool]
    ) -> Mapping[str, Sequence[PortEvent]]:
        """The events by a column, for some of its values, each of which is loaded once in a batch."""
        if new := sorted(set(values) - self._loaded[name]):
            wanted = one_of(self._connection, port_event.c[name], new)
            for event in events_where(self._connection, self._sandbox, wanted, *where):
                self._remember_event(event)
            self._loaded[name].update(new)
            self._boxes.clear()  # which containers bills name was read without what is loaded
        index = self._index[name]
        return {value: sorted(index[value].values(), key=attrgetter("id")) for value in values if value in index}

    def _remember_event(self, event: PortEvent) -> None:
        if event.id not in self._events:
            self._events[event.id] = event
            for name in INDEXED:
                self._index[name].setdefault(getattr(event, name), {})[event.id] = event

    def put_events(self, events: Sequence[PortEvent]) -> None:
        for event in events:
            self._remember_event(event)
            self._changed_events[event.id] = event

    def parcels(self, keys: Collection[str]) -> Mapping[str, PortParcel]:
        return self._parcels.by_key(keys)

    def owners(self, keys: Collection[str]) -> Mapping[str, Collection[str]]:
        columns = declaration.c
        chosen = select(columns.logistics_key, columns.agent_code, columns.ebc_code).where(
            columns.sandbox == self._sandbox,
            columns.flow == "E",
            one_of(self._connection, columns.logistics_key, sorted(keys)),
        )
        found: dict[str, set[str]] = {}
        for row in self._connection.execute(chosen):
            found.setdefault(row.logistics_key, set()).update({row.agent_code, row.ebc_code} - {""})
        return found

    def parcels_in(self, containers: Collection[str], bills: Collection[str]) -> Sequence[PortParcel]:
        new = self._unpacked(containers, bills)

        def fits(parcel: PortParcel) -> bool:
            return parcel.container_no in containers or parcel.bill_no in bills

        return self._parcels.chosen(port_parcel.c.key.in_(union(*new)), fits=fits) if new else self._parcels.known(fits)

    def _unpacked(self, containers: Collection[str], bills: Collection[str]) -> list[Select[tuple[str]]]:
        """The keys of the parcels in those containers or bills whose parcels the batch has not loaded. A search for
        each: SQLite reads a table that is kept by its key whole where OR joins them."""
        columns, wanted = port_parcel.c, list[Select[tuple[str]]]()
        for name, column, values in (
            ("packed", columns.container_no, containers),
            ("billed", columns.bill_no, bills),
        ):
            if new := set(values) - self._loaded[name]:
                self._loaded[name].update(new)
                among = one_of(self._connection, column, sorted(new))
                wanted.append(select(columns.key).where(columns.sandbox == self._sandbox, column != "", among))
        return wanted

    def parcels_of_list(self, invt_no: str) -> Sequence[PortParcel]:
        column = port_parcel.c.invt_no
        return self._parcels.chosen(column != "", column == invt_no, fits=lambda parcel: parcel.invt_no == invt_no)

    def put_parcels(self, parcels: Sequence[PortParcel]) -> None:
        for parcel in parcels:
            self._parcels.put(parcel)

    def cases(self, ids: Collection[int]) -> Mapping[int, PortCase]:
        return self._cases.by_key(ids)

    def cases_about(self, about: Collection[str]) -> Sequence[PortCase]:
        return self._cases.grouped("about", about)

    def put_case(self, case: PortCase) -> None:
        self._cases.put(case)

    def save(self, connection: Connection) -> None:
        """Write all changes."""
        PORT_EVENTS.save(connection, self._sandbox, self._changed_events.values())
        super().save(connection)


REPOSITORY = StoredPortRepository
