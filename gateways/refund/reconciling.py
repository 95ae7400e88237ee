"""Reconciles refunds ahead of sale: same amount, another amount, or unsold. If overdue, the refund is recovered.

A trader's refund depends on the purchase price, so only the quantity sold changes it; a manufacturer's depends on the
FOB. Unsold goods are freed in the ledgers, and claimed again when they are sold.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from declarations.calendar import day_of
from declarations.documents import RefundReconciliation, RefundReconciliationLine
from declarations.forex.rates import letters
from declarations.money import Scaled, decimal, plain, scaled, to_fen
from declarations.reasons import Reason
from declarations.refund import lanes, overseas
from declarations.refund.overseas import Reconciled
from declarations.refund.repayment import repay
from declarations.refund.treatment import REFUND
from gateways.records import FiledDocument
from gateways.refund import crediting, exchange, ledgers, paying, senders
from gateways.refund.checking import AHEAD, MANUFACTURER
from gateways.refund.eligibility import sold_of
from gateways.refund.evidence import EXPORT, items_of
from gateways.refund.outcome import conclude, note, state_values, step
from gateways.refund.paying import OVERDUE, WAITS
from gateways.refund.repaying import came_back, give_back, new_papers
from gateways.refund.repository import Claim, ClaimLine, RefundDesk, RefundPaper, RefundRepository
from gateways.replies import identify
from gateways.topics.refund import ReconciliationDue
from gateways.topics.shared import DocumentFiled

KIND = "reconciliation"
NOT_AHEAD, NOT_EACH, BAD_QTY, BAD_AMOUNT, OTHER_CURRENCY, OTHER_OUTCOME, NEVER, LATE = (
    "20640",
    "20641",
    "20642",
    "20643",
    "20644",
    "20645",
    "20646",
    "20647",
)
UNPROVED = (lanes.DUE, lanes.OTHER_CURRENCY)
_RESULT_CODES = {
    overseas.PreRefundOutcome.SAME: "A",
    overseas.PreRefundOutcome.OTHER: "B",
    overseas.PreRefundOutcome.PART: "B",
    overseas.PreRefundOutcome.UNSOLD: "C",
}


class _Sold(NamedTuple):
    """A line of a claim, the line of the reconciliation about it, and the result."""

    line: ClaimLine
    stated: RefundReconciliationLine
    outcome: Reconciled


def handle_reconciliations(documents: Sequence[DocumentFiled], desk: RefundDesk) -> None:
    """Handle filed reconciliations."""
    for paper, document, claim in new_papers(documents, KIND, desk):
        _reconcile(paper, document, claim, desk)


def _reconcile(paper: RefundPaper, document: FiledDocument, claim: Claim | None, desk: RefundDesk) -> None:
    facts: RefundReconciliation = document.facts
    reasons = [*senders.refusals(document, desk.repository)] or list(_standing(facts, claim, desk))
    sold: list[_Sold] = []
    if claim is not None and not reasons:
        paper.claim_id = claim.id
        reasons = list(_lines(facts, claim, desk.repository))
        if not reasons and claim.state == "paid":
            sold = _outcomes(facts, claim, desk)
            reasons = list(_outcome(sold))
    action = "reject" if reasons else "accept"
    conclude(paper, KIND, document.order_no, identify(KIND, facts), action, desk, reasons)
    if claim is not None and not reasons:
        if claim.state != "paid":
            _close_late(claim, desk)
        else:
            _close(claim, sold, desk)
    desk.repository.put_paper(paper)


def _standing(facts: RefundReconciliation, claim: Claim | None, desk: RefundDesk) -> Iterator[Reason]:
    """Reasons if the claim does not wait for a reconciliation, or its period has not begun. An overdue one is only
    closed."""
    if claim is None or claim.business != AHEAD or claim.stage not in (WAITS, OVERDUE):
        yield Reason(NOT_AHEAD, {"claim": facts.claim_no, **state_values(claim)})
    elif claim.stage == WAITS:
        yield from overseas.timeliness(day_of(claim.paid_at), desk.day, desk.law)


def _lines(facts: RefundReconciliation, claim: Claim, repository: RefundRepository) -> Iterator[Reason]:
    """Reasons unless each export of the claim is stated once, with a possible quantity and amount."""
    exports = {
        (line.link_no, line.item_no): line for line in repository.lines([claim.id])[claim.id] if line.part == EXPORT
    }
    places = [(line.link_no, line.item_no) for line in facts.lines]
    if len(places) != len(set(places)) or set(places) != set(exports):
        wrong = sorted({*(place for place in places if places.count(place) > 1), *exports.keys() ^ set(places)})
        yield Reason(NOT_EACH, {"link": wrong[0][0], "item": wrong[0][1], "count": str(len(wrong))})
        return
    for line in facts.lines:
        export = exports[line.link_no, line.item_no]
        named = {"line": str(line.gnum), "item": line.item_no}
        most = export.qty - came_back(export)
        if not 0 <= line.sold_qty <= most:
            yield Reason(BAD_QTY, {**named, "found": plain(line.sold_qty), "most": plain(most)})
        if line.amount < 0 or bool(line.amount) != bool(line.sold_qty):
            yield Reason(BAD_AMOUNT, {**named, "found": plain(line.amount)})
        if letters(line.currency) != export.currency:
            yield Reason(OTHER_CURRENCY, {**named, "found": line.currency, "expected": export.currency})


def _basis(claim: Claim, desk: RefundDesk) -> tuple[str, ...]:
    """Ids of the dated values that set the period of a claim ahead of sale."""
    return overseas.period(day_of(claim.paid_at), desk.law).parameters


def _outcomes(facts: RefundReconciliation, claim: Claim, desk: RefundDesk) -> list[_Sold]:
    stated = {(line.link_no, line.item_no): line for line in facts.lines}
    basis = _basis(claim, desk)
    sold = []
    for line in desk.repository.lines([claim.id])[claim.id]:
        if line.part == EXPORT and line.repaid_qty < line.taken:
            of_line = stated[line.link_no, line.item_no]
            held, left = line.refund - line.repaid, line.qty - came_back(line)
            correct = _correct(claim, line, of_line, held, left)
            outcome = overseas.reconcile(held, correct, of_line.sold_qty, left, basis)
            sold.append(_Sold(line, of_line, _of_credit(outcome, line, of_line, left) if claim.credited else outcome))
    return sold


def _of_credit(outcome: Reconciled, line: ClaimLine, stated: RefundReconciliationLine, left: Scaled) -> Reconciled:
    """The outcome with the credited amount considered: a different FOB changes that even if the refund is the same."""
    same = to_fen(decimal(stated.amount)) == to_fen(decimal(line.fob) * left / line.qty)
    return (
        outcome
        if same or outcome.outcome != overseas.PreRefundOutcome.SAME
        else outcome._replace(outcome=overseas.PreRefundOutcome.OTHER)
    )


def _correct(claim: Claim, line: ClaimLine, stated: RefundReconciliationLine, held: Scaled, left: Scaled) -> Scaled:
    """Recalculate the refund for the quantity sold."""
    if claim.kind == MANUFACTURER:
        return scaled(to_fen(decimal(held) * stated.amount * line.qty / (line.fob * left)))
    return repay(held, left, stated.sold_qty, 0)


def _outcome(sold: Sequence[_Sold]) -> Iterator[Reason]:
    for export in sold:
        expected = _RESULT_CODES[export.outcome.outcome]
        if export.stated.outcome != expected:
            yield Reason(
                OTHER_OUTCOME,
                {
                    "line": str(export.stated.gnum),
                    "item": export.stated.item_no,
                    "found": export.stated.outcome,
                    "expected": expected,
                },
            )


def _close(claim: Claim, sold: Sequence[_Sold], desk: RefundDesk) -> None:
    """Recover or set off the difference, free unsold goods, and settle the claim."""
    changed = []
    for line, _, outcome in sold:
        left = line.taken - line.repaid_qty
        unsold = left * outcome.unsold // (line.qty - came_back(line))
        after = line._replace(repaid_qty=line.repaid_qty + unsold, repaid=line.repaid + outcome.repay + outcome.offset)
        changed.append((line, after))
    give_back(claim, [pair for pair in changed if pair[1].repaid_qty != pair[0].repaid_qty], desk)
    for item in items_of({line.item_no for line, _ in changed}, desk).values():
        item.used -= sum(
            after.repaid_qty - before.repaid_qty for before, after in changed if after.item_no == item.item_no
        )
        desk.repository.put_item(item)
    desk.repository.repay_lines([after for _, after in changed])
    _reduce_exchange(claim, sold, desk)
    working = [reason for export in sold for reason in export.outcome.working]
    working += _credit_less(claim, sold, desk)
    amount, offset = sum(export.outcome.repay for export in sold), sum(export.outcome.offset for export in sold)
    if amount > 0:
        step(claim, "recover_part", desk, working)
        paying.take_back(claim, amount, working[:1], desk)
    paying.owe(claim, offset, working[:1], desk)
    claim.stage = ""
    step(claim, "settle", desk, working, Reason("20509", {}))
    desk.repository.put_claim(claim)


def _reduce_exchange(claim: Claim, sold: Sequence[_Sold], desk: RefundDesk) -> None:
    """Reduce the exchange that the claim needs to the amounts sold, at most those claimed."""
    items = items_of({export.line.item_no for export in sold}, desk)
    ledgers.reduce_exchange(
        claim,
        sold_of(
            (items[export.line.item_no], min(export.stated.amount, export.line.fob))
            for export in sold
            if export.line.treatment == REFUND
        ),
        desk.repository,
    )
    if claim.exchange in UNPROVED:
        exchange.update(claim, desk)


def _credit_less(claim: Claim, sold: Sequence[_Sold], desk: RefundDesk) -> Sequence[Reason]:
    """Reduce a manufacturer's credited amount in proportion to the FOB of the goods sold."""
    kept = sum(
        (decimal(export.line.base) * export.stated.amount / export.line.fob for export in sold if export.line.fob),
        Decimal(0),
    )
    return crediting.reduce_credited(claim, kept, crediting.remaining_fob(export.line for export in sold), desk)


def _close_late(claim: Claim, desk: RefundDesk) -> None:
    """Settle an overdue, recovered claim: free its goods for new claims; it no longer bars claims ahead of sale."""
    ledgers.free([claim], desk)
    if claim.stage == OVERDUE:
        account = desk.repository.accounts([claim.ebc_code])[claim.ebc_code]
        account.blocked = max(0, account.blocked - 1)
        desk.repository.put_account(account)
    claim.stage, claim.credited = "", 0
    step(
        claim,
        "settle",
        desk,
        [Reason(LATE, {"until": claim.reconcile_until}, _basis(claim, desk))],
        Reason("20509", {}),
    )
    desk.repository.put_claim(claim)


def handle_due(due: Sequence[ReconciliationDue], desk: RefundDesk) -> None:
    """Handle deadlines for reconciling: recover claims that still wait."""
    for claim in desk.repository.claims([deadline.claim_id for deadline in due]).values():
        if claim.stage != WAITS or desk.day <= date.fromisoformat(claim.reconcile_until):
            continue
        reasons = [Reason(NEVER, {"until": claim.reconcile_until}, _basis(claim, desk))]
        account = desk.repository.accounts([claim.ebc_code])[claim.ebc_code]
        account.blocked += 1
        desk.repository.put_account(account)
        claim.stage = OVERDUE
        if claim.state == "paid":
            paying.recover(claim, reasons, desk)
        else:
            note(claim, "refund_overdue", desk, reasons)
        desk.repository.put_claim(claim)
