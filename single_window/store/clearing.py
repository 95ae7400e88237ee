"""Deletes the rows of a sandbox, a limited number per transaction, whichever package wrote them.

Counters stay: serial numbers and mailbox sequences continue, so that none is assigned twice, whatever other processes
have reserved or participants have read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, or_, select, tuple_, update
from sqlalchemy import text as sql

from single_window.messaging.topology import GATEWAYS
from single_window.store import epochs
from single_window.store import tables as t

PIECE = 2_000
"""Approximate number of rows deleted per transaction, which bounds how long other writers wait."""
FAMILY = 200
"""Parent rows that are deleted at once, with their parts."""
COUNTERS = (t.serial, t.mailbox)
"""Tables that are never cleared."""
SNAPSHOTS = (t.sandbox_snapshot,)
"""Tables that are cleared only when the sandbox itself is deleted."""
FIRST = (t.deadline, t.delivery)
"""Tables that are cleared first, so that work in progress has no effect and nothing follows from it."""
DONE = sql("state = 'done'")
"""The condition of a partial index of deadlines. Finished rows have a separate index, because with one index on the
sandbox the database would read all rows when it looks for the few open ones."""
BY_STATE: Mapping[Table, Sequence[ColumnElement[bool]]] = {
    t.deadline: (t.deadline.c.state == "open", and_(DONE)),
    t.delivery: (t.delivery.c.state > "",),
}
"""Tables whose rows of a sandbox are found by indexes of states → the conditions that together hold for every row."""
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
"""Parent table → (part table, foreign key). Parts are deleted through their parents and need no sandbox index."""
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
"""Master data tables → the condition of imported rows (None: all)."""
USED: Mapping[Table, Mapping[str, int]] = {
    t.participant: {"suspended_at": 0},
    t.guarantee: {"reserved": 0, "booked": 0, "overdue": 0},
    t.account_book: {"drawn": 0},
}
"""Master data tables → columns that trades change, with their initial values."""


def owned() -> tuple[Table, ...]:
    """Tables with rows of a sandbox in the order of deletion, without counters, snapshots and parts."""
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
    """Delete up to about `most` rows of a sandbox; returns the number, 0 if none is left.

    With `master_data` imported rows stay, reset to their initial values. `tables`: only from these.
    """
    done = 0
    for table in owned() if tables is None else tables:
        while done < most and (deleted := _some(connection, table, sandbox, master_data, most - done)):
            done += deleted
        if done >= most:
            return done
    return done


def forgotten(connection: Connection) -> None:
    """Invalidate the caches of gateways and prepared plans, by bumping their epochs."""
    for name in (*GATEWAYS, epochs.DOCUMENTS):
        epochs.bump(connection, name)


def _some(connection: Connection, table: Table, sandbox: str, master_data: bool, most: int) -> int:
    of_sandbox = table.c.sandbox == sandbox
    if master_data and table in IMPORTED:
        used = _unused(connection, table, of_sandbox, most)
        imported = IMPORTED[table]
        return used + (0 if imported is None else _delete(connection, table, [of_sandbox, ~imported], most))
    if table in BY_STATE:
        return sum(_delete(connection, table, [of_sandbox, state], most) for state in BY_STATE[table])
    if table not in PARTS:
        return _delete(connection, table, [of_sandbox], most)
    return _family(connection, table, of_sandbox, most)


def _family(connection: Connection, table: Table, of_sandbox: ColumnElement[bool], most: int) -> int:
    """Delete parent rows with their parts; if there are many parts, only parts."""
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
    """Reset used master data to its initial values."""
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
