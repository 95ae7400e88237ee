"""After restoring a backup: advances all numbers beyond those that may have been assigned since. Never commits.

Gaps in numbers and mailbox sequences are harmless; a number assigned twice is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, select, union, update

from single_window.intake.reading import is_address
from single_window.store import sandboxes
from single_window.store.acknowledged import mark_identity
from single_window.store.bulk import upsert_rows
from single_window.store.mailbox_marks import IDENTITY, MailboxKey
from single_window.store.numbering import advance_series, reach_series
from single_window.store.series import OF_DATABASE, OF_SANDBOXES, ROWS
from single_window.store.tables import channel, mailbox, message, participant

STEP = 1_000_000
"""The step of mailbox sequences."""


class RestoredCounts(NamedTuple):
    """Numbers of series, mailboxes and channels that were advanced."""

    series: int
    mailboxes: int
    channels: int


def advance_all(connection: Connection, marks: Mapping[MailboxKey, int]) -> RestoredCounts:
    """Advance all series, mailboxes and channels; a channel without undelivered receipts has none afterwards. No other
    process may be running. `marks`: the next place of mailboxes as far as it is known, whatever the backup holds."""
    names = sandboxes.names(connection)
    series = {(ROWS, name): step for name, step in OF_DATABASE.items()}
    # unused ones, too: they may have been used since
    series |= {(sandbox, name): step for sandbox in names for name, step in OF_SANDBOXES.items()}
    moved = advance_series(connection, series)
    upsert_rows(connection, mailbox, ("sandbox", "dxp_id"), list(map(tuple, _mailboxes_maybe_used(connection, names))))
    # before the mailboxes are advanced, so that channels that were up to date stay so
    own = (mailbox.c.sandbox == channel.c.sandbox, mailbox.c.dxp_id == channel.c.dxp_id)
    idle = channel.c.position == select(mailbox.c.next - 1).where(*own).scalar_subquery()
    moving = update(channel).where(idle).values(position=channel.c.position + STEP, tried=0)
    channels = connection.execute(moving).rowcount
    _reach(connection, marks)
    mailboxes = connection.execute(update(mailbox).values(next=mailbox.c.next + STEP)).rowcount
    return RestoredCounts(moved, mailboxes, channels)


def _reach(connection: Connection, marks: Mapping[MailboxKey, int]) -> None:
    """Advance mailboxes to their marks, also those of sandboxes that the backup does not have, and the counts of what
    was acknowledged."""
    stored = {(row.sandbox, row.dxp_id): row.next for row in connection.execute(select(mailbox))}
    ahead = [(*key, place) for key, place in sorted(marks.items()) if key[0] and place > stored.get(key, 0)]
    upsert_rows(connection, mailbox, ("sandbox", "dxp_id", "next"), ahead, replace=("next",))
    reach_series(connection, {key: place for key, place in marks.items() if not key[0] and key != IDENTITY})
    mark_identity(connection)  # a copy of another window's is this one's from now on


def _mailboxes_maybe_used(connection: Connection, names: Iterable[str]) -> list[tuple[str, str]]:
    """Mailboxes of participants that may have received their first receipt after the backup."""
    rows = connection.execute(
        union(
            select(participant.c.sandbox, participant.c.dxp_id),
            select(channel.c.sandbox, channel.c.dxp_id),
            select(message.c.sandbox, message.c.sender),
        )
    )
    there = set(names)
    return [(sandbox, dxp_id) for sandbox, dxp_id in rows if is_address(dxp_id) and sandbox in there]
