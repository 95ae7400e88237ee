"""The schemas of calls about keys in the OpenAPI document."""

from __future__ import annotations

from apiflask import Schema
from apiflask.fields import Integer, List, String
from apiflask.validators import Length, Range

from single_window.accounts.key_keeping import LONGEST_SECONDS, MOST_MAILBOXES, OVERLAP_SECONDS


class KeysIn(Schema):
    """Which keys."""

    after = String(load_default="", validate=Length(0, 20), metadata={"description": "ids behind it"})
    limit = Integer(load_default=100, validate=Range(1, 1_000))


class KeyIn(Schema):
    """A key that is to be issued."""

    mailboxes = List(
        String(validate=Length(1, 30)),
        load_default=list,
        validate=Length(0, MOST_MAILBOXES),
        metadata={"description": "DXP ids of its holder; * for all of the sandbox"},
    )
    rights = List(
        String(validate=Length(1, 40)),
        required=True,
        validate=Length(1, 20),
        metadata={"description": "read_receipts, send_messages, manage_channels, control_tests, act_as_officer"},
    )
    owner = String(
        load_default="",
        validate=Length(0, 40),
        metadata={"description": "the name under which its holder changes keys; else his first mailbox"},
    )
    seconds = Integer(
        load_default=0,
        validate=Range(0, LONGEST_SECONDS),
        metadata={"description": "how long it lasts; 0: until it is revoked"},
    )


class RotationIn(Schema):
    """How a key is replaced."""

    overlap = Integer(
        load_default=OVERLAP_SECONDS,
        validate=Range(0, LONGEST_SECONDS),
        metadata={"description": "seconds for which both open what they open"},
    )
