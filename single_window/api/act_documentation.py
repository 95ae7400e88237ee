"""The schemas of officers' acts on lists and requests in the OpenAPI document."""

from __future__ import annotations

from apiflask import Schema
from apiflask.fields import String
from apiflask.validators import Length


class ActIn(Schema):
    """What an officer decides about a list or request."""

    action = String(
        required=True,
        validate=Length(1, 40),
        metadata={"description": "conclude, inspect, release, reject, send_back …: what its state allows"},
    )
    reason = String(load_default="", validate=Length(0, 1_000), metadata={"description": "what the declarant is told"})


class ActOut(Schema):
    """What came of an act."""

    label = String(metadata={"description": "what was decided about"})
    action = String()
    before = String(metadata={"description": "the state before"})
    after = String(metadata={"description": "the state now"})
    status = String(metadata={"description": "done; proposed: a second person must approve it; waiting: it is filed"})
