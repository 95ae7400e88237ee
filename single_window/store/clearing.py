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

MAX_ROWS = 2_000
"""Approximate number of rows deleted per transaction, which bounds how long other writers wait."""
MAX_PARENTS = 200
"""Parent rows that are deleted at once, with their parts."""
COUNTERS = (t.serial, t.mailbox)
"""Tables that are never cleared."""
SNAPSHOTS = (t.sandbox_snapshot,)
"""Tables that are cleared only when the sandbox itself is deleted."""
FIRST_CLEARED = (t.deadline, t.delivery)
"""Tables that are cleared first, so that work in progress has no effect and nothing follows from it."""
IS_DONE = sql("state = 'done'")
"""The condition of a partial index of deadlines. Finished rows have a separate index, because with one index on the
sandbox the database would read all rows when it looks for the few open ones."""
BY_STATE: Mapping[Table, Sequence[ColumnElement[bool]]] = {
    t.deadline: (t.deadline.c.state == "open", and_(IS_DONE)),
    t.delivery: (t.delivery.c.state > "",),
}
"""Tables whose rows of a sandbox are found by indexes of states → the conditions that together hold for every row:
every delivery has a state, every deadline is open or done."""
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
IMPORTED_ROWS: Mapping[Table, ColumnElement[bool] | None] = {
    t.participant: t.participant.c.source == "imported",
    t.guarantee: None,
    t.account_book: None,
    t.person: None,
    t.forex_enterprise: None,
    t.licence: None,
    t.zone_company: None,
    t.goods_row: None,
    t.refund_rate_row: None,
    t.exchange_rate_row: None,
    t.certificate: None,
    t.authority: None,
    t.payment_address: None,
    t.chosen_envelope: None,
}
"""Master data tables → the condition of imported rows (None: all)."""
INITIAL_VALUES: Mapping[Table, Mapping[str, int]] = {
    t.participant: {"suspended_at": 0},
    t.guarantee: {"reserved": 0, "booked": 0, "overdue": 0},
    t.account_book: {"drawn": 0, "booked_out": 0},
}
"""Master data tables → columns that trades change, with their initial values."""


def tables_to_clear() -> tuple[Table, ...]:
    """Tables with rows of a sandbox in the order of deletion, without counters, snapshots and parts."""
    parts = {table for parts_of_table in PARTS.values() for table, _ in parts_of_table}
    others = [
        table
        for table in t.metadata.sorted_tables
        if "sandbox" in table.c and table not in parts and table not in (*FIRST_CLEARED, *COUNTERS, *SNAPSHOTS)
    ]
    return (*FIRST_CLEARED, *others)


def delete_some_rows(
    connection: Connection,
    sandbox: str,
    master_data: bool,
    max_rows: int = MAX_ROWS,
    tables: Iterable[Table] | None = None,
) -> int:
    """Delete up to about `max_rows` rows of a sandbox; returns the number, 0 if none is left.

    With `master_data` imported rows stay, reset to their initial values. `tables`: only from these.
    """
    done = 0
    for table in tables_to_clear() if tables is None else tables:
        while done < max_rows and (
            deleted := _delete_of_table(connection, table, sandbox, master_data, max_rows - done)
        ):
            done += deleted
        if done >= max_rows:
            return done
    return done


def invalidate_caches(connection: Connection) -> None:
    """Invalidate the caches of gateways and prepared plans, by bumping their epochs."""
    for name in (*GATEWAYS, epochs.DOCUMENTS):
        epochs.bump(connection, name)


def _delete_of_table(connection: Connection, table: Table, sandbox: str, master_data: bool, max_rows: int) -> int:
    of_sandbox = table.c.sandbox == sandbox
    if master_data and table in IMPORTED_ROWS:
        reset = _reset_master_data(connection, table, of_sandbox, max_rows)
        imported = IMPORTED_ROWS[table]
        return reset + (0 if imported is None else _delete(connection, table, [of_sandbox, ~imported], max_rows))
    if table in BY_STATE:
        return sum(_delete(connection, table, [of_sandbox, state], max_rows) for state in BY_STATE[table])
    if table not in PARTS:
        return _delete(connection, table, [of_sandbox], max_rows)
    return _delete_with_parts(connection, table, of_sandbox, max_rows)


def _delete_with_parts(connection: Connection, table: Table, of_sandbox: ColumnElement[bool], max_rows: int) -> int:
    """Delete parent rows with their parts; if there are many parts, only parts."""
    done = 0
    ids = list(connection.execute(select(table.c.id).where(of_sandbox).limit(min(max_rows, MAX_PARENTS))).scalars())
    for part, column in PARTS[table] if ids else ():
        done += _delete(connection, part, [part.c[column].in_(ids)], max_rows)
    if done >= max_rows or not ids:
        return done
    return done + int(connection.execute(delete(table).where(table.c.id.in_(ids))).rowcount)


def _delete(connection: Connection, table: Table, where: list[ColumnElement[bool]], max_rows: int) -> int:
    return int(connection.execute(delete(table).where(_first_rows(table, where, max_rows))).rowcount)


def _reset_master_data(connection: Connection, table: Table, of_sandbox: ColumnElement[bool], max_rows: int) -> int:
    """Set the columns of master data that trades have changed to their initial values; returns the number of rows."""
    initial = INITIAL_VALUES.get(table)
    if initial is None:
        return 0
    is_changed = or_(*[table.c[name] != value for name, value in initial.items()])
    return int(
        connection.execute(
            update(table).where(_first_rows(table, [of_sandbox, is_changed], max_rows)).values(dict(initial))
        ).rowcount
    )


def _first_rows(table: Table, where: list[ColumnElement[bool]], max_rows: int) -> ColumnElement[bool]:
    key: Any = list(table.primary_key)
    chosen = select(*key).where(*where).limit(max_rows)
    return key[0].in_(chosen) if len(key) == 1 else tuple_(*key).in_(chosen)
