"""Mailboxes of a sandbox: those that hold receipts, and those of companies and senders that are known."""

from __future__ import annotations

from sqlalchemy import Connection, exists, select

from single_window.store.tables import mailbox, message, participant

MOST = 1_000
"""Mailboxes among which one is looked for that was meant."""


def is_known(connection: Connection, sandbox: str, box: str) -> bool:
    """Whether a mailbox holds receipts, belongs to a company, or has sent something."""
    held = select(mailbox.c.dxp_id).where(mailbox.c.sandbox == sandbox, mailbox.c.dxp_id == box)
    owned = select(participant.c.code).where(participant.c.sandbox == sandbox, participant.c.dxp_id == box)
    if connection.execute(select(exists(held) | exists(owned))).scalar():
        return True
    # asked last: no index knows the senders
    sent = select(message.c.id).where(message.c.sandbox == sandbox, message.c.sender == box)
    return bool(connection.execute(select(exists(sent))).scalar())


def known(connection: Connection, sandbox: str) -> list[str]:
    """Mailboxes that hold receipts, in the order of their names."""
    return list(
        connection.execute(
            select(mailbox.c.dxp_id).where(mailbox.c.sandbox == sandbox).order_by(mailbox.c.dxp_id).limit(MOST)
        ).scalars()
    )
