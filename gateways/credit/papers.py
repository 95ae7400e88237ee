"""Handles what companies send as messages about their cases: objections, applications for repair.

A document does what the call about a case does, and is answered besides: taken in (120), or refused (100)."""

from __future__ import annotations

from collections.abc import Sequence

from declarations.reasons import Reason
from gateways.credit.acts import decide_case
from gateways.credit.repository import CreditCase, CreditDesk
from gateways.records import FiledDocument
from gateways.senders import check_own_mailbox
from gateways.taking_in import make_document_receipt
from gateways.topics.shared import Decision, DocumentFiled

UNKNOWN, NOT_ITS_OWN, BLANK = "25124", "25125", "25126"


def number_of(document: FiledDocument) -> str:
    """Return the number of the case that a document is about."""
    return str(document.facts.case_no)


def handle_objections(documents: Sequence[DocumentFiled], desk: CreditDesk) -> None:
    """Handle objections to cases (陈述申辩)."""
    _handle(documents, "object", desk)


def handle_repairs(documents: Sequence[DocumentFiled], desk: CreditDesk) -> None:
    """Handle applications for the repair of cases (信用修复)."""
    _handle(documents, "apply_repair", desk)


def _handle(documents: Sequence[DocumentFiled], action: str, desk: CreditDesk) -> None:
    papers = desk.repository.documents(sorted({document.document_id for document in documents}))
    ids = desk.repository.case_ids({number_of(paper) for paper in papers.values()})
    cases = desk.repository.cases(sorted(ids.values()))
    for paper in papers.values():
        case = cases.get(ids.get(number_of(paper), 0))
        refused = _not_the_company(case, paper, desk)
        if case is not None and not refused:
            said = Decision(case.id, paper.id, 0, action, paper.facts.text.strip(), case.ebc_code, {})
            refused = decide_case(case, said, desk)
        desk.send_receipt(make_document_receipt(paper, desk.now, refused[0] if refused else None))


def _not_the_company(case: CreditCase | None, paper: FiledDocument, desk: CreditDesk) -> Sequence[Reason]:
    """Return the reason against a document that is not its company's, from its own mailbox if it has one, or that says
    nothing. Of somebody else's case, and one that nobody was told of yet, it is only said that there is none."""
    facts = paper.facts
    if case is None or not case.defence_until or facts.ebc_code not in (case.ebc_code, case.credit_code):
        return (Reason(UNKNOWN, {"case": number_of(paper)}),)
    company = desk.repository.companies([case.ebc_code]).get(case.ebc_code)
    dxp_id = company.dxp_id if company is not None else ""
    if refusal := check_own_mailbox(paper, facts.ebc_code, dxp_id, NOT_ITS_OWN):
        return (refusal,)
    return () if facts.text.strip() else (Reason(BLANK, {}),)
