"""Words that rows hold in their columns: kinds and states. Nothing of the database is needed to know them, so that a
client of a window may use them, too."""

from __future__ import annotations

from enum import StrEnum

# channels

WEBHOOK, AMQP, BROKER = "webhook", "amqp", "broker"
KINDS = (WEBHOOK, AMQP, BROKER)
"""Kinds of channels on which receipts are pushed."""
ACTIVE, BLOCKED, OFF = "active", "blocked", "off"
"""States of a channel."""
POLL, FOLDER = "poll", "folder"
WAYS = (POLL, WEBHOOK, AMQP, BROKER, FOLDER)
"""The ways by which receipts leave; those of channels are called as their kinds are."""
NONE, DXP_MSG, DXP_MSG_SV = ENVELOPES = ("none", "DxpMsg", "DxpMsgSv")
"""What may be around a message of receipts: nothing; the envelope of a terminal node; that of a transport node."""

# deliveries that could not be processed

PARKED, DISMISSED, READY, OPEN = "parked", "dismissed", "ready", "open"
RETRIED = "retried"
"""What a person has done: sent it again. Beside it: `DISMISSED`."""
ALREADY, BUSY, UNKNOWN = "already", "busy", "unknown"
"""Why nothing was done about a delivery."""


class UploadVerdict(StrEnum):
    """The verdict on a platform's upload; of a request without one, SILENT once its time is over."""

    NONE = ""
    RIGHT = "right"
    WRONG = "wrong"
    LATE = "late"
    SILENT = "silent"
