"""HTTP calls about original payment data: addresses of platforms, requests to them, and the outcomes."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from apiflask.fields import Integer, String
from apiflask.validators import Length, Range
from flask import Response

from single_window.cases.payment_requests import queries as cases
from single_window.cases.payment_requests.answers import (
    AddressesOut,
    AddressOut,
    RequestsOut,
    WholeOut,
    request_out,
    whole_out,
)
from single_window.channels import payment_addresses
from single_window.frame.http import callers, guard
from single_window.frame.http.calls import CONTROL, Calls
from single_window.frame.http.documentation import NotBlank, answer, refused
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import empty_response, json_response
from single_window.frame.kinds import page
from single_window.intake.payment_uploads import findings_of
from single_window.store import payment_requests as rows
from single_window.store import sandboxes
from single_window.store.engine import reading

blueprint = Calls("payment_requests", __name__, rights=CONTROL, tag="payment-data")
_REFUSED = {
    400: refused("the request is not as described"),
    404: refused("no such sandbox, order, address or request"),
    422: refused("the address is invalid or not allowed"),
}


class AddressIn(Schema):
    """The address for payment data requests to a platform."""

    url = String(required=True, validate=Length(1, 2_000), metadata={"description": "http:// or https://"})


class PaymentRequestsIn(Schema):
    """The requests to list."""

    order_no = String(load_default="", validate=Length(0, 60))
    platform = String(load_default="", validate=Length(0, 18), metadata={"description": "ebpCode"})
    before = Integer(load_default=0, validate=Range(0, 2**62), metadata={"description": "the `next` of a page"})
    limit = Integer(load_default=100, validate=Range(1, 1_000))


class PaymentDataIn(Schema):
    """A request for the payment data of an order."""

    order_no = String(required=True, validate=[Length(1, 60), NotBlank()])


@blueprint.get("/platform-data/addresses", rights=("control_tests", "see_operations"))
@blueprint.doc(responses={200: answer("by company", AddressesOut), 404: _REFUSED[404]})
def addresses() -> Response:
    """List the addresses of platforms.

    The addresses to which openReq is posted, by ebpCode."""
    registered = payment_addresses.addresses_of(ports().window, guard.sandbox_name())
    return json_response(AddressesOut(addresses=tuple(map(AddressOut.of, registered))))


@blueprint.put("/platform-data/<company>/address")
@blueprint.input(AddressIn, arg_name="body")
@blueprint.doc(responses={200: answer("the address for future requests", AddressOut), **_REFUSED})
def put_address(company: str, body: dict[str, Any]) -> Response:
    """Set the address of a platform.

    openReq is posted there as a form field; redirects are not followed, and a platform has 10 seconds."""
    registered = payment_addresses.put(ports().window, guard.sandbox_name(), company, body["url"])
    return json_response(AddressOut.of(registered))


@blueprint.delete("/platform-data/<company>/address")
@blueprint.doc(
    responses={204: answer("the address is deleted; the platform gets no more requests"), 404: _REFUSED[404]}
)
def remove_address(company: str) -> Response:
    """Delete the address of a platform.

    Existing requests stay."""
    payment_addresses.remove(ports().window, guard.sandbox_name(), company)
    return empty_response()


@blueprint.get("/payment-requests", rights=("act_as_officer", "control_tests", "see_cases"))
@blueprint.input(PaymentRequestsIn, location="query", arg_name="query")
@blueprint.doc(responses={200: answer("newest first", RequestsOut), 400: _REFUSED[400], 404: _REFUSED[404]})
def listed(query: dict[str, Any]) -> Response:
    """List payment requests.

    Requests to platforms, with their outcomes."""
    sandbox, most = guard.sandbox_name(), query["limit"]
    with reading(ports().window.engine) as connection:
        now = sandboxes.find(connection, sandbox).clock.now()
        requests = rows.page(connection, sandbox, query["before"], most + 1, query["order_no"], query["platform"])
    first, following = page(requests, most)
    return json_response(RequestsOut(requests=tuple(request_out(row, now) for row in first), next=following))


@blueprint.post("/payment-requests", rights=("act_as_officer", "control_tests", "review_lists"))
@blueprint.input(PaymentDataIn, arg_name="body")
@blueprint.doc(
    responses={
        201: answer("the request, which is sent within moments", WholeOut),
        400: _REFUSED[400],
        404: _REFUSED[404],
    },
)
def ask(body: dict[str, Any]) -> Response:
    """Request the payment data of an order.

    The request is sent to the order's platform, independent of the state of its list, which the answer does not
    change."""
    window, sandbox = ports().window, guard.sandbox_name()
    made = cases.file_request(window, sandbox, body["order_no"], callers.caller().name)
    return json_response(whole_out(made, made.asked_at, findings_of(made)), 201)


@blueprint.get("/payment-requests/<session_id>", rights=("act_as_officer", "control_tests", "see_cases"))
@blueprint.doc(responses={200: answer("the request and its answer", WholeOut), 404: _REFUSED[404]})
def show(session_id: str) -> Response:
    """Show a payment request.

    With the text to sign, the signed text, and all findings."""
    sandbox = guard.sandbox_name()
    with reading(ports().window.engine) as connection:
        now = sandboxes.find(connection, sandbox).clock.now()
        payment_request = cases.find_request(connection, sandbox, session_id)
    return json_response(whole_out(payment_request, now, findings_of(payment_request)))
