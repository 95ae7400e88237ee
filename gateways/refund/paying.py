"""Money: an approved claim is paid (800), recovered (700) and restored; each movement is an entry and a notice.

What a company owes is set off against the next refund, and an amount due is added to it. A recovery takes back what
was paid and gives back what was set off, so that nothing of the claim is left.
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
"""Stages of a claim ahead of sale that is to be reconciled; afterwards it has none."""
AMOUNT, SET_OFF, BOOKED = "20570", "20571", "20572"


def pay(claim: Claim, desk: RefundDesk) -> None:
    """An approved claim is done: what is due is paid, credited or taxed, and the company is notified."""
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
    """Pay again what was recovered; what had been reconciled is settled again."""
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
    """Take what the company owes off the amount due, and take the step; gives what is left to pay."""
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


def worth(claim: Claim) -> Scaled:
    """The amount that a claim has brought and still has, in cash and set off."""
    return claim.net + claim.set_off


def recover(claim: Claim, reasons: Sequence[Reason], desk: RefundDesk) -> None:
    """All that a claim has brought is taken back: 700 and a notice."""
    step(claim, "recover", desk, reasons)
    left = worth(claim)
    back = min(claim.set_off, left)
    take_back(claim, left - back, reasons, desk)
    owe(claim, back, reasons, desk)
    if claim.credited:
        book(claim, "credited", -claim.credited, desk, reasons=reasons)
    claim.decided_at = desk.now
    desk.repository.put_claim(claim)


def owe(claim: Claim, amount: Scaled, reasons: Sequence[Reason], desk: RefundDesk) -> None:
    """Set off against the company's next refund what a claim is worth less (negative: more)."""
    if not amount:
        return
    account = desk.repository.accounts([claim.ebc_code])[claim.ebc_code]
    account.set_off += amount
    desk.repository.put_account(account)
    book(claim, "set_off", -amount, desk, reasons=reasons)
    claim.set_off -= amount


def take_back(claim: Claim, amount: Scaled, reasons: Sequence[Reason], desk: RefundDesk) -> None:
    """Part of what was paid is taken back, with a notice."""
    if amount <= 0:
        return
    number = notice(claim, RECOVERED, amount, "700", _booked("recovered", amount), desk)
    book(claim, "recovered", amount, desk, number, reasons)
    claim.recovered += amount
    desk.repository.put_claim(claim)
