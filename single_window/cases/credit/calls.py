"""HTTP calls about credit: cases, a company's profile and events, its answers to a case, and the public list."""

from __future__ import annotations

from datetime import date
from typing import Any

from apiflask import Schema
from apiflask.fields import String
from apiflask.validators import Length
from flask import Response

from gateways.credit.repository import CreditCase
from single_window.cases.credit import queries as credit
from single_window.cases.credit.answers import CREDIT_KIND, AnsweredOut, CreditProfileOut, EventsOut
from single_window.cases.credit.decisions import KIND, send_answer
from single_window.cases.credit.public_list import DISHONEST
from single_window.cases.credit.queries import CREDIT_CASES, Credited
from single_window.frame.http import guard, key_access
from single_window.frame.http.callers import ACT, participant_named
from single_window.frame.http.calls import READ, READ_OFFICERS_PAPERS, Calls
from single_window.frame.http.cases import CasesOfMerchantIn, add_cases, reading_sandbox
from single_window.frame.http.documentation import NotBlank, answer, refused
from single_window.frame.http.moments import day_field
from single_window.frame.http.ports import PREFIX, ports
from single_window.frame.http.problems import Problem, json_response, problem
from single_window.frame.http.public_lists import add_public_list
from single_window.frame.http.queries import ListOf
from single_window.frame.typed import reason_out
from single_window.refused import demand_found
from single_window.store import participants
from single_window.store.engine import reading
from single_window.work import filing

blueprint = Calls("credit", __name__, rights=READ_OFFICERS_PAPERS, tag="credit")
SEND = ("send_messages",)


class ProfileIn(Schema):
    """The day of a profile, and days whose regimes are compared on it."""

    day = day_field("the day on which conditions are worked out; without it, today of the sandbox")
    regime = ListOf(
        day_field("a day whose law the same events are assessed by"),
        load_default=[],
        metadata={"description": "days whose regimes are shown beside that of the day"},
    )


class DayIn(Schema):
    """The day on which events are looked at."""

    day = day_field("the day whose states are shown; without it, today of the sandbox")


class CreditAnswerIn(Schema):
    """The words of a company about its case; files are added by the calls of files."""

    text = String(required=True, validate=[Length(1, 1_000), NotBlank()])


add_cases(blueprint, CREDIT_CASES, CasesOfMerchantIn)


@blueprint.get("/credit/<code>", rights=READ)
@blueprint.input(ProfileIn, location="query", arg_name="query")
@blueprint.doc(
    responses={
        200: answer("the profile", CreditProfileOut),
        400: refused("no regime was in force on a day that is asked for; the answer names those that there are"),
        404: refused("no such company or sandbox"),
    }
)
def show_profile(code: str, query: dict[str, Any]) -> Response:
    """Show a company's credit.

    By its credit or customs code: name, grade and published decisions. Its own key, and officers, also read its events,
    every condition with its numbers, and its cases; `regime` assesses the same events by the law of another day."""
    with reading_sandbox() as (connection, sandbox):
        known = credit.credited(connection, sandbox, code, query["day"])
        if known is None:
            raise _no_company(sandbox, code)
        if absent := credit.without_regime(known, query["regime"]):
            raise _no_regime(absent, known)
        own = _is_own(connection, sandbox, known)
        return json_response(credit.profile(connection, sandbox, known, own, query["regime"], _is_officer()))


@blueprint.get("/credit/<code>/events", rights=READ)
@blueprint.input(DayIn, location="query", arg_name="query")
@blueprint.doc(responses={200: answer("newest decision first", EventsOut), 404: refused("no such company or sandbox")})
def list_events(code: str, query: dict[str, Any]) -> Response:
    """List the events of a company.

    For its own key and officers, each in its state of the day. Officers also read what agencies told of a code that
    nobody has registered (`registered` is false): no condition counts it."""
    with reading_sandbox() as (connection, sandbox):
        known = credit.credited(connection, sandbox, code, query["day"], unregistered=_is_officer())
        if known is None or not _is_own(connection, sandbox, known):
            raise _no_company(sandbox, code)
        listed = credit.list_events(known)
        return json_response(EventsOut(events=listed, registered=bool(known.company.kinds)))


@blueprint.post("/credit/cases/<number>/objection", rights=SEND)
@blueprint.input(CreditAnswerIn, arg_name="body")
@blueprint.doc(
    responses={
        200: answer("carried out, or refused with reasons", AnsweredOut),
        202: answer("stored, and not carried out yet", AnsweredOut),
        404: refused("no such case or sandbox"),
    }
)
def object_to(number: str, body: dict[str, Any]) -> Response:
    """Object to a credit case.

    Within the working days of its notice; later it is refused by 25103."""
    return _answer(number, "object", body["text"])


@blueprint.post("/credit/cases/<number>/repair", rights=SEND)
@blueprint.input(CreditAnswerIn, arg_name="body")
@blueprint.doc(
    responses={
        200: answer("carried out, or refused with reasons", AnsweredOut),
        202: answer("stored, and not carried out yet", AnsweredOut),
        404: refused("no such case or sandbox"),
    }
)
def apply_for_repair(number: str, body: dict[str, Any]) -> Response:
    """Apply for the repair of a credit case.

    `text`: how it was cured, and the pledge. Too early: 25201 with the first possible day; not cured: 25202; excluded:
    25203."""
    return _answer(number, "apply_repair", body["text"])


add_public_list(blueprint, DISHONEST, "dishonest")


def _is_own(connection: Any, sandbox: str, known: Credited) -> bool:
    """True if the caller is no key of another company; programs that act as officers read what officers do."""
    key = key_access.current_key()
    if key is None or _is_officer():
        return True
    mailbox = participants.mailbox_of(connection, sandbox, known.company.code)
    return bool(mailbox) and key.owns(mailbox)


def _no_company(sandbox: str, code: str) -> Problem:
    return problem(
        "no-such",
        as_code="no-such-company",
        sandbox=sandbox,
        number=code,
        noun_zh="企业",
        noun="company",
        numbers_zh="统一社会信用代码或海关代码",
        numbers="its credit or customs code",
        listed=f"{PREFIX}/credit/cases",
    )


def _no_regime(day: date, known: Credited) -> Problem:
    orders = credit.orders_of(known.law)
    return problem(
        "no-such-regime",
        day=day.isoformat(),
        known_zh="；".join(f"{order.since}起{order.order_zh}" for order in orders),
        known="; ".join(f"{order.order_en} since {order.since}" for order in orders),
    )


def _case(number: str) -> CreditCase:
    """Find a case of which the caller may know: an officer of all, a company of its own once it was told."""
    with reading_sandbox() as (connection, sandbox):
        found = credit.find_case(connection, sandbox, number)
        own = key_access.companies(connection, sandbox)
    if found is None or (own is not None and (found.ebc_code not in own or not found.defence_until)):
        raise problem("no-such-case", sandbox=sandbox, number=number, zh=CREDIT_KIND.zh, en=CREDIT_KIND.noun)
    return found


def _is_officer() -> bool:
    """True unless the caller is a company's key: it reads no case of which the company was not told yet."""
    key = key_access.current_key()
    return key is None or key.owns_all or ACT in key.rights


def _answer(number: str, action: str, text: str) -> Response:
    """Send what a company says about its case, and return what came of it."""
    at, sandbox = ports(), guard.sandbox_name()
    who = participant_named(_case(number).ebc_code, KIND)
    decision = send_answer(at.window, sandbox, number, action, text, who)
    decided = filing.wait(at.window, sandbox, decision, at.changes)
    with reading(at.window.engine) as connection:
        case = demand_found(credit.find_case(connection, sandbox, number), number, sandbox)
        shown = credit.case_out(connection, sandbox, case)
    status = "refused" if decided.refused else "done" if decided.done else "waiting"
    answered = AnsweredOut(case=shown, status=status, reasons=tuple(map(reason_out, decided.answer)))
    return json_response(answered, 202 if status == "waiting" else 200)
