"""Finds what belongs to one shipment, from any of its numbers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, func, or_, select, true, union

from declarations.documents import ExportInventory, Inventory, unpack
from declarations.lifecycle import all_lifecycles
from declarations.money import Scaled
from declarations.port.events import PortEvent
from gateways.korea.repository import KoreaParcel
from gateways.port.repository import PortCase, PortParcel
from gateways.port.unpacked import bill_or_parcel
from single_window.store.agency_tables.korea import korea_parcel
from single_window.store.agency_tables.port import port_case, port_event, port_parcel
from single_window.store.bulk import one_of
from single_window.store.gateways.korea import KOREA_PARCELS
from single_window.store.gateways.port import PORT_CASES, PORT_PARCELS, events_where
from single_window.store.seals import fetch_whole
from single_window.store.tables import declaration, document, request

NOT_RETURNED = {"staged", *(name for name, state in all_lifecycles()["export_refund"].states.items() if state.ended)}
"""States of returns (213) by which nothing comes back."""
MOST = 5_000
"""Lists, and parcels by port or Korea, that are read of a shipment."""
MOST_CASES = 300
"""Cases, events of ships, and containers of a bill of lading that are read."""


class FoundShipment(NamedTuple):
    """What is stored about a shipment. `lists`: rows of declarations; `containers`: in which its parcels are;
    `returns`: list → state of its return of goods (213); `weights`: list → gross weight, of lists that Korea was told
    of; `companies`: only what these may read (None: all)."""

    number: str
    containers: Sequence[str]
    lists: Sequence[Row[Any]]
    packed: Sequence[PortParcel]
    korean: Sequence[KoreaParcel]
    events: Sequence[PortEvent]
    cases: Sequence[PortCase]
    companies: Collection[str] | None = None
    returns: Mapping[int, str] = MappingProxyType({})
    weights: Mapping[int, Scaled] = MappingProxyType({})

    @property
    def is_whole(self) -> bool:
        """True if all its parcels and lists were read."""
        return max(len(self.packed), len(self.korean), len(self.lists)) < MOST

    @property
    def is_known(self) -> bool:
        """True if anything is stored under its number."""
        return bool(self.lists or self.packed or self.korean or self.events)


class Container(NamedTuple):
    """A container, when something of it was told last, and how many parcels are known to be in it."""

    number: str
    at: int
    parcels: int


def find_shipment(
    connection: Connection, sandbox: str, number: str, companies: Collection[str] | None = None
) -> FoundShipment:
    """Return the shipment of a container, bill of lading, list (by any of its numbers) or parcel to Korea; if there is
    none of this number, that of the same in capitals, as a container's is.

    `companies`: of it only what these may read: their lists and parcels, and cases about them; of the container what
    is told of it, if it has one of theirs. None: all."""
    found = _find(connection, sandbox, number.strip(), companies)
    return found if found.is_known else _find(connection, sandbox, number.strip().upper(), companies)


def _find(connection: Connection, sandbox: str, number: str, companies: Collection[str] | None) -> FoundShipment:
    search, numbers = _Search(connection, sandbox, companies), [number] if number else []
    packed, korean, lists = search.packed(numbers), search.korean(numbers), search.lists(numbers)
    if number and not (packed or korean or lists):  # a bill of lading of which Korea alone was told
        numbers += [box.number for box in _boxes(connection, sandbox, number, MOST_CASES) if box.number != number]
        packed, korean = search.packed(numbers), search.korean(numbers)
    if lists and not packed:
        numbers += sorted({name for row in lists for name in (row.invt_no, row.logistics_key)} - {"", number})
        packed = search.packed(numbers)
    boxes = ({parcel.container_no for parcel in packed} | {parcel.container_no for parcel in korean}) - {""}
    packed, korean, lists = search.of_same_parcels([*numbers, *sorted(boxes - {*numbers})])
    events, cases = [], []
    if companies is None or packed or korean:
        told_of = one_of(connection, port_event.c.container_no, sorted({*boxes, number} - {""}))
        events = events_where(connection, sandbox, told_of)
        boxes |= {event.container_no for event in events}
        calls = {event.call for event in events} - {""}
        events += _of_ships(connection, sandbox, calls)
        about = boxes | calls | {row.invt_no for row in lists} | set(map(bill_or_parcel, packed))
        cases = [case for case in _cases(connection, sandbox, about - {""}) if search.may_read(case)]
    found = FoundShipment(number, sorted(boxes), lists, packed, korean, events, cases, companies)
    return found._replace(returns=search.returns(lists), weights=search.weights(lists) if korean else {})


def _of_ships(connection: Connection, sandbox: str, calls: Collection[str]) -> list[PortEvent]:
    """The events of ships' calls that name no container: manifests, the begin and end of loading, the tally report."""
    if not calls:
        return []
    of_call = one_of(connection, port_event.c.call, sorted(calls))
    return events_where(connection, sandbox, port_event.c.container_no == "", of_call)[:MOST_CASES]


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


class _Search(NamedTuple):
    """Searches a sandbox for what `companies` (None: all) may read."""

    connection: Connection
    sandbox: str
    companies: Collection[str] | None

    def may_read(self, case: PortCase) -> bool:
        """True for a case about a company's own, or of which it was told."""
        return self.companies is None or not {case.company, *case.told}.isdisjoint(self.companies)

    def packed(self, numbers: Sequence[str]) -> list[PortParcel]:
        """Parcels with one of these numbers that are or were in a container."""
        chosen = PORT_PARCELS.select().where(self._are_packed(numbers)).order_by(port_parcel.c.key).limit(MOST)
        return list(map(PORT_PARCELS.make, self.connection.execute(chosen)))

    def korean(self, numbers: Sequence[str]) -> list[KoreaParcel]:
        """Parcels to or from Korea with one of these numbers."""
        chosen = KOREA_PARCELS.select().where(self._are_korean(numbers)).order_by(korea_parcel.c.id).limit(MOST)
        return list(map(KOREA_PARCELS.make, self.connection.execute(chosen)))

    def lists(self, numbers: Sequence[str]) -> Sequence[Row[Any]]:
        """Lists with one of these numbers, and those of the parcels that have one."""
        chosen = select(declaration).where(self._are_lists(numbers)).order_by(declaration.c.id).limit(MOST)
        return fetch_whole(self.connection, chosen, declaration)

    def of_same_parcels(self, numbers: Sequence[str]) -> tuple[list[PortParcel], list[KoreaParcel], Sequence[Row[Any]]]:
        """What port, Korea's customs and ours tell of each parcel of which one of them names one of these numbers,
        whatever the others say of it. A parcel is the same by carrier and waybill; Korea's manifest names none."""
        packed, korean, lists = self.packed(numbers), self.korean(numbers), self.lists(numbers)
        keys = {parcel.key for parcel in packed} | {row.logistics_key for row in lists}
        keys |= {_key_of(parcel) for parcel in korean if parcel.logistics_code}
        waybills = {key.partition("|")[2] for key in keys} - {""}
        packed, lists = self.packed([*numbers, *sorted(keys)]), self.lists([*numbers, *sorted(keys - {""})])
        named, ids = {*numbers}, {row.id for row in lists}
        korean = [
            parcel
            for parcel in self.korean([*numbers, *sorted(waybills)])
            if not parcel.logistics_code
            or _key_of(parcel) in keys
            or parcel.declaration_id in ids
            or not named.isdisjoint((parcel.container_no, parcel.hbl_no, parcel.parcel_no))
        ]
        return packed, korean, lists

    def returns(self, lists: Sequence[Row[Any]]) -> Mapping[int, str]:
        """List → the state of its return of goods, of those by which something comes back."""
        chosen = select(request.c.declaration_id, request.c.state).where(
            request.c.sandbox == self.sandbox,
            request.c.kind == "export_refund",
            self._among(request.c.declaration_id, [row.id for row in lists]),
        )
        return {number: state for number, state in self.connection.execute(chosen) if state not in NOT_RETURNED}

    def weights(self, lists: Sequence[Row[Any]]) -> Mapping[int, Scaled]:
        """Declaration → the gross weight that its list declares."""
        papers = {row.document_id: row.id for row in lists}
        chosen = select(document.c.id, document.c.kind, document.c.facts).where(
            self._among(document.c.id, sorted(papers))
        )
        return {
            papers[row.id]: unpack(
                ExportInventory if row.kind == "export_inventory" else Inventory, row.facts
            ).gross_weight
            for row in (self.connection.execute(chosen) if papers else ())
        }

    def _among(self, column: Any, values: Collection[Any]) -> ColumnElement[bool]:
        return one_of(self.connection, column, list(values))

    def _are_packed(self, numbers: Sequence[str]) -> ColumnElement[bool]:
        # a search for each: SQLite reads a table that is kept by its key whole where OR joins them
        columns = port_parcel.c
        named = [
            select(columns.key).where(columns.sandbox == self.sandbox, column != "", self._among(column, numbers))
            for column in (columns.key, columns.container_no, columns.taken_from, columns.bill_no, columns.invt_no)
        ]
        of_them = (columns.sandbox == self.sandbox) & columns.key.in_(union(*named))
        listed = declaration.c.logistics_key == columns.key
        return of_them & self._own(columns.declaration_id, *self._carried_by(columns.key), listed=listed)

    def _are_korean(self, numbers: Sequence[str]) -> ColumnElement[bool]:
        columns = korea_parcel.c
        named = [
            (column != "") & self._among(column, numbers)
            for column in (columns.container_no, columns.hbl_no, columns.parcel_no)
        ]
        told = [self._among(column, self.companies or ()) for column in (columns.agent_code, columns.logistics_code)]
        return (columns.sandbox == self.sandbox) & or_(*named) & self._own(columns.declaration_id, *told)

    def _are_lists(self, numbers: Sequence[str]) -> ColumnElement[bool]:
        columns, ids = declaration.c, set[int]()
        for parcel, of_them in (
            (port_parcel.c, self._are_packed(numbers)),
            (korea_parcel.c, self._are_korean(numbers)),
        ):
            ids.update(self.connection.execute(select(parcel.declaration_id).where(of_them)).scalars())
        named = [
            self._among(column, numbers)
            for column in (columns.invt_no, columns.order_no, columns.cop_no, columns.pre_no, columns.logistics_key)
        ]
        of_them = (columns.sandbox == self.sandbox) & or_(*named, self._among(columns.id, sorted(ids - {0})))
        return of_them if self.companies is None else of_them & or_(*self._declared_by())

    def _own(
        self, declaration_id: Any, *told: ColumnElement[bool], listed: ColumnElement[bool] | None = None
    ) -> ColumnElement[bool]:
        """The condition that a parcel is of one of the companies: by who told of it or carries it, or by its list: that
        which is known of it, or is `listed` under its number."""
        if self.companies is None:
            return true()
        of_company = select(declaration.c.id).where(declaration.c.sandbox == self.sandbox, or_(*self._declared_by()))
        known = [of_company.where(declaration.c.id == declaration_id).exists()]
        return or_(*known, *([] if listed is None else [of_company.where(listed).exists()]), *told)

    def _declared_by(self) -> list[ColumnElement[bool]]:
        columns = declaration.c
        named = (columns.ebc_code, columns.ebp_code, columns.agent_code)
        own = [self._among(column, self.companies or ()) for column in named]
        return [*own, *self._carried_by(columns.logistics_key)]

    def _carried_by(self, key: Any) -> list[ColumnElement[bool]]:
        return [key.startswith(f"{code}|", autoescape=True) for code in sorted(self.companies or ())]


def _cases(connection: Connection, sandbox: str, about: Collection[str]) -> list[PortCase]:
    columns = port_case.c
    chosen = PORT_CASES.select().where(columns.sandbox == sandbox, one_of(connection, columns.about, sorted(about)))
    newest = chosen.order_by(columns.id.desc()).limit(MOST_CASES)
    return list(map(PORT_CASES.make, connection.execute(newest)))[::-1] if about else []


def _key_of(parcel: KoreaParcel) -> str:
    """Carrier and waybill, as the port and lists have them."""
    return f"{parcel.logistics_code}|{parcel.hbl_no}"
