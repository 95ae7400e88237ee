"""Decides about a case of the queue, whatever its kind: each is filed where cases of that kind are decided."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gateways.decisions import Subject
from single_window.accounts.people import Person
from single_window.accounts.rights import Lacking
from single_window.cases import declarations as stories
from single_window.cases import exchange as forex
from single_window.cases import inspection_results, refunds
from single_window.cases import registrations as registration
from single_window.cases.declarations import decisions as acts
from single_window.context import Context
from single_window.frame.not_found import NotFound
from single_window.language import words
from single_window.language.refusal import Refusal
from single_window.store.case_queue import Case
from single_window.store.engine import reading
from single_window.store.subjects import PROPOSAL
from single_window.work import proposals
from single_window.work.decisions import NoSuchDecision, ReasonNeeded

APPROVE, DECLINE = "approve", "decline"
"""What is done with a proposal."""
_REFUSALS = (
    Refusal,
    Lacking,
    NotFound,
    acts.NotActionable,
    ReasonNeeded,
    NoSuchDecision,
    refunds.NoSuchClaim,
    refunds.BadAct,
    refunds.NotNow,
    forex.NoSuchReport,
    forex.NotWaiting,
    registration.NoSuchCompany,
    registration.NotPossible,
)


class NotFiled(Exception):
    """A decision that cannot be made about this case now, so that nothing was filed; the message says why."""

    permanent = True


def decide(context: Context, sandbox: str, case: Case, action: str, reason: str, who: Person) -> int:
    """File what somebody decides about a case as he has seen it; gives the number of the decision, or of the proposal
    that he approves or declines. Raises `NotFiled`."""
    filed = _FILED.get(case.subject)
    if filed is None:
        raise NotFiled(f"Nothing is decided about a {case.subject} as a case of its own.")
    try:
        return filed(context, sandbox, case, action, reason, who)
    except _REFUSALS as refused:
        raise NotFiled(str(refused)) from refused


def _list_or_request(context: Context, sandbox: str, case: Case, action: str, reason: str, who: Person) -> int:
    find = stories.of_list if case.subject == Subject.DECLARATION else stories.of_request
    with reading(context.engine) as connection:
        subject = find(connection, sandbox, int(case.subject_id))
        # who concludes an inspection here has found the goods as they are declared
        sound = subject is not None and inspection_results.are_needed(subject, action)
        values = inspection_results.all_as_declared(connection, sandbox, subject) if subject and sound else {}
    if subject is None:
        raise NotFound(case.number, sandbox)
    if subject.state != case.state:
        raise NotFiled(words.phrase("label", "moved_on").en)
    return acts.act_on(context, sandbox, subject, action, reason, who, values).decision


def _claim(context: Context, sandbox: str, case: Case, action: str, reason: str, who: Person) -> int:
    return refunds.act(context, sandbox, case.number, action, reason, who, seen=case.state).decision


def _report(context: Context, sandbox: str, case: Case, action: str, reason: str, who: Person) -> int:
    return forex.act(context, sandbox, case.number, action, who, reason).decision


def _company(context: Context, sandbox: str, case: Case, action: str, reason: str, who: Person) -> int:
    values = {"reason": reason} if reason else {}
    return registration.act(context, sandbox, case.number, action, who, values).decision


def _proposal(context: Context, sandbox: str, case: Case, action: str, reason: str, who: Person) -> int:
    number = int(case.subject_id)
    if action == APPROVE:
        return proposals.approve(context, sandbox, number, who).id
    if action == DECLINE:
        return proposals.decline(context, sandbox, number, who, reason).id
    raise NotFiled(f"Nobody may {action!r} a proposal: {APPROVE} or {DECLINE}.")


_FILED: Mapping[str, Callable[[Context, str, Case, str, str, Person], int]] = {
    Subject.DECLARATION: _list_or_request,
    Subject.REQUEST: _list_or_request,
    Subject.REFUND_CLAIM: _claim,
    Subject.FOREX_REPORT: _report,
    Subject.REGISTRATION: _company,
    PROPOSAL: _proposal,
}
