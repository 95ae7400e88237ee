"""The envelopes of a participant's receipts for each way of delivery: list and choose."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from single_window.channels.answers import EnvelopesOut
from single_window.channels.connecting import demand_mailbox
from single_window.context import Context
from single_window.receipts.tolerances import usual_envelope
from single_window.store import names, participants, sandboxes
from single_window.store.engine import writing


def envelopes_of(connection: Connection, sandbox: str, mailbox: str) -> EnvelopesOut:
    """The envelope of a mailbox's receipts for each way of delivery; raises `UnknownSandbox`."""
    sandboxes.find(connection, sandbox)
    chosen = participants.chosen_envelopes(connection, sandbox, mailbox)
    default = usual_envelope(sandboxes.tolerances_of(connection, sandbox, mailbox))
    return EnvelopesOut(mailbox=mailbox, **{way: chosen.get(way, default) for way in names.WAYS})


def choose(context: Context, sandbox: str, mailbox: str, wanted: Mapping[str, str]) -> EnvelopesOut:
    """Choose envelopes for ways of delivery, effective from the next receipt; returns the result of `envelopes_of`.
    Commits.
    """
    demand_mailbox(mailbox)
    with writing(context.engine) as connection:
        sandboxes.find(connection, sandbox)
        if wanted:
            participants.choose_envelopes(connection, sandbox, mailbox, wanted)
        return envelopes_of(connection, sandbox, mailbox)
