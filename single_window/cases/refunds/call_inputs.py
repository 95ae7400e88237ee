"""The schemas of calls about refunds in the OpenAPI document."""

from __future__ import annotations

from apiflask import Schema
from apiflask.fields import Boolean, String
from apiflask.validators import Length, OneOf

from single_window.cases.refunds import ACTIONS
from single_window.frame.http.cases import CasesOfMerchantIn


class RefundsIn(CasesOfMerchantIn):
    """Which claims."""

    waiting = Boolean(
        load_default=False, metadata={"description": "only claims that need a decision, the oldest first, in one page"}
    )


class ActIn(Schema):
    """What an officer decides."""

    action = String(required=True, validate=OneOf(list(ACTIONS)))
    reason = String(
        load_default="",
        validate=Length(0, 1_000),
        metadata={"description": "all but approve need one; approve where the exchange is short after its term"},
    )
    amount = String(
        load_default="",
        validate=Length(0, 30),
        metadata={"description": "with reduce: the refund in yuan that is left"},
    )
    seen = String(
        load_default="",
        validate=Length(0, 30),
        metadata={"description": "the state in which it was seen; if it has another, nothing is done (409)"},
    )
