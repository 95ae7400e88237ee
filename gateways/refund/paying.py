"""Money: pays (800), recovers (700) and restores claims; each movement has an entry and most have a notice.

An amount that a company owes is set off against its next refund. A recovery of a claim takes back the amount paid and
makes the amount set off owed again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from declarations.calendar import DAY, instant_of
from declarations.money import Scaled, amount_text
from declarations.reasons import Reason
from declarations.refund import overseas, treatment_facts
from gateways.refund.evidence import EXPORT
from gateways.refund.outcome import CREDITED, PAID, RECOVERED, TAXED, apply_step, book_entry, send_notice
from gateways.refund.papers import AHEAD
from gateways.refund.repository import Claim, RefundDesk
from gateways.refund.standings import RefundAccount
from gateways.topics.refund import ExchangeDue, ReconciliationDue

WAITS_FOR_RECONCILIATION, OVERDUE = "reconciliation", "overdue"
"""Stages of a claim ahead of sale until it is reconciled."""
AMOUNT, SET_OFF, BOOKED = "20570", "20571", "20572"


def _tax_domestic_sale(claim: Claim, desk: RefundDesk) -> None:
    reason = _booking_reason("domestic_vat", claim.domestic_vat)
    number = send_notice(claim, TAXED, claim.domestic_vat, "800", reason, desk)
    book_entry(claim, "domestic_vat", claim.domestic_vat, desk, number)


def pay_claim(claim: Claim, desk: RefundDesk) -> None:
    """Pay, credit or tax the amounts of an approved claim, notify the company, and set the deadlines that follow."""
    _move_money(claim, "pay", desk)
    if claim.domestic_vat:
        _tax_domestic_sale(claim, desk)
    claim.paid_at, claim.stage = desk.now, ""
    if claim.business == AHEAD and claim.refund + claim.credited:
        window = overseas.reconciliation_period_of(desk.day, desk.law)
        claim.stage = WAITS_FOR_RECONCILIATION
        claim.reconcile_from, claim.reconcile_until = window.since.isoformat(), window.until.isoformat()
        desk.schedule(instant_of(window.until) + DAY, ReconciliationDue(claim.id))
    if claim.exchange not in ("", treatment_facts.COLLECTED, treatment_facts.DEEMED):
        last = max(desk.day, date.fromisoformat(claim.exchange_due))
        desk.schedule(instant_of(last) + DAY, ExchangeDue(claim.id))
    desk.repository.put_claim(claim)


def restore_claim(claim: Claim, desk: RefundDesk) -> None:
    """Pay a recovered claim again; settle it again if it had been reconciled."""
    _move_money(claim, "restore", desk)
    if claim.reconcile_until and not claim.stage:
        apply_step(claim, "settle", desk)
    desk.repository.put_claim(claim)


def _move_money(claim: Claim, action: str, desk: RefundDesk) -> None:
    account = desk.repository.accounts([claim.ebc_code])[claim.ebc_code]
    due = claim.refund - sum(line.repaid for line in desk.repository.lines([claim.id])[claim.id] if line.part == EXPORT)
    amount = _set_off_and_step(claim, due, action, account, desk)
    if amount:
        number = send_notice(claim, PAID, amount, "800", _booking_reason("paid", amount), desk)
        book_entry(claim, "paid", amount, desk, number)
        claim.paid += amount
    if claim.credited:
        number = send_notice(claim, CREDITED, claim.credited, "800", _booking_reason("credited", claim.credited), desk)
        book_entry(claim, "credited", claim.credited, desk, number)
    if claim.carry != account.carry and claim.kind == "M":
        carry_on(claim, claim.carry, desk)


def carry_on(claim: Claim, amount: Scaled, desk: RefundDesk) -> None:
    """Carry an amount of input VAT on to the manufacturer's next claim."""
    account = desk.repository.accounts([claim.ebc_code])[claim.ebc_code]
    claim.carry = account.carry = amount
    desk.repository.put_account(account)
    book_entry(claim, "carried", amount, desk)


def _set_off_and_step(claim: Claim, due: Scaled, action: str, account: RefundAccount, desk: RefundDesk) -> Scaled:
    """Set the amount that the company owes off against the amount due, and apply the action; return the rest to pay."""
    claim.set_off += (set_off := min(account.set_off, due) if due else 0)
    amount = due - set_off
    reasons = []
    if set_off:
        account.set_off -= set_off
        desk.repository.put_account(account)
        book_entry(claim, "set_off", set_off, desk)
        reasons.append(Reason(SET_OFF, {"amount": amount_text(set_off), "left": amount_text(account.set_off)}))
    reasons.insert(0, Reason(AMOUNT, {"refund": amount_text(due), "paid": amount_text(amount)}))
    apply_step(claim, action, desk, reasons, Reason({"pay": "20506", "restore": "20508"}[action], {}))
    return amount


def _booking_reason(kind: str, amount: Scaled) -> Reason:
    words = _ENTRY_LABELS[kind]
    return Reason(BOOKED, {"kind": words[0], "kind_en": words[1], "amount": amount_text(amount)})


_ENTRY_LABELS = {
    "paid": ("退税款", "refund"),
    "credited": ("免抵税额", "exempt-credited amount"),
    "domestic_vat": ("视同内销应纳税额", "output VAT as a domestic sale"),
    "recovered": ("追缴税款", "tax recovered"),
    "repaid": ("补缴税款", "tax repaid"),
}


def unrecovered_amount(claim: Claim) -> Scaled:
    """Return the amount of a claim that was paid or set off and not recovered."""
    return claim.net + claim.set_off


def recover_claim(claim: Claim, reasons: Sequence[Reason], desk: RefundDesk) -> None:
    """Recover the whole amount of a claim (700), with a notice."""
    apply_step(claim, "recover", desk, reasons)
    unrecovered = unrecovered_amount(claim)
    set_off_part = min(claim.set_off, unrecovered)
    recover_part(claim, unrecovered - set_off_part, reasons, desk)
    set_off_next_refund(claim, set_off_part, reasons, desk)
    if claim.credited:
        book_entry(claim, "credited", -claim.credited, desk, reasons=reasons)
    claim.decided_at = desk.now
    desk.repository.put_claim(claim)


def set_off_next_refund(claim: Claim, amount: Scaled, reasons: Sequence[Reason], desk: RefundDesk) -> None:
    """Set off an amount of a claim against the company's next refund (negative: add it)."""
    if not amount:
        return
    account = desk.repository.accounts([claim.ebc_code])[claim.ebc_code]
    account.set_off += amount
    desk.repository.put_account(account)
    book_entry(claim, "set_off", -amount, desk, reasons=reasons)
    claim.set_off -= amount


def recover_part(claim: Claim, amount: Scaled, reasons: Sequence[Reason], desk: RefundDesk) -> None:
    """Recover part of the amount paid, with a notice."""
    if amount <= 0:
        return
    number = send_notice(claim, RECOVERED, amount, "700", _booking_reason("recovered", amount), desk)
    book_entry(claim, "recovered", amount, desk, number, reasons)
    claim.recovered += amount
    desk.repository.put_claim(claim)
