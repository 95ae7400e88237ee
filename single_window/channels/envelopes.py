"""In which envelope a participant's receipts leave, by each way: listed, and chosen by the owner of his channels."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from single_window.channels.answers import EnvelopesOut
from single_window.channels.connecting import demand_mailbox
from single_window.context import Context
from single_window.receipts.tolerances import usual
from single_window.store import envelopes, names, sandboxes
from single_window.store.engine import writing


def shown(connection: Connection, sandbox: str, mailbox: str) -> EnvelopesOut:
    """A mailbox, and the envelope of its receipts by each way; raises `UnknownSandbox`."""
    sandboxes.find(connection, sandbox)
    chosen = envelopes.chosen(connection, sandbox, mailbox)
    unless = usual(sandboxes.tolerances_of(connection, sandbox, mailbox))
    return EnvelopesOut(mailbox=mailbox, **{way: chosen.get(way, unless) for way in names.WAYS})


def choose(context: Context, sandbox: str, mailbox: str, wanted: Mapping[str, str]) -> EnvelopesOut:
    """Choose envelopes by way, from the next receipt that leaves on; gives all of them as `shown` does. Commits."""
    demand_mailbox(mailbox)
    with writing(context.engine) as connection:
        sandboxes.find(connection, sandbox)
        if wanted:
            envelopes.choose(connection, sandbox, mailbox, wanted)
        return shown(connection, sandbox, mailbox)
