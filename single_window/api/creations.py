"""Acts that make a new subject, over HTTP: what may be made of each kind, and the request to make it."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from apiflask.fields import Dict, String
from apiflask.validators import Length, Regexp
from flask import Response

from single_window.accounts import rights
from single_window.api.decisions import kind_named
from single_window.frame.creating import check_values, create, creation_of
from single_window.frame.decision_answers import CreatableOut, CreatedOut, CreationOut
from single_window.frame.decision_kinds import Creation, DecisionKind, Requested
from single_window.frame.http import guard
from single_window.frame.http.callers import caller, officer
from single_window.frame.http.calls import DECIDE, READ_OFFICERS_PAPERS, Calls
from single_window.frame.http.documentation import ACCOUNT, answer, refused
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response
from single_window.language.refusal import refused_for
from single_window.store.decisions import StoredDecision
from single_window.store.engine import reading
from single_window.work import filing

blueprint = Calls("creations", __name__, rights=DECIDE, tag="decisions")
_REFUSED = {404: refused("no such kind of subject, or sandbox")}


class CreationIn(Schema):
    """An act that makes a new subject. GET of the same path lists them, with the values that each needs."""

    action = String(required=True, validate=Length(1, 40), metadata={"description": "one of `acts`"})
    values = Dict(
        keys=String(validate=Length(1, 40)),
        values=String(validate=Length(0, 1_000)),
        load_default=dict,
        validate=Length(0, 50),
        metadata={"description": "the values of the act, by name"},
    )
    reason = String(load_default="", validate=Length(0, 1_000), metadata={"description": "why; it is stored"})
    key = String(
        load_default="",
        validate=Regexp(r"^[A-Za-z0-9._-]{0,64}$(?!\n)"),
        metadata={"description": "your own name of the request: sent again with it, nothing is made a second time"},
    )


@blueprint.get("/cases/<subject>/decisions", rights=READ_OFFICERS_PAPERS)
@blueprint.doc(responses={200: answer("the acts that make one", CreatableOut), **_REFUSED})
def show(subject: str) -> Response:
    """List what may be made of a kind of subject.

    Those acts that you have the right to, and the values that each needs."""
    kind = kind_named(subject)
    ports().window.sandbox(guard.sandbox_name())
    acts = [_out(creation) for creation in kind.creations if rights.may_act(caller(), kind.subject, creation.action)]
    return json_response(CreatableOut(subject=kind.subject, acts=tuple(acts)))


@blueprint.post("/cases/<subject>/decisions")
@blueprint.input(CreationIn, arg_name="body")
@blueprint.doc(
    security=ACCOUNT,
    responses={
        201: answer("it is made", CreatedOut),
        202: answer("it is filed and not made yet, or waits for a second person", CreatedOut),
        **_REFUSED,
        409: refused("the key names another request"),
        422: refused("it cannot be made: a value is missing or wrong; the answer says which"),
    },
)
def decide(subject: str, body: dict[str, Any]) -> Response:
    """Make a new subject.

    As an officer, such as a batch. With a `key` the same request may be sent again: it is answered with what the first
    one made."""
    at, sandbox, kind = ports(), guard.sandbox_name(), kind_named(subject)
    at.window.sandbox(sandbox)
    who, creation = officer(kind.subject), creation_of(kind, body["action"])
    requested = Requested(creation.action, body["reason"], values=body["values"])
    check_values(creation, requested)
    number = create(at.window, sandbox, kind.subject, creation, requested, who, body["key"])
    decided = filing.wait(at.window, sandbox, number, at.changes)
    if decided.refused:
        raise refused_for(decided.answer)
    return _response(sandbox, kind, creation, decided)


def _response(sandbox: str, kind: DecisionKind, creation: Creation, decided: StoredDecision) -> Response:
    with reading(ports().window.engine) as connection:
        made = creation.made(connection, sandbox, decided) if decided.done else None
    number = creation.number(made) if made else ""
    own = {"self": f"/api/v1/cases/{kind.subject}/{number}/decisions"} if made else {}
    settle = {"settle": f"/api/v1/cases/proposal/{decided.id}/decisions"} if decided.proposed else {}
    status = "waiting" if decided.state == "filed" else str(decided.state)
    out = CreatedOut(
        decision=decided.id,
        subject=kind.subject,
        action=decided.action,
        status=status,
        number=number,
        state=made.state if made else "",
        version=made.version if made else 0,
        links={**own, **settle},
    )
    return json_response(out, 201 if made else 202)


def _out(creation: Creation) -> CreationOut:
    return CreationOut(
        action=creation.action,
        zh=creation.words.zh,
        en=creation.words.en,
        values=dict(creation.takes),
        reason=creation.reasoned,
    )
