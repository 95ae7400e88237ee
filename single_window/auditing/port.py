"""The port: a parcel that customs was told to be loaded is in a container that was, and a list that waited for its ship
is closed only when its parcel was."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Connection, exists, select

from declarations.money import SCALE
from declarations.port.events import PortEventCode
from single_window.auditing.ledger import Ledger, LedgerDifference
from single_window.language.words import Words
from single_window.store.agency_tables.port import port_event, port_parcel
from single_window.store.sandboxes import find
from single_window.store.tables import declaration

WORDS = Words("口岸装箱", "containers of the port")
NOT_LOADED, NOT_WAITED = "told as loaded, and its container is not", "closed, and not loaded"


def audit_ledger(connection: Connection, sandbox: str) -> Ledger:
    """Compare parcels with the events of their containers, and with their lists."""
    columns = port_parcel.c
    chosen = select(columns.key, columns.loaded).where(columns.sandbox == sandbox)
    parcels = {row.key: row.loaded for row in connection.execute(chosen)}
    sums = {"parcels": len(parcels) * SCALE, "loaded": sum(parcels.values()) * SCALE}
    differences = (*_without_loading(connection, sandbox), *_closed_early(connection, sandbox))
    return Ledger("port", WORDS, len(parcels), sums, differences)


def _without_loading(connection: Connection, sandbox: str) -> Iterator[LedgerDifference]:
    """Loaded parcels on a packing list of whose container something is told, but no loading."""
    parcel = port_parcel.c
    told, loaded = _told(), _told(port_event.c.event == PortEventCode.LOADED)
    own = (parcel.sandbox == sandbox, parcel.loaded == 1, parcel.container_no != "")
    for key in connection.execute(select(parcel.key).where(*own, told, ~loaded).order_by(parcel.key)).scalars():
        yield LedgerDifference(key, NOT_LOADED, SCALE, 0)


def _told(*what: ColumnElement[bool]) -> ColumnElement[bool]:
    event, parcel = port_event.c, port_parcel.c
    return exists().where(event.sandbox == parcel.sandbox, event.container_no == parcel.container_no, *what)


def _closed_early(connection: Connection, sandbox: str) -> Iterator[LedgerDifference]:
    """Closed lists by sea whose parcels were released at the port, and are not loaded, where lists wait for ships."""
    if find(connection, sandbox).options.port != "full":
        return
    parcel, listed = port_parcel.c, declaration.c
    joined = select(parcel.key).join(declaration, listed.id == parcel.declaration_id)
    early = (parcel.sandbox == sandbox, parcel.state == "released", parcel.loaded == 0, listed.state == "closed")
    for key in connection.execute(joined.where(*early).order_by(parcel.key)).scalars():
        yield LedgerDifference(key, NOT_WAITED, 0, SCALE)
