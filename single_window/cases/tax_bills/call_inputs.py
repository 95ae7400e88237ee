"""The schemas of calls about taxes in the OpenAPI document."""

from __future__ import annotations

from apiflask import Schema
from apiflask.fields import Date, Integer, List, Nested, String
from apiflask.validators import Length, OneOf, Range, Regexp

_YUAN = Regexp(r"^\d{1,10}(\.\d{1,2})?$")


class ArticleIn(Schema):
    """Pieces of one kind of goods."""

    gcode = String(required=True, validate=Regexp(r"^[0-9]{10}$"), metadata={"description": "tariff code, ten digits"})
    price = String(required=True, validate=_YUAN, metadata={"description": "yuan for a piece, such as 89.99"})
    quantity = Integer(load_default=1, validate=Range(1, 99_999))
    name = String(load_default="", validate=Length(0, 250))
    band = Integer(
        load_default=0, validate=Range(0, 4), metadata={"description": "band of parcel tax, 1 to 4; 0: by the code"}
    )
    catalogue = String(
        load_default="",
        validate=Regexp(r"^(\d{1,10}(\.\d{1,2})?)?$"),
        metadata={"description": "yuan for a piece in the customs catalogue; empty: it is not there"},
    )
    model = String(
        load_default="",
        validate=Length(0, 510),
        metadata={"description": "net content of a piece, such as 30ml, 330ml*6, 5片"},
    )


class ParcelIn(Schema):
    """Goods and how they come."""

    articles = List(Nested(ArticleIn), required=True, validate=Length(1, 100))
    day = Date(
        load_default=None,
        allow_none=True,
        metadata={"description": "the day of the law; without it, today of the sandbox"},
    )
    origin = String(
        load_default="",
        validate=Regexp(r"^([A-Z]{3})?$"),
        metadata={"description": "HKG, MAC and TWN have a lower value limit"},
    )
    mode = String(load_default="9610", validate=OneOf(["9610", "1210", "1239"]))
    freight = String(load_default="0", validate=_YUAN, metadata={"description": "counts for retail import alone"})
    insurance = String(load_default="0", validate=_YUAN, metadata={"description": "counts for retail import alone"})
    used = String(
        load_default="0",
        validate=_YUAN,
        metadata={"description": "yuan of the yearly limit that the buyer has used before"},
    )


class TaxBillsIn(Schema):
    """Which tax bills."""

    state = String(load_default="", validate=OneOf(["", "made", "overdue", "collected", "void"]))
    limit = Integer(load_default=50, validate=Range(1, 500))


class PaymentIn(Schema):
    """Who pays."""

    by = String(
        load_default="",
        validate=Length(0, 100),
        metadata={"description": "the participant who pays; the history names him. Of an officer, his account is kept"},
    )
