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
from gateways.gateway import Answers, Circumstances, DeadlineDraft
from gateways.refund.checking import AHEAD
from gateways.refund.evidence import EXPORT
from gateways.refund.memory import Claim, RefundMemory
from gateways.refund.outcome import CREDITED, PAID, RECOVERED, TAXED, book, notice, step

WAITS, OVERDUE = "reconciliation", "overdue"
"""Stages of a claim ahead of sale that is to be reconciled; afterwards it has none."""
AMOUNT, SET_OFF, BOOKED = "20570", "20571", "20572"


def pay(claim: Claim, memory: RefundMemory, circumstances: Circumstances, answers: Answers) -> None:
    """An approved claim is done: what is due is paid, credited or taxed, and the company is told."""
    _move_money(claim, "pay", memory, circumstances, answers)
    if claim.domestic_vat:
        number = notice(claim, TAXED, claim.domestic_vat, "800", _booked("domestic_vat", claim.domestic_vat), memory,
                        circumstances, answers)
        book(claim, "domestic_vat", claim.domestic_vat, circumstances, memory, number)
    claim.paid_at, claim.stage = circumstances.now, ""
    if claim.business == AHEAD and claim.refund + claim.credited:
        window = overseas.period(circumstances.day, circumstances.parameters)
        claim.stage = WAITS
        claim.reconcile_from, claim.reconcile_until = window.since.isoformat(), window.until.isoformat()
        answers.deadlines.append(DeadlineDraft(instant_of(window.until) + DAY, "deadline.reconciliation", "refund",
                                               [claim.id]))
    if claim.exchange not in ("", lanes.COLLECTED, lanes.DEEMED):
        last = max(circumstances.day, date.fromisoformat(claim.exchange_due))
        answers.deadlines.append(DeadlineDraft(instant_of(last) + DAY, "deadline.exchange", "refund", [claim.id]))
    memory.put_claim(claim)


def restore(claim: Claim, memory: RefundMemory, circumstances: Circumstances, answers: Answers) -> None:
    """What was recovered is paid again; what had been reconciled is settled again."""
    _move_money(claim, "restore", memory, circumstances, answers)
    if claim.reconcile_until and not claim.stage:
        step(claim, "settle", circumstances, answers)
    memory.put_claim(claim)


def _move_money(claim: Claim, action: str, memory: RefundMemory, circumstances: Circumstances,
                answers: Answers) -> None:
    account = memory.accounts([claim.ebc_code])[claim.ebc_code]
    due = claim.refund - sum(line.repaid for line in memory.lines([claim.id])[claim.id] if line.part == EXPORT)
    claim.set_off += (off := min(account.set_off, due) if due else 0)
    amount = due - off
    reasons = []
    if off:
        account.set_off -= off
        memory.put_account(account)
        book(claim, "set_off", off, circumstances, memory)
        reasons.append(Reason(SET_OFF, {"amount": plain(off), "left": plain(account.set_off)}))
    step(claim, action, circumstances, answers,
         [Reason(AMOUNT, {"refund": plain(due), "paid": plain(amount)}), *reasons],
         Reason({"pay": "20506", "restore": "20508"}[action], {}))
    if amount:
        number = notice(claim, PAID, amount, "800", _booked("paid", amount), memory, circumstances, answers)
        book(claim, "paid", amount, circumstances, memory, number)
        claim.paid += amount
    if claim.credited:
        number = notice(claim, CREDITED, claim.credited, "800", _booked("credited", claim.credited), memory,
                        circumstances, answers)
        book(claim, "credited", claim.credited, circumstances, memory, number)
    if claim.carry != account.carry and claim.kind == "M":
        account.carry = claim.carry
        memory.put_account(account)
        book(claim, "carried", claim.carry, circumstances, memory)


def _booked(kind: str, amount: Scaled) -> Reason:
    words = _WORDS[kind]
    return Reason(BOOKED, {"kind": words[0], "kind_en": words[1], "amount": plain(amount)})


_WORDS = {
    "paid": ("退税款", "refund"), "credited": ("免抵税额", "exempt-credited amount"),
    "domestic_vat": ("视同内销应纳税额", "output VAT as a domestic sale"),
    "recovered": ("追缴税款", "tax recovered"), "repaid": ("补缴税款", "tax repaid"),
}


def worth(claim: Claim) -> Scaled:
    """What a claim has brought and still has, in cash and set off."""
    return claim.net + claim.set_off


def recover(claim: Claim, reasons: Sequence[Reason], memory: RefundMemory, circumstances: Circumstances,
            answers: Answers) -> None:
    """All that a claim has brought is taken back: 700 and a notice."""
    step(claim, "recover", circumstances, answers, reasons)
    left = worth(claim)
    back = min(claim.set_off, left)
    take_back(claim, left - back, reasons, memory, circumstances, answers)
    owe(claim, back, reasons, memory, circumstances)
    if claim.credited:
        book(claim, "credited", -claim.credited, circumstances, memory, reasons=reasons)
    claim.decided_at = circumstances.now
    memory.put_claim(claim)


def owe(claim: Claim, amount: Scaled, reasons: Sequence[Reason], memory: RefundMemory,
        circumstances: Circumstances) -> None:
    """What a claim is worth less (negative: more) is set off against the company's next refund."""
    if not amount:
        return
    account = memory.accounts([claim.ebc_code])[claim.ebc_code]
    account.set_off += amount
    memory.put_account(account)
    book(claim, "set_off", -amount, circumstances, memory, reasons=reasons)
    claim.set_off -= amount


def take_back(claim: Claim, amount: Scaled, reasons: Sequence[Reason], memory: RefundMemory,
              circumstances: Circumstances, answers: Answers) -> None:
    """Part of what was paid is taken back, with a notice."""
    if amount <= 0:
        return
    number = notice(claim, RECOVERED, amount, "700", _booked("recovered", amount), memory, circumstances, answers)
    book(claim, "recovered", amount, circumstances, memory, number, reasons)
    claim.recovered += amount
    memory.put_claim(claim)
