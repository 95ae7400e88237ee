"""Mailboxes of a sandbox: those of senders and recipients, and those of known companies."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, exists, select

from single_window.store.bulk import array_value, in_array, per_dialect, upsert_rows
from single_window.store.prepared import fetch_column, fetch_value
from single_window.store.tables import mailbox, participant

MOST = 1_000
"""Mailboxes among which similar names are searched for."""


_SANDBOX: BindParameter[str] = bindparam("asked_sandbox")
_BOX: BindParameter[str] = bindparam("asked_box")
_NEXT = select(mailbox.c.next).where(mailbox.c.sandbox == _SANDBOX, mailbox.c.dxp_id == _BOX)
_IS_KNOWN = select(
    exists(select(mailbox.c.dxp_id).where(mailbox.c.sandbox == _SANDBOX, mailbox.c.dxp_id == _BOX))
    | exists(select(participant.c.code).where(participant.c.sandbox == _SANDBOX, participant.c.dxp_id == _BOX))
)
"""Built once, as the next: they run for every poll that finds nothing."""
_KNOWN = select(mailbox.c.dxp_id).where(mailbox.c.sandbox == _SANDBOX).order_by(mailbox.c.dxp_id).limit(MOST)


@per_dialect
def _there(sqlite: bool) -> Any:
    return select(mailbox.c.dxp_id).where(mailbox.c.sandbox == _SANDBOX, in_array(sqlite, mailbox.c.dxp_id, "boxes"))


def open_for(connection: Connection, sandbox: str, senders: Collection[str]) -> None:
    """Give senders a mailbox from then on, empty at first: there is no index of messages by sender.

    Only missing ones are written, for a row that others are updating would have to be waited for.
    """
    parameters = {"asked_sandbox": sandbox, "boxes": array_value(connection, senders)}
    there = set(fetch_column(connection, _there(connection), parameters)) if senders else set()
    fresh = sorted(set(senders) - there)
    upsert_rows(connection, mailbox, ("sandbox", "dxp_id"), [(sandbox, sender) for sender in fresh])


def is_known(connection: Connection, sandbox: str, box: str) -> bool:
    """True if a mailbox holds receipts, belongs to a company, or has sent something."""
    return bool(fetch_value(connection, _IS_KNOWN, {"asked_sandbox": sandbox, "asked_box": box}))


def known(connection: Connection, sandbox: str) -> list[str]:
    """Mailboxes that hold receipts or have sent something, in the order of their names."""
    return list(fetch_column(connection, _KNOWN, {"asked_sandbox": sandbox}))


def numbered(connection: Connection, sandbox: str, after: str, most: int) -> list[tuple[str, int]]:
    """Mailboxes behind a name, each with the place of its last receipt, in the order of their names."""
    rows = connection.execute(
        select(mailbox.c.dxp_id, mailbox.c.next)
        .where(mailbox.c.sandbox == sandbox, mailbox.c.dxp_id > after)
        .order_by(mailbox.c.dxp_id)
        .limit(most)
    )
    return [(box, following - 1) for box, following in rows]


def last_place(connection: Connection, sandbox: str, box: str) -> int:
    """The place of the last receipt of a mailbox; 0: it has none."""
    return int(fetch_value(connection, _NEXT, {"asked_sandbox": sandbox, "asked_box": box}) or 1) - 1
