"""Money: pays (800), recovers (700) and restores claims; each movement has an entry and most have a notice.

An amount that a company owes is set off against its next refund. A recovery of a claim takes back the amount paid and
makes the amount set off owed again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from declarations.calendar import DAY, instant_of
from declarations.money import Scaled, plain
from declarations.reasons import Reason
from declarations.refund import lanes, overseas
from gateways.refund.checking import AHEAD
from gateways.refund.evidence import EXPORT
from gateways.refund.outcome import CREDITED, PAID, RECOVERED, TAXED, book, notice, step
from gateways.refund.repository import Claim, RefundDesk
from gateways.refund.standings import RefundAccount
from gateways.topics.refund import ExchangeDue, ReconciliationDue

WAITS, OVERDUE = "reconciliation", "overdue"
"""Stages of a claim ahead of sale until it is reconciled."""
AMOUNT, SET_OFF, BOOKED = "20570", "20571", "20572"


def pay(claim: Claim, desk: RefundDesk) -> None:
    """Pay, credit or tax the amounts of an approved claim, notify the company, and set the deadlines that follow."""
    _move_money(claim, "pay", desk)
    if claim.domestic_vat:
        number = notice(claim, TAXED, claim.domestic_vat, "800", _booked("domestic_vat", claim.domestic_vat), desk)
        book(claim, "domestic_vat", claim.domestic_vat, desk, number)
    claim.paid_at, claim.stage = desk.now, ""
    if claim.business == AHEAD and claim.refund + claim.credited:
        window = overseas.period(desk.day, desk.law)
        claim.stage = WAITS
        claim.reconcile_from, claim.reconcile_until = window.since.isoformat(), window.until.isoformat()
        desk.deadline(instant_of(window.until) + DAY, ReconciliationDue(claim.id))
    if claim.exchange not in ("", lanes.COLLECTED, lanes.DEEMED):
        last = max(desk.day, date.fromisoformat(claim.exchange_due))
        desk.deadline(instant_of(last) + DAY, ExchangeDue(claim.id))
    desk.repository.put_claim(claim)


def restore(claim: Claim, desk: RefundDesk) -> None:
    """Pay a recovered claim again; settle it again if it had been reconciled."""
    _move_money(claim, "restore", desk)
    if claim.reconcile_until and not claim.stage:
        step(claim, "settle", desk)
    desk.repository.put_claim(claim)


def _move_money(claim: Claim, action: str, desk: RefundDesk) -> None:
    account = desk.repository.accounts([claim.ebc_code])[claim.ebc_code]
    due = claim.refund - sum(line.repaid for line in desk.repository.lines([claim.id])[claim.id] if line.part == EXPORT)
    amount = _set_off(claim, due, action, account, desk)
    if amount:
        number = notice(claim, PAID, amount, "800", _booked("paid", amount), desk)
        book(claim, "paid", amount, desk, number)
        claim.paid += amount
    if claim.credited:
        number = notice(claim, CREDITED, claim.credited, "800", _booked("credited", claim.credited), desk)
        book(claim, "credited", claim.credited, desk, number)
    if claim.carry != account.carry and claim.kind == "M":
        account.carry = claim.carry
        desk.repository.put_account(account)
        book(claim, "carried", claim.carry, desk)


def _set_off(claim: Claim, due: Scaled, action: str, account: RefundAccount, desk: RefundDesk) -> Scaled:
    """Set the amount that the company owes off against the amount due, and apply the action; return the rest to pay."""
    claim.set_off += (off := min(account.set_off, due) if due else 0)
    amount = due - off
    reasons = []
    if off:
        account.set_off -= off
        desk.repository.put_account(account)
        book(claim, "set_off", off, desk)
        reasons.append(Reason(SET_OFF, {"amount": plain(off), "left": plain(account.set_off)}))
    step(
        claim,
        action,
        desk,
        [Reason(AMOUNT, {"refund": plain(due), "paid": plain(amount)}), *reasons],
        Reason({"pay": "20506", "restore": "20508"}[action], {}),
    )
    return amount


def _booked(kind: str, amount: Scaled) -> Reason:
    words = _WORDS[kind]
    return Reason(BOOKED, {"kind": words[0], "kind_en": words[1], "amount": plain(amount)})


_WORDS = {
    "paid": ("退税款", "refund"),
    "credited": ("免抵税额", "exempt-credited amount"),
    "domestic_vat": ("视同内销应纳税额", "output VAT as a domestic sale"),
    "recovered": ("追缴税款", "tax recovered"),
    "repaid": ("补缴税款", "tax repaid"),
}


def unrecovered_amount(claim: Claim) -> Scaled:
    """Return the amount of a claim that was paid or set off and not recovered."""
    return claim.net + claim.set_off


def recover(claim: Claim, reasons: Sequence[Reason], desk: RefundDesk) -> None:
    """Recover the whole amount of a claim (700), with a notice."""
    step(claim, "recover", desk, reasons)
    left = unrecovered_amount(claim)
    back = min(claim.set_off, left)
    take_back(claim, left - back, reasons, desk)
    owe(claim, back, reasons, desk)
    if claim.credited:
        book(claim, "credited", -claim.credited, desk, reasons=reasons)
    claim.decided_at = desk.now
    desk.repository.put_claim(claim)


def owe(claim: Claim, amount: Scaled, reasons: Sequence[Reason], desk: RefundDesk) -> None:
    """Set off an amount of a claim against the company's next refund (negative: add it)."""
    if not amount:
        return
    account = desk.repository.accounts([claim.ebc_code])[claim.ebc_code]
    account.set_off += amount
    desk.repository.put_account(account)
    book(claim, "set_off", -amount, desk, reasons=reasons)
    claim.set_off -= amount


def take_back(claim: Claim, amount: Scaled, reasons: Sequence[Reason], desk: RefundDesk) -> None:
    """Recover part of the amount paid, with a notice."""
    if amount <= 0:
        return
    number = notice(claim, RECOVERED, amount, "700", _booked("recovered", amount), desk)
    book(claim, "recovered", amount, desk, number, reasons)
    claim.recovered += amount
    desk.repository.put_claim(claim)
