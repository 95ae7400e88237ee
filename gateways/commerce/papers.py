"""Takes in authorisations to ask for a licence, and filings of foreign-trade operators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from declarations.commerce.days import iso_day
from declarations.commerce.trader_filing import DEMANDED
from declarations.parameters import NoValue
from declarations.reasons import Reason
from declarations.unanswered import missing_value_reason
from gateways.commerce.outcomes import NOT_ITS_OWN, REFUSED, TAKEN_IN, answer, refusal_of_sender
from gateways.commerce.register import BAD_DAY
from gateways.commerce.repository import CommerceDesk, LicenceAuthorisation, TraderFilingRow
from gateways.records import FiledDocument
from gateways.topics.shared import DocumentFiled

AUTHORISED, WITHDRAWN = "26113", "26114"
NO_LONGER_ASKED, FILED = "26202", "26203"


def handle_authorisations(documents: Sequence[DocumentFiled], desk: CommerceDesk) -> None:
    """Take in authorisations, from the mailbox of the company that gives them; appType 3 withdraws one."""
    papers, boxes = _papers(documents, desk)
    for paper in papers:
        facts, until = paper.facts, iso_day(paper.facts.until_day)
        if refusal := _refusal(paper, boxes, desk):
            answer(paper, REFUSED, (refusal,), desk)
        elif not until:
            answer(paper, REFUSED, (Reason(BAD_DAY, {"day": facts.until_day or "–"}),), desk)
        else:
            ended = paper.state == "deleted"
            given = LicenceAuthorisation(facts.credit_code, facts.auth_no, facts.holder_code, until, ended)
            desk.repository.put_authorisation(given)
            named = {"auth_no": facts.auth_no, "holder": facts.holder_code, "until": until}
            answer(paper, TAKEN_IN, (Reason(WITHDRAWN if ended else AUTHORISED, named),), desk)


def handle_filings(documents: Sequence[DocumentFiled], desk: CommerceDesk) -> None:
    """Take in filings of foreign-trade operators, from their own mailboxes; once the law no longer asks for them, one
    is kept and said to be no longer asked (26202)."""
    papers, boxes = _papers(documents, desk)
    for paper in papers:
        facts, filed = paper.facts, iso_day(paper.facts.filed_day)
        if refusal := _refusal(paper, boxes, desk):
            answer(paper, REFUSED, (refusal,), desk)
        elif not filed or filed > desk.day.isoformat():
            answer(paper, REFUSED, (Reason(BAD_DAY, {"day": facts.filed_day or "–"}),), desk)
        else:
            row = TraderFilingRow(facts.credit_code, facts.filing_no, facts.en_code, filed)
            _take_filing(paper, row, desk)


def _take_filing(paper: FiledDocument, row: TraderFilingRow, desk: CommerceDesk) -> None:
    try:
        value = desk.value_today("commerce.trader_filing")
    except NoValue as error:
        answer(paper, REFUSED, (missing_value_reason(error),), desk)
        return
    desk.repository.put_filing(row)
    rule = FILED if value.text == DEMANDED else NO_LONGER_ASKED
    answer(paper, TAKEN_IN, (Reason(rule, {"filing_no": row.filing_no}, (value.id,)),), desk)


def _papers(
    documents: Sequence[DocumentFiled], desk: CommerceDesk
) -> tuple[Sequence[FiledDocument], Mapping[str, str]]:
    papers = desk.repository.documents(sorted({document.document_id for document in documents}))
    codes = sorted({paper.facts.credit_code for paper in papers.values()})
    boxes = desk.repository.mailboxes(codes) if desk.options.commerce != "off" else {}
    return list(papers.values()), boxes


def _refusal(paper: FiledDocument, boxes: Mapping[str, str], desk: CommerceDesk) -> Reason | None:
    """Why a paper of a company is not taken: not from its mailbox. One without a mailbox here gives no authority."""
    code = paper.facts.credit_code
    if refusal := refusal_of_sender(paper, code, boxes, desk):
        return refusal
    if paper.kind == "licence_authorisation" and code not in boxes:
        return Reason(NOT_ITS_OWN, {"sender": paper.sender, "code": code, "dxp_id": "–"})
    return None
