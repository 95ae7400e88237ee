"""Officers' decisions over HTTP: about subjects of every kind in one way, so that a test may take their part."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from apiflask.fields import Boolean, Dict, Integer, List, Raw, String
from apiflask.validators import Length, Range
from flask import Response
from sqlalchemy import Connection

from single_window.accounts.people import Person
from single_window.cases import undoing
from single_window.cases.subjects import DECISION_KINDS
from single_window.frame import asking, deciding, notes
from single_window.frame.deciding import Filed
from single_window.frame.decision_answers import DecidableOut, DecidedOut, decidable_out
from single_window.frame.decision_kinds import VALUES, DecisionKind, Requested, Subject
from single_window.frame.http import guard
from single_window.frame.http.callers import caller, officer
from single_window.frame.http.calls import DECIDE, READ_OFFICERS_PAPERS, Calls
from single_window.frame.http.cases import reading_sandbox
from single_window.frame.http.documentation import ACCOUNT, answer, refused
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import Problem, json_response, problem
from single_window.language.refusal import Refusal, refused_for
from single_window.refused import NotFound
from single_window.store.decisions import StoredDecision, decisions_about
from single_window.store.engine import reading
from single_window.store.questioning import ASK
from single_window.store.subjects import PROPOSAL
from single_window.work import filing

blueprint = Calls("decisions", __name__, rights=DECIDE, tag="decisions")
_SUBJECTS = ", ".join(DECISION_KINDS)
NOT_ONE_CASE = {422: refused("the number leads to several cases, or to none about which anything is decided")}
_REFUSED = {404: refused("no such subject or sandbox"), **NOT_ONE_CASE}


def _text(name: str, most: int = 40) -> String:
    return String(load_default="", validate=Length(0, most), metadata={"description": VALUES[name]})


class DecisionIn(Schema):
    """An officer's decision. GET of the same path lists the fields that an act needs beside `action`."""

    action = String(required=True, validate=Length(1, 40), metadata={"description": "one of `acts`"})
    seen = Integer(
        load_default=0,
        validate=Range(0, 2**62),
        metadata={"description": "the `version` on which it is decided; if it has another, nothing is done; 0: any"},
    )
    reason = String(load_default="", validate=Length(0, 1_000), metadata={"description": "what the declarant is told"})
    amount = _text("amount")
    grade = _text("grade")
    since = _text("since")
    until = _text("until")
    as_declared = Boolean(load_default=False, metadata={"description": VALUES["as_declared"]})
    findings = List(
        List(Raw(), validate=Length(3, 4)), validate=Length(0, 50), metadata={"description": VALUES["findings"]}
    )
    questions = List(
        String(validate=Length(1, 1_000)), validate=Length(0, 9), metadata={"description": VALUES["questions"]}
    )
    due, returns, silence = _text("due"), _text("returns"), _text("silence")
    value = Dict(keys=String(validate=Length(1, 100)), values=String(), metadata={"description": VALUES["value"]})
    profile = _text("profile", 1_000)
    choice = _text("choice")
    method = _text("method")
    prices = Dict(
        keys=String(validate=Length(1, 10)),
        values=String(validate=Length(1, 20)),
        metadata={"description": VALUES["prices"]},
    )
    cosmetics = Dict(
        keys=String(validate=Length(1, 10)),
        values=String(validate=Length(1, 20)),
        metadata={"description": VALUES["cosmetics"]},
    )
    quantity, seal, kept = _text("quantity"), _text("seal"), _text("kept")
    storage, photo = _text("storage", 100), _text("photo", 64)
    lists = List(String(validate=Length(1, 100)), validate=Length(0, 10_000), metadata={"description": VALUES["lists"]})


@blueprint.get("/cases/<subject>/<path:number>/decisions", rights=READ_OFFICERS_PAPERS)
@blueprint.doc(responses={200: answer("the subject as it stands", DecidableOut), **_REFUSED})
def show(subject: str, number: str) -> Response:
    """List the decisions that are possible.

    `subject` is the kind of what is decided about, such as declaration or refund_claim (another is answered with those
    that there are); `number` is any that names one. With what you may do now by your rights, what each act needs, what
    was decided, and what undoes the last decision."""
    at, sandbox, kind = ports(), guard.sandbox_name(), kind_named(subject)
    at.window.sandbox(sandbox)
    try:
        with reading(at.window.engine) as connection:
            found = kind.find(connection, sandbox, number)
            acts = tuple(deciding.acts_of_person(connection, sandbox, kind, found, caller()))
            made = tuple(decisions_about(connection, sandbox, found.kind, str(found.id)))
            last = undoing.last_decision(connection, sandbox, kind, found)
    except NotFound:
        raise missing_case(kind, sandbox, number) from None
    undone_by = tuple(counter.action for counter in last.counters) if last else ()
    return json_response(decidable_out(found, acts, made, undone_by))


@blueprint.post("/cases/<subject>/<path:number>/decisions")
@blueprint.input(DecisionIn, arg_name="body")
@blueprint.doc(
    security=ACCOUNT,
    responses={
        200: answer("done", DecidedOut),
        202: answer("it is filed and not done yet, or waits for a second person", DecidedOut),
        **_REFUSED,
        409: refused("somebody else was there first: the answer says what has changed"),
        422: refused(
            "it cannot be decided: its state does not allow it, or something is missing; the answer says what"
        ),
    },
)
def decide(subject: str, number: str, body: dict[str, Any]) -> Response:
    """Decide about a subject.

    As an officer: what the lifecycle of the subject allows in its state, with what the act needs. The declarant reads
    the `reason` in the receipt. `seen` is the version on which you decide: if it has changed since, nothing is done."""
    at, sandbox, kind = ports(), guard.sandbox_name(), kind_named(subject)
    at.window.sandbox(sandbox)
    try:
        who = officer(_subject_of_rights(kind, sandbox, number))
        found = deciding.find(at.window, sandbox, kind, number)
        filed = deciding.decide(at.window, sandbox, kind, found, requested_decision(kind, body), who)
        decided = filing.wait(at.window, sandbox, filed.decision, at.changes)
        now = _as_it_is_now(sandbox, filed)
        if decided.refused:
            raise refused_for(decided.answer, now.version != filed.subject.version)
    except NotFound:
        raise missing_case(kind, sandbox, number) from None
    return _decision_response(filed, decided, now)


def requested_decision(kind: DecisionKind, body: dict[str, Any]) -> Requested:
    """The decision that a body requests; raises `Refusal` for a field that no act of the kind takes."""
    values = {name: body[name] for name in VALUES if body.get(name)}
    for name in values:
        if name not in kind.takes and not (name in asking.TAKES and body["action"] == ASK):
            raise Refusal("unknown_value", action=body["action"], value=name, known=", ".join(kind.takes) or "reason")
    return Requested(body["action"], body["reason"], body["seen"], values)


def _subject_of_rights(kind: DecisionKind, sandbox: str, number: str) -> str:
    """The kind of subject for which the caller needs a right: of a proposal what it is about."""
    if kind.subject != PROPOSAL:
        return kind.subject
    with reading(ports().window.engine) as connection:
        proposal: StoredDecision = kind.find(connection, sandbox, number).record
    return proposal.subject


def _as_it_is_now(sandbox: str, filed: Filed) -> Subject:
    with reading(ports().window.engine) as connection:
        return DECISION_KINDS[filed.subject.kind].by_id(connection, sandbox, str(filed.subject.id))


def _decision_response(filed: Filed, decided: StoredDecision, now: Subject) -> Response:
    status = "waiting" if decided.state == "filed" else str(decided.state)
    own = f"/api/v1/cases/{filed.subject.kind}/{filed.subject.id}/decisions"
    settle = {"settle": f"/api/v1/cases/proposal/{decided.id}/decisions"} if decided.proposed else {}
    return json_response(
        DecidedOut(
            decision=decided.id,
            subject=filed.subject.kind,
            number=str(filed.subject.id),
            label=filed.subject.label,
            action=filed.action,
            status=status,
            before=filed.subject.state,
            after=now.state,
            version=now.version,
            links={"self": own, **settle},
        ),
        202 if decided.waiting or decided.proposed else 200,
    )


def kind_named(subject: str) -> DecisionKind:
    """The kind of decisions about a subject; raises `Problem` for an unknown one."""
    kind = DECISION_KINDS.get(subject)
    if kind is None:
        raise problem("no-such-subject", found=subject, known=_SUBJECTS, path="subject")
    return kind


def missing_case(kind: DecisionKind, sandbox: str, number: str) -> Problem:
    """The problem for the number of an unknown subject."""
    return problem("no-such-case", sandbox=sandbox, number=number, zh=kind.noun.zh, en=kind.noun.en)


def case_named(connection: Connection, sandbox: str, subject: str, number: str) -> Subject:
    """The case that a number names; raises `Problem` for an unknown one, and for a proposal, which has none of its
    own."""
    kind = kind_named(subject)
    try:
        if kind.settle is None:
            return kind.find(connection, sandbox, number)
    except NotFound:
        pass
    raise missing_case(kind, sandbox, number)


def case_of_officer(subject: str, number: str) -> tuple[Subject, Person]:
    """The case that a number names, and the caller, who may decide about it. Raises `Problem` or `Lacking`."""
    kind = kind_named(subject)
    if kind.settle is not None:
        raise missing_case(kind, guard.sandbox_name(), number)
    who = officer(kind.subject)
    with reading_sandbox() as (connection, sandbox):
        found = case_named(connection, sandbox, subject, number)
    notes.demand_keeping(ports().window, sandbox, found, who)
    return found, who
