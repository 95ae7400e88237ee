"""Mailboxes of a sandbox: of senders and recipients, and of registered companies."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, exists, select

from single_window.store.bulk import array_value, in_array, per_dialect, upsert_rows
from single_window.store.prepared import fetch_column, fetch_value
from single_window.store.tables import mailbox, participant

MAX_MAILBOXES = 1_000
"""Maximum number of mailboxes that `known_mailboxes` returns, for suggestions of similar names."""


_SANDBOX: BindParameter[str] = bindparam("of_sandbox")
_BOX: BindParameter[str] = bindparam("of_box")
_NEXT = select(mailbox.c.next).where(mailbox.c.sandbox == _SANDBOX, mailbox.c.dxp_id == _BOX)
_IS_KNOWN = select(
    exists(select(mailbox.c.dxp_id).where(mailbox.c.sandbox == _SANDBOX, mailbox.c.dxp_id == _BOX))
    | exists(select(participant.c.code).where(participant.c.sandbox == _SANDBOX, participant.c.dxp_id == _BOX))
)
"""Built once, like `_KNOWN`, because it runs for every poll that finds nothing."""
_KNOWN = select(mailbox.c.dxp_id).where(mailbox.c.sandbox == _SANDBOX).order_by(mailbox.c.dxp_id).limit(MAX_MAILBOXES)


@per_dialect
def _existing(sqlite: bool) -> Any:
    return select(mailbox.c.dxp_id).where(mailbox.c.sandbox == _SANDBOX, in_array(sqlite, mailbox.c.dxp_id, "boxes"))


def open_for(connection: Connection, sandbox: str, senders: Collection[str]) -> None:
    """Create empty mailboxes for senders that have none, because messages have no index by sender.

    Existing rows are not written, because that would wait for other transactions that update them.
    """
    parameters = {"of_sandbox": sandbox, "boxes": array_value(connection, senders)}
    existing = set(fetch_column(connection, _existing(connection), parameters)) if senders else set()
    missing = sorted(set(senders) - existing)
    upsert_rows(connection, mailbox, ("sandbox", "dxp_id"), [(sandbox, sender) for sender in missing])


@per_dialect
def _registered(sqlite: bool) -> Any:
    return select(participant.c.dxp_id).where(
        participant.c.sandbox == _SANDBOX, in_array(sqlite, participant.c.dxp_id, "boxes")
    )


_HAS_COMPANIES = select(
    exists(select(participant.c.code).where(participant.c.sandbox == _SANDBOX, participant.c.dxp_id != ""))
)


def unregistered(connection: Connection, sandbox: str, senders: Collection[str]) -> set[str]:
    """Return the senders that no company of the sandbox has; none if it has no companies with mailboxes at all."""
    parameters = {"of_sandbox": sandbox, "boxes": array_value(connection, senders)}
    strange = set(senders) - set(fetch_column(connection, _registered(connection), parameters)) if senders else set()
    return strange if strange and fetch_value(connection, _HAS_COMPANIES, {"of_sandbox": sandbox}) else set()


def is_known(connection: Connection, sandbox: str, box: str) -> bool:
    """True if a mailbox has receipts, belongs to a company, or has sent a message."""
    return bool(fetch_value(connection, _IS_KNOWN, {"of_sandbox": sandbox, "of_box": box}))


def known_mailboxes(connection: Connection, sandbox: str) -> list[str]:
    """Mailboxes that have receipts or have sent a message, by name."""
    return list(fetch_column(connection, _KNOWN, {"of_sandbox": sandbox}))


def last_sequences(connection: Connection, sandbox: str, after: str, most: int) -> list[tuple[str, int]]:
    """(mailbox, sequence of its last receipt), by name, after a name."""
    rows = connection.execute(
        select(mailbox.c.dxp_id, mailbox.c.next)
        .where(mailbox.c.sandbox == sandbox, mailbox.c.dxp_id > after)
        .order_by(mailbox.c.dxp_id)
        .limit(most)
    )
    return [(box, following - 1) for box, following in rows]


def last_place(connection: Connection, sandbox: str, box: str) -> int:
    """The sequence of the last receipt in a mailbox; 0 if it has none."""
    return int(fetch_value(connection, _NEXT, {"of_sandbox": sandbox, "of_box": box}) or 1) - 1
