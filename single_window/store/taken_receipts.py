"""Up to which place participants have taken the receipts of their mailboxes: by polls, channels and folders. Never
commits.

A poll takes what it is answered with, if it is the participant's own; the place behind which it asks says nothing of
those before. What is pushed or written into a folder is taken when it has left.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, select

from single_window.store import mailboxes
from single_window.store.bulk import upsert_rows
from single_window.store.mailbox_marks import MailboxKey
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


def extend(connection: Connection, sandbox: str, box: str, behind: int, place: int) -> None:
    """Store that the receipts behind one place up to another have left a mailbox; ignored if earlier ones have not: a
    channel may begin in the middle, and those before it are still to be taken."""
    if taken_up_to(connection, sandbox, box) >= behind:
        note(connection, {(sandbox, box): place})


def taken_up_to(connection: Connection, sandbox: str, box: str) -> int:
    """Return the place up to which the owner of a mailbox has taken its receipts; 0: none."""
    polled = select(table.c.place).where(table.c.sandbox == sandbox, table.c.mailbox == box)
    return connection.execute(polled).scalar() or 0
