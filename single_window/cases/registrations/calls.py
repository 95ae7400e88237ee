"""Registrations: applied for as JSON, shown, decided by officers."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import Response

from schemas.rendering import Unwritable
from single_window.cases import registrations as registration
from single_window.cases.registrations.answers import REGISTRATION, RegistrationOut, RegistrationsOut
from single_window.cases.registrations.call_inputs import ApplicationIn, RegistrationsIn
from single_window.frame.http import accepting, guard
from single_window.frame.http.accepting import AcceptedOut
from single_window.frame.http.cases import listed_cases, shown_case
from single_window.frame.http.documentation import answer, refused
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import refusal

blueprint = APIBlueprint("registrations", __name__, tag="registrations")
_VALUES = ("reason", "grade", "since", "until")
_REFUSED = {404: refused("no such company or sandbox")}


@blueprint.post("/registrations")
@blueprint.input(ApplicationIn, arg_name="application")
@blueprint.doc(
    responses={
        202: answer("made into a message (Registration), archived and filed", AcceptedOut),
        400: refused("no message can be made of it"),
        409: refused("the transmission id was used for other content"),
        503: refused("nothing can be accepted now; send again after Retry-After seconds"),
    }
)
def apply(application: dict[str, Any]) -> Response:
    """Apply to be registered.

    The fields become the message that others send as XML, and are handled in the same way: 202 means kept; receipts, or
    the registration itself, report the outcome."""
    at, sandbox = ports(), guard.sandbox_name()
    try:
        body = registration.message(application, at.window.now(sandbox))
    except Unwritable as bad:
        return refusal(400, bad.findings)
    came = at.reader.read(sandbox, body, None)
    admitted = at.admission.admit(sandbox, accepting.CHANNEL, accepting.own(came))
    if admitted.status != 202:
        return refusal(admitted.status, admitted.findings, id=admitted.id)
    return accepting.accepted(admitted, came, {"registration": f"/api/v1/registrations/{application['code']}"})


@blueprint.get("/registrations")
@blueprint.input(RegistrationsIn, location="query", arg_name="query")
@blueprint.doc(responses={200: answer("companies of the sandbox, by code", RegistrationsOut)})
def listed(query: dict[str, Any]) -> Response:
    """List companies.

    By code, those of master data too; `state` narrows them to one state."""
    return listed_cases(REGISTRATION, query)


@blueprint.get("/registrations/<code>")
@blueprint.doc(responses={200: answer("the company and what has happened to it", RegistrationOut), **_REFUSED})
def show(code: str) -> Response:
    """Where a registration stands.

    `code` is the customs code or the credit code. With grades, filed goods and history."""
    return shown_case(REGISTRATION, code)
