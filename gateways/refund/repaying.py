"""Repayment of refunds, by quantity, for goods that come back, and the certificates that customs requires.

A company may repay before the goods are back and gets a certificate; else the refund is recovered when customs reports
the return. The invoices of returned goods are freed for other exports.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from declarations import lifecycle
from declarations.documents import RefundRepayment
from declarations.money import Scaled, plain
from declarations.reasons import Reason
from declarations.refund import lanes
from declarations.refund.lines import InvoiceTaken
from declarations.refund.matching import matching_rule
from declarations.refund.repayment import release, repay
from gateways.records import FiledDocument
from gateways.refund import crediting, ledgers, paying, senders
from gateways.refund.evidence import EXPORT, PURCHASE, items_of
from gateways.refund.outcome import book, certify, conclude, note, state_values, step
from gateways.refund.repository import Claim, ClaimLine, RefundDesk, RefundPaper, RefundRepository, Returned
from gateways.replies import identify
from gateways.topics.refund import ExportReturned
from gateways.topics.shared import DocumentFiled

KIND, RETURN = "repayment", "export_return"
CAME_BACK, KINDS = "1", ("1", "2", "3")
CLAIMED, NOT_PAID, TOO_MUCH, NO_QTY, NO_LINE, NO_KIND = "20620", "20621", "20622", "20623", "20624", "20625"
NO_LIST, OTHER_LIST = "20630", "20631"
REPAID, NEVER_REFUNDED, GOODS_BACK = "20626", "20627", "20628"
SETTLED = "settled"
DONE = frozenset({"paid", SETTLED})
"""States in which a claim has been refunded, so that a company may repay."""
HELD = DONE | {"to_repay"}
"""States in which returned goods reduce a claim; a recovered one is later restored with less."""
LIVE = frozenset({"accepted", "in_review", "asked", "approved", "paid", "to_repay"})


def handle_repayments(documents: Sequence[DocumentFiled], desk: RefundDesk) -> None:
    """Handle filed repayments."""
    for paper, document, claim in new_papers(documents, KIND, desk):
        _repay(paper, document, claim, desk)


def new_papers(
    documents: Sequence[DocumentFiled], kind: str, desk: RefundDesk
) -> Iterator[tuple[RefundPaper, FiledDocument, Claim | None]]:
    """Yield (new paper, its document, the claim that it names) for the documents to handle."""
    filed = desk.repository.documents([document.document_id for document in documents]).values()
    known = desk.repository.papers(kind, {document.key for document in filed})
    claims = desk.repository.claims_by_key({_claim_key(document) for document in filed})
    for document in filed:
        old = known.get(document.key)
        if _is_new(document, old, desk.repository):
            yield _new_paper(document, old, desk), document, claims.get(_claim_key(document))


def _claim_key(document: FiledDocument) -> str:
    return f"{document.facts.ebc_code}|{document.facts.claim_no}"


def _is_new(document: FiledDocument, old: RefundPaper | None, repository: RefundRepository) -> bool:
    """True if a paper must be handled. The withdrawal of a refused paper only changes its state."""
    if old is not None and old.document_version >= document.version:
        return False
    if document.state == "deleted" and old is not None and old.state == "rejected":
        old.state, old.document_version = lifecycle.move(old.state, "delete", "paper").to, document.version
        repository.put_paper(old)
    return document.state == "declared" and (old is None or lifecycle.state(old.state, "paper").ended)


def _new_paper(document: FiledDocument, old: RefundPaper | None, desk: RefundDesk) -> RefundPaper:
    """The row of a new paper; a refused one starts over under its old id."""
    return RefundPaper(
        id=old.id if old else desk.repository.new_id(),
        kind=document.kind,
        key=document.key,
        state="declared",
        claim_id=0,
        ebc_code=document.facts.ebc_code,
        mailboxes=document.mailboxes,
        document_id=document.id,
        document_version=document.version,
        version=old.version if old else 0,
        filed_at=desk.now,
        last_return=max(document.last_return, old.last_return if old else 0),
    )


def _repay(paper: RefundPaper, document: FiledDocument, claim: Claim | None, desk: RefundDesk) -> None:
    facts: RefundRepayment = document.facts
    paper.invt_no = facts.invt_no
    for line in facts.lines:
        paper.lines[line.item_no] = paper.lines.get(line.item_no, 0) + line.qty
    reasons = list(senders.refusals(document, desk.repository))
    if reasons:
        claim = None
    elif facts.claim_no:
        paper.claim_id = claim.id if claim else 0
        reasons = [*_items_of_other_lists(paper, desk.repository), *_refusals(facts, paper, claim, desk.repository)]
    else:
        reasons = [*_items_of_other_lists(paper, desk.repository), *_contradicting_claims(paper, desk.repository)]
    if reasons:
        paper.lines = {}
        conclude(paper, KIND, document.order_no, identify(KIND, facts), "reject", desk, reasons)
        desk.repository.put_paper(paper)
        return
    if claim is not None:
        paper.amount, taken_back = _take_back(claim, paper.lines, facts.reason_kind == CAME_BACK, desk)
        _book(claim, paper, taken_back, desk)
    conclude(paper, KIND, document.order_no, identify(KIND, facts), "accept", desk)
    answer = Reason(
        REPAID if claim else NEVER_REFUNDED, {"amount": plain(paper.amount), "invt_no": paper.invt_no or "-"}
    )
    certify(paper, document.order_no, claim.cop_no if claim else "", answer, desk)
    desk.repository.put_paper(paper)


def _refusals(
    facts: RefundRepayment, paper: RefundPaper, claim: Claim | None, repository: RefundRepository
) -> Iterator[Reason]:
    if facts.reason_kind not in KINDS:
        yield Reason(NO_KIND, {"found": facts.reason_kind, "expected": "/".join(KINDS)})
    if claim is None or claim.state not in DONE:
        yield Reason(NOT_PAID, {"claim": facts.claim_no, **state_values(claim)})
        return
    left: dict[str, Scaled] = {}
    for line in repository.lines([claim.id])[claim.id]:
        if line.part == EXPORT:
            left[line.item_no] = left.get(line.item_no, 0) + line.taken - line.repaid_qty
    for number, qty in paper.lines.items():
        if qty <= 0:
            yield Reason(NO_QTY, {"item": number, "found": plain(qty)})
        elif number not in left:
            yield Reason(NO_LINE, {"item": number, "claim": claim.cop_no})
        elif qty > left[number]:
            yield Reason(TOO_MUCH, {"item": number, "found": plain(qty), "left": plain(left[number])})


def _items_of_other_lists(paper: RefundPaper, repository: RefundRepository) -> Iterator[Reason]:
    """Reasons if items do not belong to the list named, because customs admits that list's goods by the certificate."""
    if not paper.invt_no:
        return
    listed = repository.items_of_list(paper.ebc_code, paper.invt_no)
    if not listed:
        yield Reason(NO_LIST, {"invt_no": paper.invt_no, "company": paper.ebc_code})
        return
    for number in paper.lines:
        if number not in listed:
            yield Reason(OTHER_LIST, {"item": number, "invt_no": paper.invt_no})


def _contradicting_claims(paper: RefundPaper, repository: RefundRepository) -> Iterator[Reason]:
    """Reasons for claims, of the paper's items and of its list, that contradict a certificate of no refund."""
    items = {*paper.lines, *(repository.items_of_list(paper.ebc_code, paper.invt_no) if paper.invt_no else ())}
    for claim in repository.claims(repository.claims_of_items(items)).values():
        if claim.state in LIVE or (claim.state == SETTLED and _has_refund(claim, items, repository)):
            yield Reason(CLAIMED, {"claim": claim.cop_no, **state_values(claim)})


def _has_refund(claim: Claim, items: Collection[str], repository: RefundRepository) -> bool:
    """True if a claim has a refund for any of these items that is not repaid."""
    return any(
        line.item_no in items and line.repaid_qty < line.taken for line in repository.lines([claim.id])[claim.id]
    )


def _take_back(
    claim: Claim, quantities: Mapping[str, Scaled], back: bool, desk: RefundDesk
) -> tuple[Scaled, Sequence[Reason]]:
    """Mark quantities of items in a claim's lines as repaid; return the part of its refund and the reasons of the
    credit reduced. `back`: the goods are back, so that ledgers are freed."""
    left = dict(quantities)
    changed = []
    held = crediting.remaining_fob(desk.repository.lines([claim.id])[claim.id])
    for line in desk.repository.lines([claim.id])[claim.id]:
        qty = min(left.get(line.item_no, 0), line.taken - line.repaid_qty) if line.part == EXPORT else 0
        if qty > 0:
            amount = repay(line.refund, line.taken, qty, line.repaid_qty)
            changed.append((line, line._replace(repaid_qty=line.repaid_qty + qty, repaid=line.repaid + amount)))
            left[line.item_no] -= qty
    if back:
        give_back(claim, changed, desk)
        for item in items_of(quantities, desk).values():
            qty = quantities[item.item_no] - left[item.item_no]
            item.used, item.returned = item.used - qty, item.returned + qty
            desk.repository.put_item(item)
    desk.repository.repay_lines([after for _, after in changed])
    reasons = crediting.reduce_credited(
        claim, crediting.remaining_fob(desk.repository.lines([claim.id])[claim.id]), held, desk
    )
    return sum(after.repaid - before.repaid for before, after in changed), reasons


def give_back(claim: Claim, changed: Sequence[tuple[ClaimLine, ClaimLine]], desk: RefundDesk) -> None:
    """Free the invoices used for returned quantities; `changed` are pairs of lines (before, after).

    Certificates of consumption tax cover the same goods as the VAT invoices, so they are counted separately.
    """
    rule = matching_rule(desk.day, desk.law)
    lines = desk.repository.lines([claim.id])[claim.id]
    bought = [line for line in lines if line.part == PURCHASE and line.taken]
    kinds = {
        number: invoice.kind
        for number, invoice in desk.repository.invoices_by_id({line.invoice_id for line in bought}).items()
    }
    after = {line.number: line for _, line in changed}
    freed: list[tuple[ClaimLine, Scaled, Scaled]] = []
    for link_no in dict.fromkeys(line.link_no for line, _ in changed):
        exports = [line for line in lines if line.part == EXPORT and line.link_no == link_no]
        before = sum(map(came_back, exports))
        now = sum(came_back(after.get(line.number, line)) for line in exports)
        ours = [line for line in bought if line.link_no == link_no]
        for group in (
            [line for line in ours if kinds[line.invoice_id] in rule.vat_kinds],
            [line for line in ours if kinds[line.invoice_id] not in rule.vat_kinds],
        ):
            freed += _released(group, now - before)
    ledgers.give_back(freed, desk.repository)
    desk.repository.repay_lines(
        [line._replace(repaid_qty=line.repaid_qty + qty, repaid=line.repaid + amount) for line, qty, amount in freed]
    )


def came_back(line: ClaimLine) -> Scaled:
    """Return the repaid quantity of a line, in the line's unit."""
    return line.qty * line.repaid_qty // line.taken if line.taken else 0


def _released(group: Sequence[ClaimLine], qty: Scaled) -> Iterator[tuple[ClaimLine, Scaled, Scaled]]:
    """Yield (purchase line, quantity, amount) to free now, after those freed earlier."""
    already = sum(line.repaid_qty for line in group)
    qty = min(qty, sum(line.taken for line in group) - already)
    if qty <= 0:
        return
    places = {(str(line.invoice_id), line.invoice_line): line for line in group}
    taken = [InvoiceTaken(*place, line.taken, line.base) for place, line in places.items()]
    for invoice_taken in release(taken, qty, already):
        yield places[invoice_taken.invoice_no, invoice_taken.line], invoice_taken.qty, invoice_taken.amount


def _book(claim: Claim, paper: RefundPaper, reasons: Sequence[Reason], desk: RefundDesk) -> None:
    answer = Reason(REPAID, {"amount": plain(paper.amount), "invt_no": paper.invt_no or "-"})
    if paper.amount:
        book(claim, "repaid", paper.amount, desk, reasons=[answer])
        claim.recovered += paper.amount
    note(claim, "refund_repaid", desk, [answer, *reasons])
    settle_if_whole(claim, desk)
    desk.repository.put_claim(claim)


def settle_if_whole(claim: Claim, desk: RefundDesk) -> None:
    """Settle a claim (899) if all its goods have come back."""
    lines = desk.repository.lines([claim.id])[claim.id]
    if all(line.repaid_qty == line.taken for line in lines if line.part == EXPORT):
        if claim.state != SETTLED:
            step(claim, "settle", desk)
        claim.stage = ""
        if claim.exchange != lanes.COLLECTED:
            claim.exchange = ""


def handle_returned(returns: Sequence[ExportReturned], desk: RefundDesk) -> None:
    """Handle exports that are back in the country: recover refunds that no certificate covers."""
    handled = desk.repository.papers(RETURN, {str(goods_return.request_id) for goods_return in returns})
    returned = [
        export
        for export in desk.repository.returned({goods_return.request_id for goods_return in returns})
        if str(export.request_id) not in handled
    ]
    certified = desk.repository.papers_of_lists({export.invt_no for export in returned})
    for export in returned:
        known: dict[str, Scaled] = {}
        for paper in certified.get(export.invt_no, ()):
            if not paper.claim_id:  # a certificate of no refund: the goods may have been refunded since
                continue
            for number, qty in paper.lines.items():
                known[number] = known.get(number, 0) + qty
        uncertified = {
            number: max(total, known.get(number, 0)) - max(total - export.lines.get(number, 0), known.get(number, 0))
            for number, total in export.total.items()
        }
        _note_return(export, {number: qty for number, qty in uncertified.items() if qty > 0}, desk)


def _note_return(export: Returned, uncertified: Mapping[str, Scaled], desk: RefundDesk) -> None:
    """Record returned quantities without a certificate in the ledger, and reduce the claims that used them."""
    state = lifecycle.move("declared", "accept", "paper").to
    desk.repository.put_paper(
        RefundPaper(
            id=desk.repository.new_id(),
            kind=RETURN,
            key=str(export.request_id),
            state=state,
            ebc_code=export.ebc_code,
            invt_no=export.invt_no,
            lines=dict(uncertified),
            filed_at=desk.now,
        )
    )
    excess: dict[str, Scaled] = {}
    for item in items_of(uncertified, desk).values():
        excess[item.item_no] = max(0, item.used + item.returned + uncertified[item.item_no] - item.qty)
        item.returned += uncertified[item.item_no]
        desk.repository.put_item(item)
    claimed = [number for number, qty in excess.items() if qty]
    if not claimed:
        return
    claims = desk.repository.claims(desk.repository.claims_of_items(claimed))
    for claim in sorted(claims.values(), key=lambda claim: -claim.id):
        if claim.state in HELD:
            _recover_part(claim, export, excess, desk)


def _recover_part(claim: Claim, export: Returned, excess: dict[str, Scaled], desk: RefundDesk) -> None:
    held: dict[str, Scaled] = {}
    for line in desk.repository.lines([claim.id])[claim.id]:
        if line.part == EXPORT and line.item_no in excess:
            held[line.item_no] = held.get(line.item_no, 0) + line.taken - line.repaid_qty
    lost = {number: min(qty, excess[number]) for number, qty in held.items() if min(qty, excess[number]) > 0}
    if not lost:
        return
    amount, taken_back = _take_back(claim, lost, True, desk)
    for item in items_of(lost, desk).values():
        item.returned -= lost[item.item_no]  # `_take_back` has added them a second time
        desk.repository.put_item(item)
    for number, qty in lost.items():
        excess[number] -= qty
    values = {"invt_no": export.invt_no, "items": str(len(lost)), "amount": plain(amount)}
    reasons = [Reason(GOODS_BACK, values, (desk.in_force("refund.law").id,)), *taken_back]
    if claim.state in DONE:
        step(claim, "recover_part", desk, reasons)
        paying.take_back(claim, amount, reasons, desk)
    else:
        note(claim, "refund_recover_part", desk, reasons)
    settle_if_whole(claim, desk)
    desk.repository.put_claim(claim)
