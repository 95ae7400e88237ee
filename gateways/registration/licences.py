"""Asks the register of licences about a company that applies, where the sandbox has one, and goes on with the answer:
an application that lacks nothing else waits until then."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from declarations.commerce.licences import AppliedCompany, LicenceAnswer, judge
from declarations.parameters import NoValue
from declarations.reasons import Reason
from declarations.unanswered import missing_value_reason
from gateways.records import FiledDocument
from gateways.registration import filing
from gateways.registration.outcome import add_event
from gateways.registration.repository import Enterprise, RegistrarDesk
from gateways.topics.commerce import LicenceAnswered

TRADER = "merchant"


def handle_answers(answered: Sequence[LicenceAnswered], desk: RegistrarDesk) -> None:
    """Go on with applications that waited for these answers; one about another version, or that came before, does
    nothing."""
    enterprises = desk.repository.enterprises(sorted({answer.code for answer in answered}))
    for answer in answered:
        enterprise = enterprises.get(answer.code)
        if enterprise is None or enterprise.facts.get(filing.ASKED) != str(answer.document_version):
            continue
        papers = desk.repository.documents([enterprise.document_id])
        if enterprise.document_id in papers:
            _go_on(enterprise, papers[enterprise.document_id], answer, desk)


def _go_on(enterprise: Enterprise, paper: FiledDocument, answered: LicenceAnswered, desk: RegistrarDesk) -> None:
    answers = answered.answers
    refused, held = _judge(answers, _applied(paper.facts, answered.filing_no), desk)
    last = answers[-1]
    enterprise.facts = {
        **enterprise.facts,
        filing.ASKED: "",
        "licence_state": " / ".join(dict.fromkeys(said.state or "–" for said in answers)),
        "licence_day": last.as_of,
        "licence_name": last.name,
    }
    add_event(enterprise, "licence_answered", desk, (*refused, *held))
    if refused:
        filing.refuse_application(enterprise, refused, enterprise.facts.get("standing", ""), desk)
    else:
        filing.examine_again(enterprise, paper, held, desk)
    desk.repository.put_enterprise(enterprise)


def _judge(
    answers: Sequence[LicenceAnswer], applied: AppliedCompany, desk: RegistrarDesk
) -> tuple[Sequence[Reason], Sequence[Reason]]:
    try:
        return judge(answers, applied, desk.law)
    except NoValue as error:
        return (missing_value_reason(error),), ()


def _applied(facts: Any, filing_no: str) -> AppliedCompany:
    """The company of an application; of a foreign firm, its agent's licence is asked, whose name is another."""
    foreign = bool(facts.agent_code)
    return AppliedCompany("" if foreign else facts.name, not foreign and TRADER in facts.kinds.split(";"), filing_no)
