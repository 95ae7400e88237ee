"""What calls about proposals take and answer, as the OpenAPI description tells it."""

from __future__ import annotations

from apiflask import Schema
from apiflask.fields import Dict, Integer, List, Nested, String
from apiflask.validators import Length, OneOf, Range


class ProposalsIn(Schema):
    """Which proposals."""

    after = Integer(load_default=0, validate=Range(0, 2**62), metadata={"description": "ids above it"})
    limit = Integer(load_default=100, validate=Range(1, 500))


class SettledIn(Schema):
    """What is done with a proposal."""

    action = String(required=True, validate=OneOf(["approve", "decline"]))
    reason = String(load_default="", validate=Length(0, 1_000), metadata={"description": "why it is declined"})


class ProposalOut(Schema):
    """A decision that waits, or waited, for a second person."""

    id = Integer()
    subject = String(metadata={"description": "declaration, request, refund_claim, registration"})
    subject_id = String()
    action = String()
    by = String(metadata={"description": "who proposed it"})
    role = String()
    reason = String()
    at = String(metadata={"description": "when it was proposed, by the sandbox's clock"})
    state = String(metadata={"description": "proposed, declined, filed, done, refused"})
    second = String(metadata={"description": "who approved or declined it"})
    links = Dict(keys=String(), values=String())


class ProposalsOut(Schema):
    """Proposals that wait."""

    proposals = List(Nested(ProposalOut))
    next = Integer(allow_none=True, metadata={"description": "`after` of the next page"})
