"""Empties a sandbox piece by piece, each a short transaction, whichever part of the program wrote the rows.

Counters stay: numbers and places in a mailbox continue where they were, so that none is ever assigned twice, whatever
other processes have reserved or a participant has read already.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, or_, select, tuple_, update
from sqlalchemy import text as sql

from single_window.messaging.topology import GATEWAYS
from single_window.store import deliveries, epochs
from single_window.store import tables as t

PIECE = 2_000
"""Rows that one transaction deletes, about: writers wait no longer than that takes."""
FAMILY = 200
"""Rows whose parts are deleted together with them."""
COUNTERS = (t.serial, t.mailbox)
"""What stays whatever goes."""
SNAPSHOTS = (t.sandbox_snapshot,)
"""What stays until the sandbox itself is deleted."""
FIRST = (t.deadline, t.delivery)
"""What goes first: with it, work that has begun has no effect, and none follows from it."""
DONE = sql("state = 'done'")
"""The condition of the partial indexes. The finished ones have an index of their own: with an index for all of a
sandbox the database would read all where it searches for the few that are open."""
OPEN: Mapping[Table, ColumnElement[bool]] = {
    t.deadline: t.deadline.c.state == "open",
    t.delivery: and_(deliveries.NOT_DONE, t.delivery.c.state > ""),
}
PARTS: Mapping[Table, tuple[tuple[Table, str], ...]] = {
    t.message: ((t.archive, "message_id"),),
    t.declaration: ((t.inspection, "declaration_id"), (t.tax_bill, "declaration_id")),
    t.batch: ((t.batch_member, "batch_id"),),
    t.summary: (
        (t.summary_declaration, "summary_id"),
        (t.summary_part, "summary_id"),
        (t.summary_place, "summary_id"),
        (t.summary_member, "summary_id"),
    ),
    t.vat_invoice: ((t.vat_invoice_line, "invoice_id"),),
    t.refund_claim: ((t.refund_line, "claim_id"), (t.refund_entry, "claim_id")),
    t.forex_report: ((t.forex_leg, "report_id"),),
    t.receipt_group: ((t.receipt, "group_id"),),
}
"""Tables whose rows are found through the rows that they are parts of: they need no index of their own."""
IMPORTED: Mapping[Table, ColumnElement[bool] | None] = {
    t.participant: t.participant.c.source == "imported",
    t.guarantee: None,
    t.account_book: None,
    t.person: None,
    t.forex_enterprise: None,
    t.goods_row: None,
    t.refund_rate_row: None,
    t.exchange_rate_row: None,
    t.certificate: None,
    t.authority: None,
    t.payment_address: None,
    t.chosen_envelope: None,
}
"""Master data, and which of its rows are imported (None: all)."""
USED: Mapping[Table, Mapping[str, int]] = {
    t.participant: {"suspended_at": 0},
    t.guarantee: {"reserved": 0, "booked": 0, "overdue": 0},
    t.account_book: {"drawn": 0},
}
"""What trades have made of master data, and what it is before the first of them."""


def owned() -> tuple[Table, ...]:
    """Tables with rows of a sandbox, those that go first at the front, without counters and parts of others."""
    parts = {table for family in PARTS.values() for table, _ in family}
    others = [
        table
        for table in t.metadata.sorted_tables
        if "sandbox" in table.c and table not in parts and table not in (*FIRST, *COUNTERS, *SNAPSHOTS)
    ]
    return (*FIRST, *others)


def piece(
    connection: Connection, sandbox: str, master_data: bool, most: int = PIECE, tables: Iterable[Table] | None = None
) -> int:
    """Delete about so many rows of a sandbox at the most; gives how many, 0: none is left.

    With `master_data` what was imported stays, as it was before it was used. `tables`: of these alone.
    """
    done = 0
    for table in owned() if tables is None else tables:
        while done < most and (gone := _some(connection, table, sandbox, master_data, most - done)):
            done += gone
        if done >= most:
            return done
    return done


def forgotten(connection: Connection) -> None:
    """Let gateways forget what they remember, and plan again what they have planned."""
    for name in (*GATEWAYS, epochs.DOCUMENTS):
        epochs.bump(connection, name)


def _some(connection: Connection, table: Table, sandbox: str, master_data: bool, most: int) -> int:
    of_sandbox = table.c.sandbox == sandbox
    if master_data and table in IMPORTED:
        used = _unused(connection, table, of_sandbox, most)
        imported = IMPORTED[table]
        return used + (0 if imported is None else _delete(connection, table, [of_sandbox, ~imported], most))
    if table in OPEN:
        return _delete(connection, table, [of_sandbox, OPEN[table]], most) + _delete(
            connection, table, [of_sandbox, and_(DONE)], most
        )
    if table not in PARTS:
        return _delete(connection, table, [of_sandbox], most)
    return _family(connection, table, of_sandbox, most)


def _family(connection: Connection, table: Table, of_sandbox: ColumnElement[bool], most: int) -> int:
    """Rows with their parts; where these are many, only parts of them."""
    done = 0
    ids = list(connection.execute(select(table.c.id).where(of_sandbox).limit(min(most, FAMILY))).scalars())
    for part, column in PARTS[table] if ids else ():
        done += _delete(connection, part, [part.c[column].in_(ids)], most)
    if done >= most or not ids:
        return done
    return done + int(connection.execute(delete(table).where(table.c.id.in_(ids))).rowcount)


def _delete(connection: Connection, table: Table, where: list[ColumnElement[bool]], most: int) -> int:
    return int(connection.execute(delete(table).where(_chosen(table, where, most))).rowcount)


def _unused(connection: Connection, table: Table, of_sandbox: ColumnElement[bool], most: int) -> int:
    """Master data that was used, as it was before."""
    before = USED.get(table)
    if before is None:
        return 0
    used = or_(*[table.c[name] != value for name, value in before.items()])
    return int(
        connection.execute(update(table).where(_chosen(table, [of_sandbox, used], most)).values(dict(before))).rowcount
    )


def _chosen(table: Table, where: list[ColumnElement[bool]], most: int) -> ColumnElement[bool]:
    key: Any = list(table.primary_key)
    chosen = select(*key).where(*where).limit(most)
    return key[0].in_(chosen) if len(key) == 1 else tuple_(*key).in_(chosen)
