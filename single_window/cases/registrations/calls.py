"""HTTP calls to apply for a registration as JSON, and to list and show companies."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from apiflask.fields import Integer, String
from apiflask.validators import Length, OneOf, Range
from flask import Response

from schemas.rendering import InvalidValues
from single_window.cases.registrations import applying as registration
from single_window.cases.registrations.queries import REGISTRATION_CASES
from single_window.frame.http import accepting, guard
from single_window.frame.http.accepting import AcceptedOut
from single_window.frame.http.calls import READ, Calls
from single_window.frame.http.cases import Described, add_cases
from single_window.frame.http.documentation import answer, refused
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import refusal


def _words(description: str, minimum: int = 0) -> String:
    return String(load_default="", validate=Length(minimum, 1_000), metadata={"description": description})


class ApplicationIn(Schema):
    """An application; its fields are the elements of the message Registration, whose schema defines their values."""

    appType = String(
        load_default="1", validate=OneOf(["1", "2", "3"]), metadata={"description": "1 add, 2 modify, 3 give up"}
    )
    code = String(required=True, validate=Length(1, 40), metadata={"description": "海关注册编码 customs code, 10"})
    creditCode = _words("统一社会信用代码 credit code, 18; for a foreign firm, its agent's")
    name = String(required=True, validate=Length(1, 1_000))
    kinds = String(
        required=True,
        validate=Length(1, 1_000),
        metadata={"description": "platform, merchant, payment_provider, carrier, agent, warehouse, joined by ';'"},
    )
    dxpId = _words("DXP编号: where receipts go")
    customsCode = _words("备案海关 customs office, 4")
    expressLicence = _words("快递业务经营许可证号, of carriers")
    paymentLicence = _words("支付业务许可证号或金融许可证号, of payment providers")
    agentCode = _words("境内代理人, of foreign firms")
    zone = _words("所在综试区")
    taxpayerKind = _words("1 general, 2 small-scale")
    refundKind = _words("T trader, M manufacturer, S service platform; empty: none")
    taxCredit = _words("A, B, M, C or D")
    netAssets = _words("yuan")
    lastRefund = _words("yuan")
    note = _words("")


class RegistrationsIn(Schema):
    """The companies to list."""

    state = String(
        load_default="",
        validate=Length(0, 30),
        metadata={"description": "in_review, registered, suspended, rejected, deleted; empty: all"},
    )
    after = String(load_default="", validate=Length(0, 18), metadata={"description": "codes behind this one"})
    limit = Integer(load_default=50, validate=Range(1, 500))


blueprint = Calls("registrations", __name__, rights=READ)


@blueprint.post("/registrations", rights=("send_messages",))
@blueprint.input(ApplicationIn, arg_name="application")
@blueprint.doc(
    responses={
        202: answer("converted into a message (Registration), archived and filed", AcceptedOut),
        400: refused("it cannot be converted into a message"),
        409: refused("the transmission id was used for other content"),
        503: refused("overloaded; send again after Retry-After seconds"),
    }
)
def apply(application: dict[str, Any]) -> Response:
    """Apply to be registered.

    The fields are converted into the XML message and processed like it: 202 means stored; receipts, or the registration
    itself, report the outcome."""
    at, sandbox = ports(), guard.sandbox_name()
    try:
        body = registration.message(application, at.window.now(sandbox))
    except InvalidValues as bad:
        return refusal(400, bad.findings)
    incoming = at.reader.read(sandbox, body, None)
    admitted = at.admission.admit(sandbox, accepting.CHANNEL, accepting.check_sender(incoming))
    links = {"registration": f"/api/v1/registrations/{application['code']}"}
    return accepting.message_answer(admitted, incoming, links).response()


add_cases(
    blueprint,
    REGISTRATION_CASES,
    RegistrationsIn,
    Described(
        listed="companies of the sandbox, by code",
        summary="Show a registration.",
        shown="the company with its history",
        number="`code` is the customs code or the credit code. With grades, filed goods and history.",
        missing="company",
        parameter="code",
    ),
)
