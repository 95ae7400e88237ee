"""Refunds of goods that came back, as customs reports: what no certificate of a repayment covers is recovered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from declarations import lifecycle
from declarations.money import Scaled, amount_text
from declarations.reasons import Reason
from gateways.refund import paying
from gateways.refund.evidence import EXPORT, items_of
from gateways.refund.outcome import add_event, apply_step
from gateways.refund.repaying import (
    CAME_BACK,
    GOODS_BACK,
    REDUCIBLE_STATES,
    REFUNDED_STATES,
    RETURN_KIND,
    mark_repaid,
    settle_if_whole,
)
from gateways.refund.repository import Claim, RefundDesk, RefundPaper, Returned
from gateways.topics.refund import ExportReturned


def handle_returned(returns: Sequence[ExportReturned], desk: RefundDesk) -> None:
    """Handle exports that are back in the country: recover refunds that no certificate covers."""
    papers_by_request = desk.repository.papers(RETURN_KIND, {str(goods_return.request_id) for goods_return in returns})
    returned_exports = [
        export
        for export in desk.repository.returned({goods_return.request_id for goods_return in returns})
        if str(export.request_id) not in papers_by_request
    ]
    certificates = desk.repository.papers_of_lists({export.invt_no for export in returned_exports})
    for export in returned_exports:
        certified_quantities: dict[str, Scaled] = {}
        for paper in certificates.get(export.invt_no, ()):
            if not paper.claim_id:  # a certificate of no refund: the goods may have been refunded since
                continue
            for number, qty in paper.lines.items():
                certified_quantities[number] = certified_quantities.get(number, 0) + qty
        uncertified = {
            number: max(total, certified_quantities.get(number, 0))
            - max(total - export.lines.get(number, 0), certified_quantities.get(number, 0))
            for number, total in export.total.items()
        }
        _note_return(export, {number: qty for number, qty in uncertified.items() if qty > 0}, desk)


def _note_return(export: Returned, uncertified: Mapping[str, Scaled], desk: RefundDesk) -> None:
    """Record returned quantities without a certificate in the ledger, and reduce the claims that used them."""
    state = lifecycle.transition_of("declared", "accept", "paper").to
    desk.repository.put_paper(
        RefundPaper(
            id=desk.repository.new_id(),
            kind=RETURN_KIND,
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
    overused_items = [number for number, qty in excess.items() if qty]
    if not overused_items:
        return
    claims = desk.repository.claims(desk.repository.claims_of_items(overused_items))
    for claim in sorted(claims.values(), key=lambda claim: -claim.id):
        if claim.state in REDUCIBLE_STATES:
            _recover_part(claim, export, excess, desk)


def _recover_part(claim: Claim, export: Returned, excess: dict[str, Scaled], desk: RefundDesk) -> None:
    used_quantities: dict[str, Scaled] = {}
    for line in desk.repository.lines([claim.id])[claim.id]:
        if line.part == EXPORT and line.item_no in excess:
            used_quantities[line.item_no] = used_quantities.get(line.item_no, 0) + line.taken - line.repaid_qty
    lost_quantities = {
        number: min(qty, excess[number]) for number, qty in used_quantities.items() if min(qty, excess[number]) > 0
    }
    if not lost_quantities:
        return
    amount, credit_reasons = mark_repaid(claim, lost_quantities, CAME_BACK, desk)
    for item in items_of(lost_quantities, desk).values():
        item.returned -= lost_quantities[item.item_no]  # `mark_repaid` has added them a second time
        desk.repository.put_item(item)
    for number, qty in lost_quantities.items():
        excess[number] -= qty
    values = {"invt_no": export.invt_no, "items": str(len(lost_quantities)), "amount": amount_text(amount)}
    reasons = [Reason(GOODS_BACK, values, (desk.value_today("refund.law").id,)), *credit_reasons]
    if claim.state in REFUNDED_STATES:
        apply_step(claim, "recover_part", desk, reasons)
        paying.recover_part(claim, amount, reasons, desk)
    else:
        add_event(claim, "refund_recover_part", desk, reasons)
    settle_if_whole(claim, desk)
    desk.repository.put_claim(claim)
