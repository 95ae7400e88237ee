"""Repayment of refunds, by quantity, for goods that come back, and the certificates that customs requires.

A company may repay before the goods are back and gets a certificate; else the refund is recovered when customs reports
the return (`recovering`). The invoices of returned goods are freed for other exports.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from declarations import lifecycle
from declarations.documents import RefundRepayment
from declarations.money import Scaled, amount_text
from declarations.reasons import Reason
from declarations.refund import treatment_facts
from declarations.refund.lines import InvoiceLineUse
from declarations.refund.matching import matching_rule_on
from declarations.refund.repayment import next_repayment, uses_to_free
from gateways.records import FiledDocument
from gateways.refund import crediting, ledgers, senders
from gateways.refund.evidence import EXPORT, PURCHASE, items_of
from gateways.refund.outcome import add_event, apply_step, book_entry, conclude_paper, issue_certificate, state_values
from gateways.refund.repository import Claim, ClaimLine, RefundDesk, RefundPaper, RefundRepository
from gateways.replies import identifying_fields
from gateways.topics.shared import DocumentFiled

REPAYMENT_KIND, RETURN_KIND = "repayment", "export_return"
CAME_BACK, UNSOLD_ABROAD, REASON_KINDS = "1", "4", ("1", "2", "3", "4")
CLAIMED, NOT_PAID, TOO_MUCH, NO_QTY, NO_LINE, NO_KIND = "20620", "20621", "20622", "20623", "20624", "20625"
NO_LIST, OTHER_LIST = "20630", "20631"
REPAID, NEVER_REFUNDED, GOODS_BACK = "20626", "20627", "20628"
SETTLED = "settled"
REFUNDED_STATES = frozenset({"paid", SETTLED})
"""States in which a claim has been refunded, so that a company may repay."""
REDUCIBLE_STATES = REFUNDED_STATES | {"to_repay"}
"""States in which returned goods reduce a claim; a recovered one is later restored with less."""
ACTIVE_STATES = frozenset({"accepted", "in_review", "asked", "approved", "paid", "to_repay"})


def handle_repayments(documents: Sequence[DocumentFiled], desk: RefundDesk) -> None:
    """Handle filed repayments."""
    for paper, document, claim in new_papers(documents, REPAYMENT_KIND, desk):
        _repay(paper, document, claim, desk)


def new_papers(
    documents: Sequence[DocumentFiled], kind: str, desk: RefundDesk
) -> Iterator[tuple[RefundPaper, FiledDocument, Claim | None]]:
    """Yield (new paper, its document, the claim that it names) for the documents to handle."""
    filed_documents = desk.repository.documents([document.document_id for document in documents]).values()
    papers_by_key = desk.repository.papers(kind, {document.key for document in filed_documents})
    claims = desk.repository.claims_by_key({_claim_key(document) for document in filed_documents})
    for document in filed_documents:
        old_paper = papers_by_key.get(document.key)
        if _is_new(document, old_paper, desk.repository):
            yield _new_paper(document, old_paper, desk), document, claims.get(_claim_key(document))


def _claim_key(document: FiledDocument) -> str:
    return f"{document.facts.ebc_code}|{document.facts.claim_no}"


def _is_new(document: FiledDocument, old_paper: RefundPaper | None, repository: RefundRepository) -> bool:
    """True if a paper must be handled. The withdrawal of a refused paper only changes its state."""
    if old_paper is not None and old_paper.document_version >= document.version:
        return False
    if document.state == "deleted" and old_paper is not None and old_paper.state == "rejected":
        old_paper.state, old_paper.document_version = (
            lifecycle.transition_of(old_paper.state, "delete", "paper").to,
            document.version,
        )
        repository.put_paper(old_paper)
    return document.state == "declared" and (old_paper is None or lifecycle.state_of(old_paper.state, "paper").ended)


def _new_paper(document: FiledDocument, old_paper: RefundPaper | None, desk: RefundDesk) -> RefundPaper:
    """The row of a new paper; a refused one starts over under its old id."""
    return RefundPaper(
        id=old_paper.id if old_paper else desk.repository.new_id(),
        kind=document.kind,
        key=document.key,
        state="declared",
        claim_id=0,
        ebc_code=document.facts.ebc_code,
        mailboxes=document.mailboxes,
        document_id=document.id,
        document_version=document.version,
        version=old_paper.version if old_paper else 0,
        filed_at=desk.now,
        last_return=max(document.last_return, old_paper.last_return if old_paper else 0),
    )


def _repay(paper: RefundPaper, document: FiledDocument, claim: Claim | None, desk: RefundDesk) -> None:
    facts: RefundRepayment = document.facts
    if facts.reason_kind != UNSOLD_ABROAD:  # customs admits no goods by a certificate of those that stayed abroad
        paper.invt_no = facts.invt_no
    for line in facts.lines:
        paper.lines[line.item_no] = paper.lines.get(line.item_no, 0) + line.qty
    reasons = list(senders.check_sender(document, desk.repository))
    if reasons:
        claim = None
    elif facts.claim_no:
        paper.claim_id = claim.id if claim else 0
        reasons = [
            *_items_of_other_lists(paper, desk.repository),
            *_find_refusals(facts, paper, claim, desk.repository),
        ]
    else:
        reasons = [*_items_of_other_lists(paper, desk.repository), *_contradicting_claims(paper, desk.repository)]
    if reasons:
        paper.lines = {}
        conclude_paper(
            paper, REPAYMENT_KIND, document.order_no, identifying_fields(REPAYMENT_KIND, facts), "reject", desk, reasons
        )
        desk.repository.put_paper(paper)
        return
    if claim is not None:
        paper.amount, credit_reasons = mark_repaid(claim, paper.lines, facts.reason_kind, desk)
        _book_repayment(claim, paper, credit_reasons, desk)
    conclude_paper(paper, REPAYMENT_KIND, document.order_no, identifying_fields(REPAYMENT_KIND, facts), "accept", desk)
    answer = Reason(
        REPAID if claim else NEVER_REFUNDED, {"amount": amount_text(paper.amount), "invt_no": paper.invt_no or "-"}
    )
    issue_certificate(paper, document.order_no, claim.cop_no if claim else "", answer, desk)
    desk.repository.put_paper(paper)


def _find_refusals(
    facts: RefundRepayment, paper: RefundPaper, claim: Claim | None, repository: RefundRepository
) -> Iterator[Reason]:
    if facts.reason_kind not in REASON_KINDS:
        yield Reason(NO_KIND, {"found": facts.reason_kind, "expected": "/".join(REASON_KINDS)})
    if claim is None or claim.state not in REFUNDED_STATES:
        yield Reason(NOT_PAID, {"claim": facts.claim_no, **state_values(claim)})
        return
    remaining: dict[str, Scaled] = {}
    for line in repository.lines([claim.id])[claim.id]:
        if line.part == EXPORT:
            remaining[line.item_no] = remaining.get(line.item_no, 0) + line.taken - line.repaid_qty
    for number, qty in paper.lines.items():
        if qty <= 0:
            yield Reason(NO_QTY, {"item": number, "found": amount_text(qty)})
        elif number not in remaining:
            yield Reason(NO_LINE, {"item": number, "claim": claim.cop_no})
        elif qty > remaining[number]:
            yield Reason(TOO_MUCH, {"item": number, "found": amount_text(qty), "left": amount_text(remaining[number])})


def _items_of_other_lists(paper: RefundPaper, repository: RefundRepository) -> Iterator[Reason]:
    """Reasons if items do not belong to the list named, because customs admits that list's goods by the certificate."""
    if not paper.invt_no:
        return
    items_of_list = repository.items_of_list(paper.ebc_code, paper.invt_no)
    if not items_of_list:
        yield Reason(NO_LIST, {"invt_no": paper.invt_no, "company": paper.ebc_code})
        return
    for number in paper.lines:
        if number not in items_of_list:
            yield Reason(OTHER_LIST, {"item": number, "invt_no": paper.invt_no})


def _contradicting_claims(paper: RefundPaper, repository: RefundRepository) -> Iterator[Reason]:
    """Reasons for claims, of the paper's items and of its list, that contradict a certificate of no refund."""
    items = {*paper.lines, *(repository.items_of_list(paper.ebc_code, paper.invt_no) if paper.invt_no else ())}
    for claim in repository.claims(repository.claims_of_items(items)).values():
        if claim.state in ACTIVE_STATES or (claim.state == SETTLED and _has_refund(claim, items, repository)):
            yield Reason(CLAIMED, {"claim": claim.cop_no, **state_values(claim)})


def _has_refund(claim: Claim, items: Collection[str], repository: RefundRepository) -> bool:
    """True if a claim has a refund for any of these items that is not repaid."""
    return any(
        line.item_no in items and line.repaid_qty < line.taken for line in repository.lines([claim.id])[claim.id]
    )


def mark_repaid(
    claim: Claim, quantities: Mapping[str, Scaled], reason_kind: str, desk: RefundDesk
) -> tuple[Scaled, Sequence[Reason]]:
    """Mark quantities of items in a claim's lines as repaid; return the part of its refund and the reasons of the
    credit reduced. Of goods that are back, in the country or unsold in a warehouse abroad, ledgers are freed; those may
    be claimed again when they are sold."""
    remaining = dict(quantities)
    changes = []
    fob_before = crediting.remaining_fob(desk.repository.lines([claim.id])[claim.id])
    for line in desk.repository.lines([claim.id])[claim.id]:
        qty = min(remaining.get(line.item_no, 0), line.taken - line.repaid_qty) if line.part == EXPORT else 0
        if qty > 0:
            amount = next_repayment(line.refund, line.taken, line.repaid, line.repaid_qty, qty)
            changes.append((line, line._replace(repaid_qty=line.repaid_qty + qty, repaid=line.repaid + amount)))
            remaining[line.item_no] -= qty
    if reason_kind in (CAME_BACK, UNSOLD_ABROAD):
        free_returned(claim, changes, desk)
        for item in items_of(quantities, desk).values():
            qty = quantities[item.item_no] - remaining[item.item_no]
            item.used -= qty
            item.returned += qty if reason_kind == CAME_BACK else 0
            desk.repository.put_item(item)
    desk.repository.repay_lines([after for _, after in changes])
    reasons = crediting.reduce_credited(
        claim, crediting.remaining_fob(desk.repository.lines([claim.id])[claim.id]), fob_before, desk
    )
    return sum(after.repaid - before.repaid for before, after in changes), reasons


def free_returned(claim: Claim, changes: Sequence[tuple[ClaimLine, ClaimLine]], desk: RefundDesk) -> None:
    """Free the invoices used for returned quantities; `changes` are pairs of lines (before, after).

    Certificates of consumption tax cover the same goods as the VAT invoices, so they are counted separately.
    """
    rule = matching_rule_on(desk.day, desk.law)
    lines = desk.repository.lines([claim.id])[claim.id]
    purchase_lines = [line for line in lines if line.part == PURCHASE and line.taken]
    kinds = {
        number: invoice.kind
        for number, invoice in desk.repository.invoices_by_id({line.invoice_id for line in purchase_lines}).items()
    }
    lines_after = {line.number: line for _, line in changes}
    freed_lines: list[tuple[ClaimLine, Scaled, Scaled]] = []
    for link_no in dict.fromkeys(line.link_no for line, _ in changes):
        exports = [line for line in lines if line.part == EXPORT and line.link_no == link_no]
        returned_before = sum(map(returned_quantity, exports))
        returned_now = sum(returned_quantity(lines_after.get(line.number, line)) for line in exports)
        link_purchases = [line for line in purchase_lines if line.link_no == link_no]
        for group in (
            [line for line in link_purchases if kinds[line.invoice_id] in rule.vat_kinds],
            [line for line in link_purchases if kinds[line.invoice_id] not in rule.vat_kinds],
        ):
            freed_lines += _uses_to_free(group, returned_now - returned_before)
    ledgers.free_invoice_lines(freed_lines, desk.repository)
    desk.repository.repay_lines(
        [
            line._replace(repaid_qty=line.repaid_qty + qty, repaid=line.repaid + amount)
            for line, qty, amount in freed_lines
        ]
    )


def returned_quantity(line: ClaimLine) -> Scaled:
    """Return the repaid quantity of a line, in the line's unit."""
    return line.qty * line.repaid_qty // line.taken if line.taken else 0


def _uses_to_free(group: Sequence[ClaimLine], qty: Scaled) -> Iterator[tuple[ClaimLine, Scaled, Scaled]]:
    """Yield (purchase line, quantity, amount) to free now, after those freed earlier."""
    freed_before = sum(line.repaid_qty for line in group)
    qty = min(qty, sum(line.taken for line in group) - freed_before)
    if qty <= 0:
        return
    lines_by_key = {(str(line.invoice_id), line.invoice_line): line for line in group}
    uses = [InvoiceLineUse(*line_key, line.taken, line.base) for line_key, line in lines_by_key.items()]
    for use in uses_to_free(uses, qty, freed_before):
        yield lines_by_key[use.invoice_no, use.line], use.qty, use.amount


def _book_repayment(claim: Claim, paper: RefundPaper, reasons: Sequence[Reason], desk: RefundDesk) -> None:
    answer = Reason(REPAID, {"amount": amount_text(paper.amount), "invt_no": paper.invt_no or "-"})
    if paper.amount:
        book_entry(claim, "repaid", paper.amount, desk, reasons=[answer])
        claim.recovered += paper.amount
    add_event(claim, "refund_repaid", desk, [answer, *reasons])
    settle_if_whole(claim, desk)
    desk.repository.put_claim(claim)


def settle_if_whole(claim: Claim, desk: RefundDesk) -> None:
    """Settle a claim (899) if all its goods have come back."""
    lines = desk.repository.lines([claim.id])[claim.id]
    if all(line.repaid_qty == line.taken for line in lines if line.part == EXPORT):
        if claim.state != SETTLED:
            apply_step(claim, "settle", desk)
        claim.stage = ""
        if claim.exchange != treatment_facts.COLLECTED:
            claim.exchange = ""
