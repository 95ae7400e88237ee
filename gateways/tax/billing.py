"""The electronic tax bill: made at release (816), voided by a return (818), replaced by one for the remaining goods."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from declarations.calendar import instant_of
from declarations.collection import windows_of_bill
from declarations.money import amount_text
from declarations.reasons import Reason
from declarations.returns import recompute
from declarations.tax.import_tax import Assessment
from gateways.records import CaseReference, ReceiptDraft
from gateways.tax.assessment import make_event
from gateways.tax.repository import Bill, TaxDesk
from gateways.topics.customs import TaxRecomputed
from gateways.topics.facts import ListReleased
from gateways.topics.tax import CollectionDue, GoodsReturned

MADE, SUMMARISED, VOID = "1", "2", "3"
NOT_MADE = frozenset({"reserved", "dropped"})
"""States of a bill before the release of its list."""
NOTHING = Reason("", {})


def handle_released(released: Sequence[ListReleased], desk: TaxDesk) -> None:
    """Handle customs' releases: make the bills.

    A bill that an earlier message has dropped is made all the same, because the released list's tax is due.
    """
    bills = desk.repository.bills([release.declaration_id for release in released])
    accounts = desk.repository.guarantees(sorted({bill.assure_code for bill in bills.values()}))
    due = instant_of(windows_of_bill(desk.day, desk.law).collect_from)
    for release in released:
        bill = bills[release.declaration_id]
        if bill.state not in NOT_MADE:
            continue
        reserved = bill.total if bill.state == "reserved" else 0
        bill.advance("make")
        bill.released_at, bill.mailboxes = desk.now, release.mailboxes
        bill.last_return = release.last_return
        bill.tax_no, bill.fields = f"{release.invt_no}_0", {**release.fields, "invtNo": release.invt_no}
        if (account := accounts.get(bill.assure_code)) is not None:
            account.reserved -= reserved
            account.booked += bill.total
            desk.repository.put_guarantee(account)
        _send_bill(bill, desk)
        desk.schedule(due, CollectionDue(release.declaration_id, due))


def _send_bill(bill: Bill, desk: TaxDesk) -> None:
    about, fields = CaseReference("tax_bill", bill.key, bill.order_no), fields_of_bill(bill)
    draft = about.receipt(bill.mailboxes, MADE, bill.stamp(desk.now), NOTHING, fields, code="816")
    desk.notify(fields.get("ebcCode", ""), draft)
    desk.repository.put_bill(bill)


def fields_of_bill(bill: Bill) -> dict[str, Any]:
    """Return the fields of a bill in an 816, with amounts of head and lines as texts in yuan."""
    assessed: Assessment = bill.assessment
    return {
        **bill.fields,
        "taxNo": bill.tax_no,
        "customsTax": amount_text(assessed.duty),
        "valueAddedTax": amount_text(assessed.vat),
        "consumptionTax": amount_text(assessed.consumption),
        "lines": [
            {
                "gnum": str(line.gnum),
                "gcode": line.gcode,
                "taxPrice": amount_text(line.value),
                "customsTax": amount_text(line.duty),
                "valueAddedTax": amount_text(line.vat),
                "consumptionTax": amount_text(line.consumption),
            }
            for line in assessed.lines
        ],
    }


def make_status_message(bill: Bill, status: str, now: int) -> ReceiptDraft:
    """Return an 818 about a bill; `status` is SUMMARISED or VOID."""
    fields = {"invtNo": bill.fields["invtNo"], "taxNo": bill.tax_no, "assureCode": bill.assure_code}
    if bill.duty_no:
        fields["entDutyNo"] = bill.duty_no
    return CaseReference("tax_bill", bill.key, bill.order_no).receipt(
        bill.mailboxes, status, bill.stamp(now), NOTHING, fields, code="818"
    )


def handle_returned(returns: Sequence[GoodsReturned], desk: TaxDesk) -> None:
    """Handle returned goods: void the bill and make one for the remaining goods."""
    lists = desk.repository.inventories([goods.document_id for goods in returns])
    bills = desk.repository.bills([goods.declaration_id for goods in returns])
    accounts = desk.repository.guarantees(sorted({bill.assure_code for bill in bills.values()}))
    for goods in returns:
        bill = desk.repository.bills([goods.declaration_id])[goods.declaration_id]
        if bill.state not in {"made", "collected", "overdue"}:
            continue
        facts = lists[goods.document_id].facts
        quantities = {int(gnum): quantity for gnum, quantity in goods.quantities.items()}
        left = recompute(facts, desk.repository.first_bill(goods.declaration_id).assessment, quantities).assessment
        desk.send(TaxRecomputed(goods.declaration_id, left.value))
        refunded, overdue = bill.state == "collected", bill.state == "overdue"
        bill.advance("pay_back" if refunded else "void")
        account = accounts.get(bill.assure_code)
        if account is not None and not refunded:
            account.booked -= bill.total
            account.overdue -= overdue
        desk.notify(bill.fields.get("ebcCode", ""), make_status_message(bill, VOID, desk.now))
        desk.add_event(make_event(bill, desk.now, "refunded" if refunded else "voided"))
        desk.repository.put_bill(bill)
        if any(quantities.get(line.gnum, 0) < line.qty for line in facts.lines):
            _make_new_bill(bill, left, refunded, account, desk)
            if overdue:  # the new bill is due at once, and no other event would trigger its collection
                desk.schedule(desk.now, CollectionDue(goods.declaration_id, desk.now))
        if account is not None:
            desk.repository.put_guarantee(account)


def _make_new_bill(old: Bill, left: Assessment, paid: bool, account: Any, desk: TaxDesk) -> None:
    invt_no, _, number = old.tax_no.rpartition("_")
    bill = Bill(
        old.declaration_id,
        old.sequence + 1,
        old.order_no,
        old.key,
        "collected" if paid else "made",
        old.assure_code,
        left,
        tax_no=f"{invt_no}_{int(number) + 1}",
        released_at=old.released_at,
        mailboxes=old.mailboxes,
        fields=old.fields,
        last_return=old.last_return,
        pending=old.pending,
    )
    if account is not None and not paid:
        account.booked += bill.total
    if paid:
        bill.collected_at, bill.duty_no = old.collected_at, old.duty_no
    _send_bill(bill, desk)
