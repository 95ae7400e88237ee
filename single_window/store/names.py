"""Values of columns: kinds and states. Imports nothing of the database, so that clients can use them, too."""

from __future__ import annotations

from enum import StrEnum

# channels

WEBHOOK, AMQP, BROKER = "webhook", "amqp", "broker"
KINDS = (WEBHOOK, AMQP, BROKER)
"""Kinds of channels on which receipts are pushed."""
OPENING, ACTIVE, BLOCKED, OFF = "opening", "active", "blocked", "off"
"""States of a channel. OPENING: its queues do not exist yet, or the participant's broker was not reached yet."""
POLL, FOLDER = "poll", "folder"
WAYS = (POLL, WEBHOOK, AMQP, BROKER, FOLDER)
"""The ways of delivery of receipts. Those of push channels have the name of the channel's kind."""
NONE, DXP_MSG, DXP_MSG_SV = ENVELOPES = ("none", "DxpMsg", "DxpMsgSv")
"""Envelopes of a receipt message: none, that of a terminal node, that of a transport node."""

# deliveries that could not be processed

PARKED, DISMISSED, READY, OPEN = "parked", "dismissed", "ready", "open"
RETRIED = "retried"
"""A person's action on a parked delivery: retried, or `DISMISSED`."""
ALREADY, BUSY, UNKNOWN = "already", "busy", "unknown"
"""Reasons why an action on a delivery had no effect."""


class UploadVerdict(StrEnum):
    """The verdict on a platform's upload of payment data. SILENT: a request without an upload in time."""

    NONE = ""
    RIGHT = "right"
    WRONG = "wrong"
    LATE = "late"
    SILENT = "silent"
