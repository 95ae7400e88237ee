"""The schemas of calls that force outcomes in the OpenAPI document."""

from __future__ import annotations

from apiflask import Schema
from apiflask.fields import Float, Integer, Nested, String
from apiflask.validators import Length, OneOf, Range

from single_window.outcomes.triggers import (
    LONGEST_NAME,
    LONGEST_PATTERN,
    LONGEST_WORDS,
    MOST_TIMES,
    Do,
    Spread,
)


class MatchIn(Schema):
    """Which documents and receipts; what is left out matches everything."""

    type = String(validate=Length(0, 20), metadata={"description": "code of the document's message: 621"})
    receipt = String(
        validate=Length(0, 40),
        metadata={
            "description": "of what is done to receipts: the receipt's code, and its status behind a dot: 622.800"
        },
    )
    order = String(
        validate=Length(0, LONGEST_PATTERN),
        metadata={
            "description": "pattern of the order number (* ? [ab]); of a document without one, of a part of its key"
        },
    )
    sender = String(validate=Length(0, LONGEST_PATTERN), metadata={"description": "pattern of the sender's DXP id"})
    share = Float(metadata={"description": "of a hundred that match, how many; default 100"})


class DoIn(Schema):
    """What is forced, and how."""

    do = String(required=True, validate=OneOf([str(do) for do in Do]))
    code = String(validate=Length(0, 10), metadata={"description": "-621001 (refuse), or the code of customs: 1332"})
    words = String(validate=Length(0, LONGEST_WORDS), metadata={"description": "instead of the published words"})
    status = String(validate=Length(0, 10), metadata={"description": "receipt: its returnStatus"})
    place = String(
        validate=OneOf(["", "after", "before", "instead", "partway"]),
        metadata={
            "description": "receipt: after (default) or instead; drop: before (default) or after the message is kept, "
            "or partway through the answer; cut: before (default) or after the receiver has the receipts"
        },
    )
    spread = String(validate=OneOf([str(spread) for spread in Spread]))
    seconds = Float(metadata={"description": "of the sandbox's clock; of a lognormal spread the median"})
    least = Float(metadata={"description": "the shortest, of a uniform spread"})
    most = Float(metadata={"description": "the longest, of a uniform or lognormal spread"})
    sigma = Float(metadata={"description": "how widely a lognormal spread scatters, default 0.5"})
    copies = Integer(metadata={"description": "repeat: how often the receipt comes in all, 2 to 100"})
    http = Integer(metadata={"description": "http: 429 or 503"})
    retry_after = Integer(metadata={"description": "http: seconds that Retry-After says"})


class TriggerIn(Schema):
    """A trigger to be made: of a scenario, or of what it does."""

    scenario = String(
        load_default="",
        validate=Length(0, LONGEST_NAME),
        metadata={"description": "a ready-made one; `match` narrows it to some orders or senders"},
    )
    name = String(load_default="", validate=Length(0, LONGEST_NAME), metadata={"description": "how timelines call it"})
    match = Nested(MatchIn, load_default=dict)
    do = Nested(DoIn, load_default=None, allow_none=True)
    times = Integer(
        load_default=None,
        allow_none=True,
        validate=Range(0, MOST_TIMES),
        metadata={
            "description": "how often it acts, then no more; 0: without end; default: as the scenario has it, else 0"
        },
    )
