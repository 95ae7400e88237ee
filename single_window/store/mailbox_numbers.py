"""Numbers the receipts of groups in each mailbox's sequence, as the last statement of a transaction.

The mailbox stays locked until the commit, so that no receipt is inserted before one that a participant has read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from single_window.store.bulk import insert_rows, on_sqlite, per_dialect
from single_window.store.engine import PLACES, read_once
from single_window.store.makings import current_number
from single_window.store.prepared import fetch_first
from single_window.store.tables import mailbox, receipt_group


class ReceiptGroup(NamedTuple):
    """Receipts of one step for one mailbox; `filed_at` is an instant of the sandbox, `contents` those of its receipts
    (`receipt_contents`)."""

    id: int
    sandbox: str
    mailbox: str
    count: int  # type: ignore[assignment]
    filed_at: int
    contents: bytes


def place(connection: Connection, groups: Sequence[ReceiptGroup]) -> list[int]:
    """Insert groups at the end of their mailboxes; returns the sequence of each group's first receipt.

    Mailboxes are locked in sorted order, to avoid deadlocks.
    """
    if not groups:
        return []
    making = current_number(connection)
    next_ = _advance(connection, groups)
    firsts = []
    for group in groups:
        firsts.append(next_[group.sandbox, group.mailbox])
        next_[group.sandbox, group.mailbox] += group.count
    insert_rows(
        connection,
        receipt_group,
        (*ReceiptGroup._fields, "first", "making"),
        [(*group, first, making) for group, first in zip(groups, firsts, strict=True)],
    )
    return firsts


def _advance(connection: Connection, groups: Sequence[ReceiptGroup]) -> dict[tuple[str, str], int]:
    """Reserve the sequences that the groups need; returns the first of each (sandbox, mailbox)."""
    counts: Counter[tuple[str, str]] = Counter()
    for group in groups:
        counts[group.sandbox, group.mailbox] += group.count
    wanted = [
        {"of_sandbox": sandbox, "of_box": box, "behind": 1 + count} for (sandbox, box), count in sorted(counts.items())
    ]
    statement, following = _upsert(connection), read_once(connection, PLACES, dict)
    if on_sqlite(connection):
        after = [fetch_first(connection, statement, parameters) for parameters in wanted]
    else:
        after = list(connection.execute(statement, wanted))
    following.update({(sandbox, box): behind for sandbox, box, behind in after})
    return {(sandbox, box): behind - counts[sandbox, box] for sandbox, box, behind in after}


@per_dialect
def _upsert(sqlite: bool) -> Any:
    statement: Any = (sqlite_insert if sqlite else postgresql_insert)(mailbox).values(
        sandbox=bindparam("of_sandbox"), dxp_id=bindparam("of_box"), next=bindparam("behind")
    )
    return statement.on_conflict_do_update(
        index_elements=["sandbox", "dxp_id"], set_={"next": mailbox.c.next + statement.excluded.next - 1}
    ).returning(mailbox.c.sandbox, mailbox.c.dxp_id, mailbox.c.next)
