"""Mailboxes of a sandbox: those that hold receipts, and those of companies and senders that are known."""

from __future__ import annotations

from sqlalchemy import BindParameter, Connection, bindparam, exists, select

from single_window.store.tables import mailbox, message, participant

MOST = 1_000
"""Mailboxes among which one is looked for that was meant."""


_SANDBOX: BindParameter[str] = bindparam("asked_sandbox")
_BOX: BindParameter[str] = bindparam("asked_box")
_HELD_OR_OWNED = select(
    exists(select(mailbox.c.dxp_id).where(mailbox.c.sandbox == _SANDBOX, mailbox.c.dxp_id == _BOX))
    | exists(select(participant.c.code).where(participant.c.sandbox == _SANDBOX, participant.c.dxp_id == _BOX))
)
_SENT = select(exists(select(message.c.id).where(message.c.sandbox == _SANDBOX, message.c.sender == _BOX)))
"""Built once: every poll that finds nothing asks them."""


def is_known(connection: Connection, sandbox: str, box: str) -> bool:
    """Whether a mailbox holds receipts, belongs to a company, or has sent something."""
    asked = {"asked_sandbox": sandbox, "asked_box": box}
    # asked last who has sent: no index knows the senders
    return any(connection.execute(statement, asked).scalar() for statement in (_HELD_OR_OWNED, _SENT))


def known(connection: Connection, sandbox: str) -> list[str]:
    """Mailboxes that hold receipts, in the order of their names."""
    return list(
        connection.execute(
            select(mailbox.c.dxp_id).where(mailbox.c.sandbox == sandbox).order_by(mailbox.c.dxp_id).limit(MOST)
        ).scalars()
    )
