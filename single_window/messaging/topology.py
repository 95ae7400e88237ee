"""The queues of deliveries: one for reception and one for each gateway, whose table of topics lists its events."""

from __future__ import annotations

from gateways.agency import agencies
from gateways.topics.route import Route

RECEPTION = "reception"
GATEWAYS = tuple(agencies())
QUEUES = (RECEPTION, *GATEWAYS)
MESSAGE_RECEIVED = Route("reception", "message.received")
STAGED = Route("reception", "deadline.staged")
"""A staged document expires: [document, version]."""
PROPOSAL_SETTLED = Route("reception", "decision.proposal")
"""A second person has settled a proposal, and cannot take that back any more: [the id of his decision]."""
HELD_RECEIPT = Route("reception", "deadline.receipt")
"""A delayed receipt is due: [its id]."""
QUESTION_DUE = Route("reception", "deadline.question")
"""The day by which a declarant was to answer is over: [the question's id]."""
