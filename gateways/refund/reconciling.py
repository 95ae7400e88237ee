"""Reconciles refunds ahead of sale: same amount, another amount, or unsold.

A trader's refund depends on the purchase price, so only the quantity sold changes it; a manufacturer's on his credit
and on the FOB. Unsold goods are freed in the ledgers, and claimed again when they are sold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from declarations.calendar import day_of
from declarations.documents import RefundReconciliation, RefundReconciliationLine
from declarations.forex.rates import letters_of
from declarations.money import Scaled, amount_text, decimal_of, round_to_fen, scaled_of
from declarations.reasons import Reason
from declarations.refund import overseas, treatment_facts
from declarations.refund.overseas import CreditOfClaim, PreRefundLine, ReconciliationResult
from declarations.refund.treatment import REFUND
from gateways.records import FiledDocument
from gateways.refund import brought_forward, crediting, exchange, ledgers, paying, senders
from gateways.refund.checking import MANUFACTURER, check_period
from gateways.refund.eligibility import amounts_by_pool
from gateways.refund.evidence import EXPORT, items_of
from gateways.refund.outcome import add_event, apply_step, conclude_paper, state_values
from gateways.refund.papers import AHEAD, SOLD
from gateways.refund.paying import OVERDUE, WAITS_FOR_RECONCILIATION
from gateways.refund.repaying import SETTLED, free_returned, new_papers, returned_quantity
from gateways.refund.repository import Claim, ClaimLine, RefundDesk, RefundPaper, RefundRepository
from gateways.replies import identifying_fields
from gateways.topics.shared import DocumentFiled

RECONCILIATION_KIND = "reconciliation"
NOT_AHEAD, NOT_EACH_LINE_ONCE, BAD_QTY, BAD_AMOUNT, OTHER_CURRENCY, OTHER_OUTCOME, RECONCILED_LATE = (
    "20640",
    "20641",
    "20642",
    "20643",
    "20644",
    "20645",
    "20647",
)
UNPROVED = (treatment_facts.DUE, treatment_facts.OTHER_CURRENCY)


class _ReconciledLine(NamedTuple):
    """A line of a claim, the line of the reconciliation about it, and the result."""

    line: ClaimLine
    statement: RefundReconciliationLine
    outcome: ReconciliationResult


def handle_reconciliations(documents: Sequence[DocumentFiled], desk: RefundDesk) -> None:
    """Handle filed reconciliations."""
    for paper, document, claim in new_papers(documents, RECONCILIATION_KIND, desk):
        _reconcile(paper, document, claim, desk)


def _reconcile(paper: RefundPaper, document: FiledDocument, claim: Claim | None, desk: RefundDesk) -> None:
    facts: RefundReconciliation = document.facts
    reasons = [*senders.check_sender(document, desk.repository)] or list(_check_claim(facts, claim, desk))
    reconciled_lines: list[_ReconciledLine] = []
    credit = CreditOfClaim()
    if claim is not None and not reasons:
        paper.claim_id = claim.id
        reasons = list(_check_lines(facts, claim, desk.repository))
        if not reasons and claim.state == "paid":
            reconciled_lines, credit = _reconcile_lines(facts, claim, desk)
            reasons = list(_check_outcomes(reconciled_lines))
    action = "reject" if reasons else "accept"
    conclude_paper(
        paper,
        RECONCILIATION_KIND,
        document.order_no,
        identifying_fields(RECONCILIATION_KIND, facts),
        action,
        desk,
        reasons,
    )
    if claim is not None and not reasons:
        if claim.state != "paid":
            _settle_late(claim, desk)
        else:
            _settle(claim, reconciled_lines, credit, desk)
    desk.repository.put_paper(paper)


def _check_claim(facts: RefundReconciliation, claim: Claim | None, desk: RefundDesk) -> Iterator[Reason]:
    """Reasons if the period is no month, or the claim does not wait for a reconciliation or not yet. An overdue one is
    only closed."""
    yield from check_period(facts.period)
    if claim is None or claim.business != AHEAD or claim.stage not in (WAITS_FOR_RECONCILIATION, OVERDUE):
        yield Reason(NOT_AHEAD, {"claim": facts.claim_no, **state_values(claim)})
    elif claim.stage == WAITS_FOR_RECONCILIATION:
        yield from overseas.check_timeliness(day_of(claim.paid_at), desk.day, desk.law)


def _check_lines(facts: RefundReconciliation, claim: Claim, repository: RefundRepository) -> Iterator[Reason]:
    """Reasons unless each export that was claimed ahead is stated once, with a possible quantity and amount."""
    exports = {(line.link_no, line.item_no): line for line in repository.lines([claim.id])[claim.id] if _is_ahead(line)}
    line_keys = [(line.link_no, line.item_no) for line in facts.lines]
    if len(line_keys) != len(set(line_keys)) or set(line_keys) != set(exports):
        wrong_keys = sorted(
            {*(line_key for line_key in line_keys if line_keys.count(line_key) > 1), *exports.keys() ^ set(line_keys)}
        )
        yield Reason(
            NOT_EACH_LINE_ONCE, {"link": wrong_keys[0][0], "item": wrong_keys[0][1], "count": str(len(wrong_keys))}
        )
        return
    for line in facts.lines:
        export = exports[line.link_no, line.item_no]
        values = {"line": str(line.gnum), "item": line.item_no}
        max_quantity = export.qty - (0 if claim.stage == OVERDUE else returned_quantity(export))
        if not 0 <= line.sold_qty <= max_quantity:
            yield Reason(BAD_QTY, {**values, "found": amount_text(line.sold_qty), "most": amount_text(max_quantity)})
        if line.amount < 0 or bool(line.amount) != bool(line.sold_qty):
            yield Reason(BAD_AMOUNT, {**values, "found": amount_text(line.amount)})
        if letters_of(line.currency) != export.currency:
            yield Reason(OTHER_CURRENCY, {**values, "found": line.currency, "expected": export.currency})


def _is_ahead(line: ClaimLine) -> bool:
    """True if a line of a claim ahead of sale is so; a manufacturer's may have others, too."""
    return line.part == EXPORT and line.sale_state != SOLD


def ids_of_period(claim: Claim, desk: RefundDesk) -> tuple[str, ...]:
    """Return the ids of the dated values that set the period of a claim ahead of sale."""
    return overseas.reconciliation_period_of(day_of(claim.paid_at), desk.law).parameter_ids


def _reconcile_lines(
    facts: RefundReconciliation, claim: Claim, desk: RefundDesk
) -> tuple[list[_ReconciledLine], CreditOfClaim]:
    statements = {(line.link_no, line.item_no): line for line in facts.lines}
    return _reconcile_with(lambda line: statements[line.link_no, line.item_no], claim, desk)


def recover_unsold(claim: Claim, desk: RefundDesk) -> bool:
    """Reconcile a paid claim that nobody has reconciled in time as if nothing were sold that was claimed ahead, and
    settle it; False if it has no other lines, so that all of it is to be recovered."""
    if all(map(_is_ahead, _exports_left(claim, desk))):
        return False
    _settle(claim, *_reconcile_with(lambda line: _statement(line, 0, overseas.UNSOLD_RESULT), claim, desk), desk)
    return True


def _exports_left(claim: Claim, desk: RefundDesk) -> list[ClaimLine]:
    """The exports of a claim that did not come back as a whole."""
    return [
        line
        for line in desk.repository.lines([claim.id])[claim.id]
        if line.part == EXPORT and line.repaid_qty < line.taken
    ]


def _reconcile_with(
    statement_of: Callable[[ClaimLine], RefundReconciliationLine], claim: Claim, desk: RefundDesk
) -> tuple[list[_ReconciledLine], CreditOfClaim]:
    """Return the results of the lines that did not come back as a whole, and what is left of the claim's credit; lines
    that were not claimed ahead are sold as they were claimed."""
    lines = _exports_left(claim, desk)
    stated = [
        statement_of(line) if _is_ahead(line) else _statement(line, line.qty - returned_quantity(line), "")
        for line in lines
    ]
    reconciled = overseas.reconcile_claim(
        claim.kind == MANUFACTURER,
        [_pre_refund(line, statement) for line, statement in zip(lines, stated, strict=True)],
        CreditOfClaim(claim.credited, brought_forward.unused_carry(claim, desk.repository)),
        ids_of_period(claim, desk),
    )
    return [_ReconciledLine(*each) for each in zip(lines, stated, reconciled.results, strict=True)], reconciled.credit


def _statement(line: ClaimLine, sold_qty: Scaled, outcome: str) -> RefundReconciliationLine:
    amount = scaled_of(round_to_fen(decimal_of(line.fob) * sold_qty / line.qty))
    return RefundReconciliationLine(0, line.link_no, line.item_no, sold_qty, line.currency, amount, outcome)


def _pre_refund(line: ClaimLine, stated: RefundReconciliationLine) -> PreRefundLine:
    return PreRefundLine(
        qty=line.qty,
        fob=line.fob,
        base=line.base,
        refund=line.refund,
        rate=line.rate,
        quantity_left=line.qty - returned_quantity(line),
        refund_left=line.refund - line.repaid,
        sold_qty=stated.sold_qty,
        amount=stated.amount,
    )


def _check_outcomes(reconciled_lines: Sequence[_ReconciledLine]) -> Iterator[Reason]:
    for export in reconciled_lines:
        expected = overseas.RESULT_CODES[export.outcome.outcome]
        if _is_ahead(export.line) and export.statement.outcome != expected:
            yield Reason(
                OTHER_OUTCOME,
                {
                    "line": str(export.statement.gnum),
                    "item": export.statement.item_no,
                    "found": export.statement.outcome,
                    "expected": expected,
                },
            )


def _settle(claim: Claim, reconciled_lines: Sequence[_ReconciledLine], credit: CreditOfClaim, desk: RefundDesk) -> None:
    """Recover or set off the difference, free unsold goods, and settle the claim."""
    changes = []
    for line, _, outcome in reconciled_lines:
        quantity_left = line.taken - line.repaid_qty
        unsold = quantity_left * outcome.unsold // (line.qty - returned_quantity(line))
        after = line._replace(repaid_qty=line.repaid_qty + unsold, repaid=line.repaid + outcome.repay + outcome.offset)
        changes.append((line, after))
    free_returned(claim, [pair for pair in changes if pair[1].repaid_qty != pair[0].repaid_qty], desk)
    for item in items_of({line.item_no for line, _ in changes}, desk).values():
        item.used -= sum(
            after.repaid_qty - before.repaid_qty for before, after in changes if after.item_no == item.item_no
        )
        desk.repository.put_item(item)
    desk.repository.repay_lines([after for _, after in changes])
    _reduce_exchange(claim, reconciled_lines, desk)
    working = [reason for export in reconciled_lines for reason in export.outcome.working]
    working += crediting.set_credited(claim, credit.credited, desk) if claim.kind == MANUFACTURER else ()
    if claim.kind == MANUFACTURER and credit.carry < (unused := brought_forward.unused_carry(claim, desk.repository)):
        paying.carry_on(claim, claim.carry - unused + credit.carry, desk)
    amount, offset = (
        sum(export.outcome.repay for export in reconciled_lines),
        sum(export.outcome.offset for export in reconciled_lines),
    )
    if amount > 0:
        apply_step(claim, "recover_part", desk, working)
        paying.recover_part(claim, amount, working[:1], desk)
    paying.set_off_next_refund(claim, offset, working[:1], desk)
    claim.stage = ""
    apply_step(claim, "settle", desk, working, Reason("20509", {}))
    desk.repository.put_claim(claim)


def _reduce_exchange(claim: Claim, reconciled_lines: Sequence[_ReconciledLine], desk: RefundDesk) -> None:
    """Reduce the exchange that the claim needs to the amounts sold, at most those claimed."""
    items = items_of({export.line.item_no for export in reconciled_lines}, desk)
    ledgers.reduce_exchange(
        claim,
        amounts_by_pool(
            (items[export.line.item_no], min(export.statement.amount, export.line.fob))
            for export in reconciled_lines
            if export.line.treatment == REFUND
        ),
        desk.repository,
    )
    if claim.exchange in UNPROVED:
        exchange.try_to_prove(claim, desk)


def _settle_late(claim: Claim, desk: RefundDesk) -> None:
    """Settle an overdue claim that was recovered, as a whole or what was ahead: free its goods for new claims; it no
    longer bars claims ahead of sale."""
    if claim.stage == OVERDUE:
        account = desk.repository.accounts([claim.ebc_code])[claim.ebc_code]
        account.blocked = max(0, account.blocked - 1)
        desk.repository.put_account(account)
    reasons = [Reason(RECONCILED_LATE, {"until": claim.reconcile_until}, ids_of_period(claim, desk))]
    claim.stage = ""
    if claim.state == SETTLED:
        add_event(claim, "refund_settle", desk, reasons)
    else:
        ledgers.free_claims([claim], desk)
        claim.credited = 0
        apply_step(claim, "settle", desk, reasons, Reason("20509", {}))
    desk.repository.put_claim(claim)
