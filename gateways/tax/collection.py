"""Collects bills from day 31 after release: the bill is summarised in a payment note (818), the guarantee freed.

A pending return delays the collection. If the guarantee fails, collection is retried every day until the last day of
payment; then the bill is overdue and must be paid with a surcharge.
"""

from __future__ import annotations

from collections.abc import Sequence

from declarations import collection as windows
from declarations import lifecycle
from declarations.calendar import day_of, instant_of, stamp17
from declarations.money import amount_text
from declarations.reasons import Reason
from declarations.refusals import refusal_reason
from gateways.decisions import ChangeCheck
from gateways.recurring import Recurring, daily
from gateways.tax.assessment import guarantee_failure, make_event
from gateways.tax.billing import NOT_MADE, SUMMARISED, make_status_message
from gateways.tax.repository import Bill, Guarantee, TaxDesk
from gateways.topics.facts import CreditEventHappened
from gateways.topics.shared import Decision
from gateways.topics.tax import CollectionDue, ReturnFiled

RETRY = Recurring(daily(), catch_up=False)
"""A collection that failed is tried again each day; days on which nobody could try are not made up for."""
SURCHARGE = "14210"
"""Code of the reason that states how a surcharge was calculated."""


def handle_return_filed(returns: Sequence[ReturnFiled], desk: TaxDesk) -> None:
    """Handle returns that begin or end: collection of the bill is suspended or resumed.

    The message may arrive before a delayed one about the release; the bill made later is then suspended, too.
    """
    for goods_return in returns:
        bill = desk.repository.bills([goods_return.declaration_id]).get(goods_return.declaration_id)
        if bill is not None and bill.state in {"made", *NOT_MADE}:
            bill.pending = bool(goods_return.pending)
            desk.repository.put_bill(bill)
            if bill.state == "made" and not goods_return.pending:
                days = windows.windows_of_bill(day_of(bill.released_at), desk.law)
                _schedule_collection(max(desk.now, instant_of(days.collect_from)), bill, desk)


def handle_due(deadlines: Sequence[CollectionDue], desk: TaxDesk) -> None:
    """Handle due bills: collect them, or postpone them while a return is pending.

    If the guarantee fails, retry on the next day; after the last day of payment the bill is overdue.
    """
    due = {deadline.declaration_id: deadline for deadline in deadlines}
    bills = [bill for bill in desk.repository.bills(list(due)).values() if bill.state == "made"]
    accounts = desk.repository.guarantees(sorted({bill.assure_code for bill in bills}))
    for bill in bills:
        days = windows.windows_of_bill(day_of(bill.released_at), desk.law)
        first = windows.first_collection_day(days, day_of(bill.released_at) if bill.pending else None)
        account = accounts.get(bill.assure_code)
        why = guarantee_failure(account, desk) if account is not None else None
        if desk.day < first:
            _schedule_collection(instant_of(first), bill, desk)
        elif account is None or why is None:
            _collect_bill(bill, account, desk)
            desk.add_event(make_event(bill, desk.now, "collected"))
        elif desk.day <= days.collect_until:
            desk.recur(due[bill.declaration_id], RETRY)
            if desk.day == first:
                desk.add_event(make_event(bill, desk.now, "not_collected", [why]))
        else:
            _mark_overdue(bill, account, why, desk)


def decide_bills(decisions: Sequence[Decision], desk: TaxDesk) -> None:
    """Carry out decisions to pay bills, possible from the first day of collection; an overdue bill is paid with its
    surcharge. A decision about a bill that is not due is refused."""
    fresh = ChangeCheck()
    bills = desk.repository.bills([decision.subject_id for decision in decisions])
    accounts = desk.repository.guarantees(sorted({bill.assure_code for bill in bills.values()}))
    for decision in decisions:
        bill = bills.get(decision.subject_id)
        refusal = _check_payable(bill, decision, desk)
        if bill is not None and not refusal:
            refusal = fresh.refuse_if_changed(decision, bill.version, bill.state)
        if refusal or bill is None:
            desk.answer_refused(decision.id, refusal)
            continue
        _pay_bill(bill, decision, accounts.get(bill.assure_code), desk)
        fresh.remember_change(decision)
        desk.answer_done(decision.id)


def surcharge_of(bill: Bill, desk: TaxDesk) -> windows.Surcharge:
    """Return the surcharge of a bill if it is paid now; 0 days if it is not late."""
    due = windows.windows_of_bill(day_of(bill.released_at), desk.law).collect_until
    return windows.calculate_surcharge(bill.total, due, desk.day, desk.law)


def reason_of_surcharge(surcharge: windows.Surcharge) -> Reason:
    """Return the calculation of a surcharge as a reason, for the timeline and the response."""
    values = {
        "unpaid": amount_text(surcharge.unpaid),
        "days": str(surcharge.days),
        "rate": f"{surcharge.rate.normalize():f}",
        "computed": amount_text(surcharge.computed),
        "amount": amount_text(surcharge.amount),
    }
    return Reason(SURCHARGE, values, surcharge.parameter_ids)


def credit_event_of(bill: Bill, desk: TaxDesk) -> CreditEventHappened:
    """Return the credit event of an overdue bill: its guarantor's, until the bill is collected."""
    last = windows.windows_of_bill(day_of(bill.released_at), desk.law).collect_until.isoformat()
    overdue, cured = (day_of(at).isoformat() if at else "" for at in (bill.overdue_at, bill.collected_at))
    return CreditEventHappened(
        company=bill.assure_code,
        kind="104",
        degree="G",
        agency="tax",
        event_no=bill.tax_no,
        occurred=last,
        decided=overdue,
        final=overdue,
        amount=bill.total,
        documents=1,
        doc_no=bill.tax_no,
        evidence=bill.order_no,
        cured=cured,
    )


def _schedule_collection(instant: int, bill: Bill, desk: TaxDesk) -> None:
    desk.schedule(instant, CollectionDue(bill.declaration_id, instant))


def _collect_bill(bill: Bill, account: Guarantee | None, desk: TaxDesk) -> None:
    """Collect a bill: free the guarantee and send an 818."""
    if account is not None:
        account.booked -= bill.total
        account.overdue -= bill.state == "overdue"
        desk.repository.put_guarantee(account)
    for action in ("summarise", "collect") if bill.state == "made" else ("collect",):
        bill.advance(action)
    bill.collected_at = desk.now
    if bill.overdue_at:
        desk.publish(credit_event_of(bill, desk))
    bill.duty_no = f"{bill.fields['customsCode']}{stamp17(desk.now)[:8]}{bill.assure_code}"[:50]
    desk.notify(bill.fields.get("ebcCode", ""), make_status_message(bill, SUMMARISED, desk.now))
    desk.repository.put_bill(bill)


def _mark_overdue(bill: Bill, account: Guarantee, why: Reason, desk: TaxDesk) -> None:
    bill.advance("fall_overdue")
    bill.overdue_at = desk.now
    account.overdue += 1
    desk.repository.put_guarantee(account)
    desk.repository.put_bill(bill)
    desk.add_event(make_event(bill, desk.now, "overdue", [why]))
    desk.publish(credit_event_of(bill, desk))


def _check_payable(bill: Bill | None, decision: Decision, desk: TaxDesk) -> tuple[Reason, ...]:
    if bill is None:
        return (refusal_reason("没有这份税单", "there is no such bill"),)
    if decision.action != "pay":
        known = f"a bill may be paid, nothing else: {decision.action} is not known"
        return (refusal_reason(f"税单只能缴纳，不能“{decision.action}”", known),)
    if (wanted := decision.values.get("tax_no", bill.tax_no)) != bill.tax_no:
        return (
            refusal_reason(f"{wanted}已作废，由{bill.tax_no}代替", f"{wanted} is void, {bill.tax_no} took its place"),
        )
    return _check_collectable(bill, desk)


def _check_collectable(bill: Bill, desk: TaxDesk) -> tuple[Reason, ...]:
    if bill.state not in {"made", "overdue"}:
        states = lifecycle.all_lifecycles()["tax_bill"].states
        return (refusal_reason(f"税单状态为{states[bill.state].zh}，不能缴纳", f"the bill is {bill.state}"),)
    first = windows.windows_of_bill(day_of(bill.released_at), desk.law).collect_from
    if desk.day < first:
        return (refusal_reason(f"税单自{first}起征收", f"it is collected from {first} on"),)
    return ()


def _pay_bill(bill: Bill, decision: Decision, account: Guarantee | None, desk: TaxDesk) -> None:
    late = surcharge_of(bill, desk)
    bill.surcharge = late.amount
    _collect_bill(bill, account, desk)
    reasons = [reason_of_surcharge(late)] if late.days else []
    desk.add_event(make_event(bill, desk.now, "paid", reasons, decision.by))
