"""Handles what companies and warehouses send as messages: notices of stock, evidence of sales."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from declarations.overseas.moves import StockMove
from declarations.overseas.notices import notice_of
from declarations.reasons import Reason
from gateways.overseas.booking import book
from gateways.overseas.changing import DIFFERENT, REFUSED, TAKEN_IN, NoticeAnswer
from gateways.overseas.outcomes import BY, end_asked
from gateways.overseas.repository import OverseasDesk
from gateways.records import CaseReference, FiledDocument
from gateways.replies import combine_reasons, identifying_fields
from gateways.senders import check_own_mailbox
from gateways.topics.shared import DocumentFiled

NOT_THEIR_OWN, NOT_ITS_OWN = "27112", "27206"
NO_SALE, OTHER_VOUCHER, NOTED, CORRECTED = "27203", "27204", "27205", "27207"


def handle_notices(documents: Sequence[DocumentFiled], desk: OverseasDesk) -> None:
    """Handle notices of warehouses: each is booked, or refused with every reason."""
    papers = desk.repository.documents(sorted({document.document_id for document in documents}))
    told = {paper.id: notice_of(paper.facts) for paper in papers.values()}
    codes = {code for notice in told.values() for code in (notice.ebc_code, notice.warehouse_code)}
    boxes = desk.repository.mailboxes(sorted(codes))
    fit = []
    for paper in papers.values():
        if refusal := _from_elsewhere(paper, boxes):
            _answer(paper, NoticeAnswer(REFUSED, (refusal,)), desk)
        else:
            fit.append(paper)
    answers = book([(told[paper.id], paper.id) for paper in fit], desk) if fit else ()
    for paper, answer in zip(fit, answers, strict=True):
        _answer(paper, answer, desk)


def _from_elsewhere(paper: FiledDocument, boxes: Mapping[str, str]) -> Reason | None:
    """The reason against a notice that comes neither from the company nor from the warehouse, if one of them has a
    mailbox."""
    facts = paper.facts
    known = {boxes.get(facts.ebc_code), boxes.get(facts.warehouse_code)} - {None, ""}
    if not known or paper.sender in known:
        return None
    named = {"sender": paper.sender, "code": facts.ebc_code, "warehouse": facts.warehouse_code}
    return Reason(NOT_THEIR_OWN, named)


def _answer(paper: FiledDocument, answer: NoticeAnswer, desk: OverseasDesk) -> None:
    about = CaseReference(paper.kind, paper.key, paper.order_no)
    fields = identifying_fields(paper.kind, paper.facts, paper.port_no)
    text = combine_reasons(answer.reasons)
    desk.send_receipt(about.receipt(paper.mailboxes, answer.status, max(desk.now, paper.last_return + 1), text, fields))
    event = {TAKEN_IN: "overseas_booked", DIFFERENT: "overseas_contradicted", REFUSED: "overseas_refused"}
    desk.add_event(about.event(event[answer.status], paper.state, desk.now, answer.reasons, actor=BY))


def handle_evidence(documents: Sequence[DocumentFiled], desk: OverseasDesk) -> None:
    """Handle vouchers of sales: all of a document are noted (120), or none (100); a case whose sales have all theirs is
    ended."""
    papers = desk.repository.documents(sorted({document.document_id for document in documents}))
    boxes = desk.repository.mailboxes(sorted({paper.facts.ebc_code for paper in papers.values()}))
    for paper in papers.values():
        code = paper.facts.ebc_code
        refusal = check_own_mailbox(paper, code, boxes.get(code, ""), NOT_ITS_OWN)
        answer = NoticeAnswer(REFUSED, (refusal,)) if refusal else _note_vouchers(paper, desk)
        _answer(paper, answer, desk)


def _note_vouchers(paper: FiledDocument, desk: OverseasDesk) -> NoticeAnswer:
    """Note the vouchers of a document; one that is amended (appType 2) corrects what sales have."""
    facts, corrects = paper.facts, paper.version > 1
    keys = {(facts.ebc_code, facts.warehouse_code, line.ref) for line in facts.lines}
    by_ref: dict[str, list[StockMove]] = {}
    for sale in desk.repository.sales_under(keys):
        by_ref.setdefault(sale.ref, []).append(sale)
    noted: dict[int, tuple[StockMove, str]] = {}
    reasons, corrected = [], []
    for line in facts.lines:
        sales = [sale for sale in by_ref.get(line.ref, ()) if line.item_no in ("", sale.sku)]
        if not sales:
            reasons.append(Reason(NO_SALE, {"ref": line.ref}))
        for sale in sales:
            first = noted[sale.id][1] if sale.id in noted else sale.voucher_no
            if first not in ("", line.voucher_no):
                named = {"ref": line.ref, "first": first}
                if corrects and sale.id not in noted:
                    corrected.append(Reason(CORRECTED, {**named, "second": line.voucher_no}))
                else:
                    reasons.append(Reason(OTHER_VOUCHER, named))
            noted[sale.id] = sale, line.voucher_no
    if reasons:
        return NoticeAnswer(REFUSED, reasons)
    for sale, voucher_no in noted.values():
        sale.voucher_no, sale.uncounted = voucher_no, False
    desk.repository.put_moves([sale for sale, _ in noted.values()])
    end_asked(facts.ebc_code, {sale.asked for sale, _ in noted.values()} - {""}, desk)
    return NoticeAnswer(TAKEN_IN, (Reason(NOTED, {"count": str(len(noted))}), *corrected))
