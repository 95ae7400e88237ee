"""Drops what was told of containers that have gone, of ships of which no container is left, and of loaded parcels of
these: when all of it is older than an instant, and no case of it is open. Cases stay."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Subquery, delete, exists, func, select

from gateways.port.outcomes import COURSE
from single_window.store.agency_tables.port import port_case, port_event, port_parcel
from single_window.store.gateways.port import lock_port


def count_gone(connection: Connection, sandbox: str, before: int) -> int:
    """Return how many events of containers would be dropped at once; those of their ships follow them."""
    chosen = port_event.c.container_no.in_(_containers(sandbox, before))
    counted = select(func.count()).where(port_event.c.sandbox == sandbox, chosen)
    return int(connection.execute(counted).scalar_one())


def drop_gone(connection: Connection, sandbox: str, before: int, most: int) -> int:
    """Drop what is known of at most so many containers, or ships, or parcels; return how many rows these were, 0 if
    nothing is left to drop. A container's line is dropped whole."""
    lock_port(connection, sandbox)
    boxes, calls, keys = (
        select(chosen(sandbox, before).limit(most).subquery()) for chosen in (_containers, _calls, _parcels)
    )
    event, parcel = port_event.c, port_parcel.c
    for statement in (
        delete(port_event).where(event.sandbox == sandbox, event.container_no.in_(boxes)),
        delete(port_event).where(event.sandbox == sandbox, event.call.in_(calls)),
        delete(port_parcel).where(parcel.sandbox == sandbox, parcel.key.in_(keys)),
    ):
        if dropped := connection.execute(statement).rowcount:
            return int(dropped)
    return 0


def _containers(sandbox: str, before: int) -> Select[Any]:
    """Containers of which all was told before an instant, and whose parcels do not wait for their loading."""
    columns = port_event.c
    told = _told(columns.container_no, sandbox, before)
    bills = select(columns.bill_no).where(
        columns.sandbox == sandbox, columns.bill_no != "", columns.container_no == told.c.about
    )
    parcel = port_parcel.c
    waiting = exists().where(
        parcel.sandbox == sandbox,
        parcel.loaded == 0,
        ((parcel.container_no != "") & (parcel.container_no == told.c.about))
        | ((parcel.bill_no != "") & parcel.bill_no.in_(bills)),
    )
    return select(told.c.about).where(~_open(told.c.about, sandbox), ~waiting)


def _calls(sandbox: str, before: int) -> Select[Any]:
    """Ships' calls of which all was told before an instant, and that no event of a container names any more."""
    columns = port_event.alias().c
    told = _told(port_event.c.call, sandbox, before)
    named = exists().where(
        columns.sandbox == sandbox, columns.call != "", columns.call == told.c.about, columns.container_no != ""
    )
    return select(told.c.about).where(~_open(told.c.about, sandbox), ~named)


def _told(column: ColumnElement[str], sandbox: str, before: int) -> Subquery:
    own = (port_event.c.sandbox == sandbox, column != "")
    told = select(column.label("about")).where(*own).group_by(column)
    return told.having(func.max(port_event.c.recorded_at) < before).subquery()


def _open(about: ColumnElement[str], sandbox: str) -> ColumnElement[bool]:
    columns = port_case.c
    return exists().where(columns.sandbox == sandbox, columns.about == about, columns.state.in_(COURSE.waiting))


def _parcels(sandbox: str, before: int) -> Select[Any]:
    """Loaded parcels of which customs said nothing since an instant, and of whose container or bill nothing is left."""
    parcel, event = port_parcel.c, port_event.c
    left = exists().where(
        event.sandbox == sandbox,
        ((event.container_no != "") & (event.container_no == parcel.container_no))
        | ((event.bill_no != "") & (event.bill_no == parcel.bill_no)),
    )
    return select(parcel.key).where(parcel.sandbox == sandbox, parcel.loaded == 1, parcel.stepped_at < before, ~left)
