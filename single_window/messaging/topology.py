"""The queues of deliveries: that of reception, and one for each gateway, whose table of topics says what it carries."""

from __future__ import annotations

from gateways.topics.topic import Route

RECEPTION = "reception"
GATEWAYS = ("customs", "inspection", "tax", "refund", "forex", "registration")
QUEUES = (RECEPTION, *GATEWAYS)
MESSAGE_RECEIVED = Route("reception", "message.received")
STAGED = Route("reception", "deadline.staged")
"""A staged document expires: [document, version]."""
HELD_RECEIPT = Route("reception", "deadline.receipt")
"""A receipt comes that a test held back: [its id]."""
