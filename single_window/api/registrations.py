"""Registrations: applied for as JSON, looked at, decided by officers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from apiflask import APIBlueprint
from flask import Response
from sqlalchemy import Connection

from declarations.reasons import Reason
from schemas.rendering import Unwritable
from single_window.api import guard, messages
from single_window.api.acting import officer
from single_window.api.answers import history_out, reason_out
from single_window.api.documentation import ACCOUNT, BY_ACCOUNT, AcceptedOut, RefusedOut, answer
from single_window.api.ports import ports
from single_window.api.problems import Problem, json_response, problem, refusal
from single_window.api.registration_documentation import (
    ActIn,
    ApplicationIn,
    FiledGoodsOut,
    GradeOut,
    RegistrationOut,
    RegistrationsIn,
    RegistrationsOut,
)
from single_window.api.shapes import page
from single_window.cases import registration
from single_window.cases.registration import Company
from single_window.store.engine import reading
from single_window.work import decisions

blueprint = APIBlueprint("registrations", __name__, tag="registrations")
PATIENCE = 5.0
"""Seconds that an officer's act is waited for; what takes longer is answered 202."""
_VALUES = ("reason", "grade", "since", "until")
_REFUSED = {404: answer("no such company or sandbox", RefusedOut)}


@blueprint.post("/registrations")
@blueprint.input(ApplicationIn, arg_name="asked")
@blueprint.doc(
    responses={
        202: answer("made into a message (Registration), archived and filed", AcceptedOut),
        400: answer("no message can be made of it", RefusedOut),
        409: answer("the transmission id was used for other content", RefusedOut),
        503: answer("nothing can be accepted now; send again after Retry-After seconds", RefusedOut),
    }
)
def apply(asked: dict[str, Any]) -> Response:
    """Apply to be registered.

    The fields become the message that others send as XML, and go the same way: 202 means kept; receipts, or the
    registration itself, tell the outcome."""
    at, sandbox = ports(), guard.sandbox_name()
    try:
        body = registration.message(asked, at.window.now(sandbox))
    except Unwritable as bad:
        return refusal(400, bad.findings)
    came = at.reader.read(sandbox, body, None)
    admitted = at.admission.admit(sandbox, messages.CHANNEL, messages.own(came))
    if admitted.status != 202:
        return refusal(admitted.status, admitted.findings, id=admitted.id)
    return messages.accepted(admitted, came, {"registration": f"/api/v1/registrations/{asked['code']}"})


@blueprint.get("/registrations")
@blueprint.input(RegistrationsIn, location="query", arg_name="asked")
@blueprint.doc(responses={200: answer("companies of the sandbox, by code", RegistrationsOut)})
def listed(asked: dict[str, Any]) -> Response:
    """List companies.

    By code, those of master data too; `state` narrows them to one state."""
    at, sandbox = ports(), guard.sandbox_name()
    at.window.sandbox(sandbox)
    with reading(at.window.engine) as connection:
        found = registration.listed(connection, sandbox, asked["state"], asked["after"], asked["limit"] + 1)
    companies, following = page(found, asked["limit"], by="code")
    return json_response(RegistrationsOut(registrations=tuple(map(_company, companies)), next=following))


@blueprint.get("/registrations/<code>")
@blueprint.doc(responses={200: answer("the company and what has happened to it", RegistrationOut), **_REFUSED})
def show(code: str) -> Response:
    """Where a registration stands.

    `code` is the customs code or the credit code. With grades, filed goods and history."""
    at, sandbox = ports(), guard.sandbox_name()
    with reading(at.window.engine) as connection:
        return json_response(_with_history(connection, sandbox, code))


@blueprint.post("/registrations/<code>/<any(approve, refuse, suspend, resume, grade, correct):action>")
@blueprint.input(ActIn, arg_name="asked")
@blueprint.doc(
    security=ACCOUNT,
    responses={
        200: answer("done", RegistrationOut),
        202: answer("filed, not done yet", RegistrationOut),
        409: answer("the registration does not let it be done", RefusedOut),
        **_REFUSED,
        **BY_ACCOUNT,
    },
)
def act(code: str, action: str, asked: dict[str, Any]) -> Response:
    """Decide about a company.

    For officers: approve or refuse an application, suspend and resume, grade from a day on, correct (time to put things
    right)."""
    at, sandbox, person = ports(), guard.sandbox_name(), officer("registration")
    try:
        done = registration.act(
            at.window, sandbox, code, action, person, {name: asked[name] for name in _VALUES if asked[name]}
        )
    except registration.NoSuchCompany:
        raise _missing(sandbox, code) from None
    except registration.NotPossible as refused:
        raise _refusal(refused.reasons) from None
    decided = decisions.wait(at.window, sandbox, done.decision, at.changes)
    if decided.refused:
        raise _refusal(decided.answer)
    with reading(at.window.engine) as connection:
        return json_response(_with_history(connection, sandbox, done.code), 200 if decided.done else 202)


def _with_history(connection: Connection, sandbox: str, number: str) -> RegistrationOut:
    company = registration.found(connection, sandbox, number)
    if company is None:
        raise _missing(sandbox, number)
    return _company(
        company,
        grades=tuple(map(GradeOut.of, registration.grades(connection, sandbox, company.code))),
        goods=tuple(map(FiledGoodsOut.of, registration.goods(connection, sandbox, company.code))),
        history=history_out(registration.history(connection, sandbox, company.code)),
    )


def _company(company: Company, **further: Any) -> RegistrationOut:
    facts = {name: value for name, value in company.facts.items() if value}
    links = {"self": f"/api/v1/registrations/{company.code}"}
    return RegistrationOut.of(company, facts=facts, links=links, **further)


def _missing(sandbox: str, number: str) -> Problem:
    ports().window.sandbox(sandbox)
    return problem("no-such-registration", sandbox=sandbox, number=number)


def _refusal(reasons: Sequence[Reason]) -> Problem:
    words = [reason_out(reason) for reason in reasons]
    return problem(
        "registration-refused",
        reason_zh="；".join(reason.zh for reason in words),
        reason_en="; ".join(reason.en for reason in words),
    )
