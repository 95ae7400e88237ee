"""HTTP calls about taxes: the calculation for given goods, tax bills and their payment."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from apiflask.fields import Integer, List, Nested, String
from apiflask.validators import Length, OneOf, Range, Regexp
from flask import Response

from declarations.calendar import day_of
from declarations.money import scaled_from_text
from declarations.tax.comparison import Article, ImportCase
from single_window.cases.tax_bills import queries as tax_bills
from single_window.cases.tax_bills.answers import PaidOut, ParcelOut, TaxBillsOut, parcel_out, tax_bill_out
from single_window.cases.tax_bills.queries import sandbox_law
from single_window.frame.http import guard
from single_window.frame.http.callers import participant_named
from single_window.frame.http.calls import READ, Calls
from single_window.frame.http.documentation import answer, refused
from single_window.frame.http.moments import day_field
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response, problem
from single_window.language.phrases import of_reason
from single_window.store.engine import reading
from single_window.work import filing

_YUAN = Regexp(r"^\d{1,10}(\.\d{1,2})?$")


class ArticleIn(Schema):
    """One article and its quantity."""

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
        metadata={"description": "yuan for a piece in the customs catalogue; empty: it is not listed"},
    )
    model = String(
        load_default="",
        validate=Length(0, 510),
        metadata={"description": "net content of a piece, such as 30ml, 330ml*6, 5片"},
    )


class ParcelIn(Schema):
    """Goods and the circumstances of their import."""

    articles = List(Nested(ArticleIn), required=True, validate=Length(1, 100))
    day = day_field("the day whose law applies; without it, today of the sandbox")
    origin = String(
        load_default="",
        validate=Regexp(r"^([A-Z]{3})?$"),
        metadata={"description": "HKG, MAC and TWN have a lower value limit"},
    )
    mode = String(load_default="9610", validate=OneOf(["9610", "1210", "1239"]))
    freight = String(load_default="0", validate=_YUAN, metadata={"description": "only used for retail import"})
    insurance = String(load_default="0", validate=_YUAN, metadata={"description": "only used for retail import"})
    used = String(
        load_default="0",
        validate=_YUAN,
        metadata={"description": "yuan of the yearly limit that the buyer has used before"},
    )


class TaxBillsIn(Schema):
    """The tax bills to list."""

    state = String(load_default="", validate=OneOf(["", "made", "overdue", "collected", "void"]))
    limit = Integer(load_default=50, validate=Range(1, 500))


class PaymentIn(Schema):
    """The payer."""

    by = String(
        load_default="",
        validate=Length(0, 100),
        metadata={
            "description": "the paying participant, for the history. For an officer, the account is stored instead"
        },
    )


blueprint = Calls("tax", __name__, rights=("send_messages", "read_receipts", "see_cases"))
PAYER = "payer"
"""The default payer."""


@blueprint.post("/tax/parcel")
@blueprint.input(ParcelIn, arg_name="body")
@blueprint.doc(
    responses={
        200: answer("both taxes with their calculation", ParcelOut),
        400: refused("the request is not as described"),
        404: refused("no such sandbox"),
    }
)
def parcel(body: dict[str, Any]) -> Response:
    """Compare parcel tax and the tax of retail import.

    For the same goods on any day, side by side: exemption, limits, calculation and sources. Nothing is stored."""
    at, sandbox = ports(), guard.sandbox_name()
    with reading(at.window.engine) as connection:
        law = sandbox_law(connection, sandbox)
    how = ImportCase(
        origin=body["origin"],
        freight=scaled_from_text(body["freight"]),
        insurance=scaled_from_text(body["insurance"]),
        mode=body["mode"],
        used=scaled_from_text(body["used"]),
    )
    day = body["day"] or day_of(at.window.now(sandbox))
    return json_response(parcel_out([_article(article) for article in body["articles"]], day, how, law))


@blueprint.get("/tax/bills", rights=READ)
@blueprint.input(TaxBillsIn, location="query", arg_name="query")
@blueprint.doc(
    responses={200: answer("bills of the sandbox, newest release first", TaxBillsOut), 404: refused("no such sandbox")}
)
def list_bills(query: dict[str, Any]) -> Response:
    """List tax bills.

    Each with the last day of payment, the days late and the current surcharge."""
    at, sandbox = ports(), guard.sandbox_name()
    with reading(at.window.engine) as connection:
        law = sandbox_law(connection, sandbox)
        bills = tax_bills.list_bills(
            connection, sandbox, at.window.now(sandbox), law.parameters, query["state"], query["limit"]
        )
    return json_response(TaxBillsOut(bills=tuple(map(tax_bill_out, bills))))


@blueprint.post("/tax/bills/<tax_no>/payment", rights=("send_messages", "pay_bills"))
@blueprint.input(PaymentIn, arg_name="body")
@blueprint.doc(
    responses={
        200: answer("paid", PaidOut),
        202: answer("stored; not completed yet", PaidOut),
        404: refused("no such bill or sandbox"),
        409: refused("the bill is not due, or paid already"),
    }
)
def pay(tax_no: str, body: dict[str, Any]) -> Response:
    """Pay a tax bill.

    Possible from its first day of collection; an overdue bill is paid with its surcharge."""
    at, sandbox, payer = ports(), guard.sandbox_name(), participant_named(body["by"] or PAYER, "tax_bill")
    decision, before = tax_bills.pay_bill(at.window, sandbox, tax_no, payer)
    decided = filing.wait(at.window, sandbox, decision, at.changes)
    if decided.refused:
        raise problem(
            "tax-bill-refused", number=tax_no, reason="; ".join(of_reason(reason).en for reason in decided.answer)
        )
    with reading(at.window.engine) as connection:
        bill = tax_bills.find_bill(connection, sandbox, tax_no) or before
        law = sandbox_law(connection, sandbox)
    owed = tax_bills.amounts_owed(bill, at.window.now(sandbox), law.parameters)
    return json_response(
        PaidOut(
            bill=tax_bill_out(owed), before=before.state, after=bill.state, status="done" if decided.done else "waiting"
        ),
        200 if decided.done else 202,
    )


def _article(given: dict[str, Any]) -> Article:
    return Article(
        given["gcode"],
        scaled_from_text(given["price"]),
        given["quantity"],
        given["name"],
        given["band"],
        scaled_from_text(given["catalogue"]) if given["catalogue"] else None,
        given["model"],
    )
