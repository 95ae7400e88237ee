"""Queries of the port: cases with their events, containers with stays and parcels."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, or_, select

from declarations.calendar import local_time_of
from declarations.port.charges import PortCharge, UnknownSize, charges_of
from declarations.port.events import PortEvent
from declarations.port.timeline import FOREVER, NOT_COUNTED, Loadings, Stay, current, stays_of
from gateways.port.outcomes import COURSE
from gateways.port.repository import PortCase, PortParcel
from schemas.edifact.customs_response import CustomsWord, customs_response
from single_window.cases.port.answers import (
    PORT_KIND,
    PortBillOut,
    PortCaseOut,
    PortChargeOut,
    PortContainerOut,
    PortEventOut,
    PortParcelOut,
    PortStayOut,
)
from single_window.frame import case_rows
from single_window.frame.case_rows import CaseReader, CaseRows
from single_window.frame.typed import history_out, instant_text
from single_window.store.agency_tables.port import port_case, port_event, port_parcel
from single_window.store.bulk import one_of
from single_window.store.gateways.port import PORT_CASES, boxes_named, events_where, parcels_where
from single_window.store.law_books import law_of
from single_window.store.sandboxes import clocks
from single_window.store.tables import declaration

PORT_ROWS = CaseRows(port_case, PORT_CASES.select, PORT_CASES.make, tuple(COURSE.waiting))
MOST_PARCELS = 500
"""Parcels that an answer shows."""


def find_port_case(connection: Connection, sandbox: str, number: str) -> PortCase | None:
    """Return a case by its caseNo or id."""
    by_id = number.isascii() and number.isdigit() and len(number) < 19
    column = port_case.c
    return PORT_ROWS.find(connection, sandbox, column.id == int(number) if by_id else column.case_no == number)


def events_of(connection: Connection, sandbox: str, container: str) -> list[PortEvent]:
    """Return the events of a container, in the order in which they were told."""
    return events_where(connection, sandbox, port_event.c.container_no == container)


def container_out(
    connection: Connection, sandbox: str, container: str, companies: Collection[str] | None = None
) -> PortContainerOut | None:
    """Return what is known of a container; it may be nothing. Of `companies` (None: all) only their own parcels, and
    None for a container that neither has any nor was told of by one of them. A line whose word on it does not count
    reads that alone."""
    events = events_of(connection, sandbox, container)
    stays, claims = stays_of(events), [event for event in events if event.mark in NOT_COUNTED]
    parcels = _own(connection, _parcels_in(connection, sandbox, container, stays), companies)
    told = {code for stay in stays for event in stay.events for code in (event.terminal_code, event.line_code)}
    if companies is not None and not parcels and not told & set(companies):
        claims, stays = [event for event in claims if event.claimed_by in companies], []
        if not claims:
            return None
    loaded = Loadings(current(stays)).newest()
    return PortContainerOut(
        container_no=container,
        stays=tuple(map(_stay_out, stays)),
        claims=tuple(map(PortEventOut.of, claims)),
        parcels=tuple(_parcel_out(parcel, container) for parcel in parcels[:MOST_PARCELS]),
        loaded_at=instant_text(loaded.at if loaded else 0),
    )


def _own(
    connection: Connection, parcels: Sequence[PortParcel], companies: Collection[str] | None
) -> Sequence[PortParcel]:
    """Those of these parcels that one of these companies carries, declares or owns."""
    if companies is None:
        return parcels
    columns, ids = declaration.c, sorted({parcel.declaration_id for parcel in parcels} - {0})
    named = or_(columns.agent_code.in_(companies), columns.ebc_code.in_(companies))
    theirs = set(connection.execute(select(columns.id).where(one_of(connection, columns.id, ids), named)).scalars())
    return [
        parcel for parcel in parcels if parcel.declaration_id in theirs or parcel.key.partition("|")[0] in companies
    ]


def release_of(
    connection: Connection, sandbox: str, container: str, companies: Collection[str] | None = None
) -> bytes | None:
    """Return what its terminal was told of a container's parcels last, as an interchange with CUSRES; None if nothing
    was, or to none of these `companies` (None: all)."""
    parcels = _parcels_in(connection, sandbox, container, stays_of(events_of(connection, sandbox, container)))
    told = [one for one in parcels if one.terminal_code and (companies is None or one.terminal_code in companies)]
    if not told:
        return None
    terminal = max(told, key=lambda one: one.stepped_at).terminal_code
    columns, ids = declaration.c, sorted({one.declaration_id for one in told} - {0})
    chosen = select(columns.id, columns.customs_code).where(one_of(connection, columns.id, ids))
    offices = dict(map(tuple, connection.execute(chosen)))
    words = [
        CustomsWord(
            one.bill_no, one.invt_no, offices.get(one.declaration_id, ""), one.state, local_time_of(one.stepped_at)
        )
        for one in told
        if one.terminal_code == terminal
    ]
    sender = min((word.office for word in words if word.office), default="CUSTOMS")
    return customs_response(container, words, sender=sender, recipient=terminal)


def _stay_out(stay: Stay) -> PortStayOut:
    return PortStayOut(
        terminal_code=stay.terminal,
        stay=stay.number,
        since=instant_text(stay.since),
        until=instant_text(stay.until if stay.until != FOREVER else 0),
        events=tuple(map(PortEventOut.of, stay.events)),
    )


def _parcels_in(connection: Connection, sandbox: str, container: str, stays: Sequence[Stay]) -> Sequence[PortParcel]:
    bills = {event.bill_no for stay in stays for event in stay.events if event.bill_no}
    alone = [bill for bill, boxes in boxes_named(connection, sandbox, bills).items() if boxes == {container}]
    columns = port_parcel.c
    in_box = (columns.container_no != "") & (columns.container_no == container)
    of_bill = (
        (columns.container_no == "")
        & (columns.listed_in == "")
        & (columns.bill_no != "")
        & one_of(connection, columns.bill_no, alone or [""])
    )
    return parcels_where(connection, sandbox, or_(in_box, of_bill))


def _parcel_out(parcel: PortParcel, container: str) -> PortParcelOut:
    return PortParcelOut.of(parcel, container_no=container)


def bill_out(
    connection: Connection, sandbox: str, bill: str, companies: Collection[str] | None = None
) -> PortBillOut | None:
    """Return the charges of the stays of containers that name a bill of lading; None for one of which these `companies`
    (None: all) have no parcel and told nothing."""
    if companies is not None and not _is_theirs(connection, sandbox, bill, companies):
        return None
    law, now = law_of(connection, sandbox), clocks(connection)[sandbox].now()
    charges: list[PortCharge] = []
    unknown = []
    for box, events in _events_of_bill(connection, sandbox, bill).items():
        for stay in stays_of(events):
            try:
                charges += charges_of(stay, law, now) if bill in stay.bills else ()
            except UnknownSize:
                unknown.append(box)
    return PortBillOut(
        bill_no=bill,
        charges=tuple(_charge_out(charge) for charge in charges),
        total=f"{sum(charge.amount for charge in charges):.2f}",
        unknown=tuple(unknown),
    )


def _is_theirs(connection: Connection, sandbox: str, bill: str, companies: Collection[str]) -> bool:
    parcels = parcels_where(connection, sandbox, port_parcel.c.bill_no != "", port_parcel.c.bill_no == bill)
    if _own(connection, parcels, companies):
        return True
    told = [event for events in _events_of_bill(connection, sandbox, bill).values() for event in events]
    named = [event for event in told if event.bill_no == bill and event.mark not in NOT_COUNTED]
    return any({event.terminal_code, event.line_code} & set(companies) for event in named)


def _charge_out(charge: PortCharge) -> PortChargeOut:
    return PortChargeOut(
        container_no=charge.container_no,
        code=charge.code,
        day=charge.day.isoformat(),
        quantity=charge.quantity,
        price=f"{charge.price:.2f}",
        amount=f"{charge.amount:.2f}",
        parameter=charge.parameter,
    )


def _events_of_bill(connection: Connection, sandbox: str, bill: str) -> dict[str, list[PortEvent]]:
    """The events of each container that events name with a bill, by container."""
    columns = port_event.c
    named = select(columns.container_no).where(
        columns.sandbox == sandbox, columns.bill_no != "", columns.bill_no == bill, columns.container_no != ""
    )
    found: dict[str, list[PortEvent]] = {}
    for event in events_where(connection, sandbox, columns.container_no.in_(named.distinct())):
        found.setdefault(event.container_no, []).append(event)
    return dict(sorted(found.items()))


def _show(connection: Connection, sandbox: str, number: str) -> PortCaseOut | None:
    case = find_port_case(connection, sandbox, number)
    if case is None:
        return None
    if case.container_no:
        events = events_of(connection, sandbox, case.container_no)
        parcels = _parcels_in(connection, sandbox, case.container_no, stays_of(events))[:MOST_PARCELS]
    else:
        named = (port_event.c.call != "", port_event.c.call == case.about)
        events, parcels = events_where(connection, sandbox, *named), ()
    return PortCaseOut.of(
        case,
        events=tuple(PortEventOut.of(event) for event in sorted(events, key=lambda event: (event.at, event.id))),
        parcels=parcels,
        history=history_out(case_rows.history(connection, sandbox, case.case_no, "port_case")),
    )


PORT_CASE_READER: CaseReader[Any, Any, Any] = CaseReader(
    kind=PORT_KIND, listed=PORT_ROWS.newest, out=PortCaseOut.of, show=_show
)
