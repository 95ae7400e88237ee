"""Up to which place participants have taken the receipts of their mailboxes: by polls, and by channels. Never commits.

A poll for the receipts behind a place says that those up to it were taken. A channel that pushes receipts keeps the
place up to which its receiver has confirmed them.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, func, select

from single_window.store import mailboxes
from single_window.store.bulk import upsert_rows
from single_window.store.mailbox_marks import MailboxKey
from single_window.store.tables import channel
from single_window.store.tables import receipts_taken as table


def note(connection: Connection, places: Mapping[MailboxKey, int]) -> None:
    """Store the places of mailboxes, (sandbox, mailbox) -> place. A place without a receipt is ignored, and one before
    the stored place too."""
    for (sandbox, box), place in sorted(places.items()):
        if not 0 < place <= mailboxes.last_place(connection, sandbox, box):
            continue
        upsert_rows(connection, table, ("sandbox", "mailbox"), [(sandbox, box)])
        is_of_box = (table.c.sandbox == sandbox) & (table.c.mailbox == box)
        connection.execute(table.update().where(is_of_box, table.c.place < place).values(place=place))


def taken_up_to(connection: Connection, sandbox: str, box: str) -> int:
    """Return the place of the last receipt that the owner of a mailbox has taken, by polls or a channel; 0: none."""
    polled = select(table.c.place).where(table.c.sandbox == sandbox, table.c.mailbox == box)
    pushed = select(func.max(channel.c.position)).where(channel.c.sandbox == sandbox, channel.c.dxp_id == box)
    return max(connection.execute(statement).scalar() or 0 for statement in (polled, pushed))
