"""What the OpenAPI document says of the calculation of taxes."""

from __future__ import annotations

from apiflask import Schema
from apiflask.fields import Boolean, Date, Dict, Integer, List, Nested, String
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


class ParcelTaxOut(Schema):
    """Parcel tax (行邮税) of the mailing."""

    items = List(Dict(), metadata={"description": "each with band, rate, value and tax"})
    treatment = String(metadata={"description": "personal_article; over_limit: send it back or declare it as goods"})
    exempt = Boolean()
    value = String()
    computed = String(metadata={"description": "the sum of the items, before the exemption"})
    tax = String(metadata={"description": "what is due"})
    exempt_up_to = String()
    value_limit = String()
    working_zh = List(String())
    working_en = List(String(), metadata={"description": "each formula with its numbers, each value with its source"})


class RetailTaxOut(Schema):
    """The tax of retail import (跨境电商综合税)."""

    admitted = Boolean()
    full_tax = Boolean()
    value = String()
    duty = String()
    consumption = String()
    vat = String()
    tax = String(metadata={"description": "what is due"})
    single_limit = String()
    annual_limit = String()
    refusals = List(Dict(), metadata={"description": "why it is not admitted: code, zh, en"})
    review = List(Dict(), metadata={"description": "what an officer would have to look at: code, zh, en"})
    working_zh = List(String())
    working_en = List(String())


class TaxBillsIn(Schema):
    """Which tax bills."""

    state = String(load_default="", validate=OneOf(["", "made", "overdue", "collected", "void"]))
    limit = Integer(load_default=50, validate=Range(1, 500))


class TaxBillOut(Schema):
    """A tax bill of retail import; amounts in yuan."""

    tax_no = String(metadata={"description": "taxNo of its 816"})
    order_no = String()
    assure_code = String(metadata={"description": "the guarantor"})
    state = String(metadata={"description": "made, overdue, collected, void"})
    tax = String()
    until = String(metadata={"description": "the last day of payment without surcharge"})
    days_late = Integer(metadata={"description": "by now, or when it was paid"})
    rate = String(metadata={"description": "of the surcharge, a day"})
    computed = String(metadata={"description": "tax × rate × days"})
    surcharge = String(metadata={"description": "what is due of it: nothing where it is waived"})
    charged = String(metadata={"description": "what was charged when it was paid"})
    parameters = List(String(), metadata={"description": "the dated values used"})
    links = Dict()


class TaxBillsOut(Schema):
    """Tax bills, newest release first."""

    bills = List(Nested(TaxBillOut))


class PaymentIn(Schema):
    """Who pays."""

    by = String(
        load_default="",
        validate=Length(0, 100),
        metadata={"description": "the participant who pays; the history names him. Of an officer, his account is kept"},
    )


class PaidOut(Schema):
    """What came of a payment."""

    bill = Nested(TaxBillOut)
    before = String()
    after = String()
    status = String(metadata={"description": "done; waiting: it is filed and not answered yet"})


class ParcelOut(Schema):
    """Both taxes of the same goods on the same day."""

    day = String()
    origin = String()
    trade_mode = String()
    parcel = Nested(ParcelTaxOut, allow_none=True, metadata={"description": "null: see missing"})
    retail = Nested(RetailTaxOut, allow_none=True, metadata={"description": "null: see missing"})
    lower = String(metadata={"description": "parcel, retail, equal; empty unless the goods may come either way"})
    missing = List(Dict(), metadata={"description": "dated values that the law of the day has not: parameter, day"})
