"""Collection from day 31: the bill is summarised in a payment note (818) and the guarantee freed.

A pending return delays it.
"""

from __future__ import annotations

from collections.abc import Sequence

from declarations import collection as windows
from declarations import lifecycle
from declarations.calendar import day_of, instant_of, stamp17
from gateways.gateway import Answers, Circumstances, DeadlineDraft, Item
from gateways.tax.assessment import event
from gateways.tax.billing import SUMMARISED, status_message
from gateways.tax.memory import TaxMemory


def hear_return_filed(items: Sequence[Item], memory: TaxMemory, circumstances: Circumstances, answers: Answers) -> None:
    """A return was applied for or is over, each item [declaration id, pending]: the bill waits, or no longer."""
    for declaration_id, pending in items:
        bill = memory.bills([declaration_id]).get(declaration_id)
        if bill is not None and bill.state == "made":
            bill.pending = bool(pending)
            memory.put_bill(bill)
            if not pending:
                days = windows.windows(day_of(bill.released_at), circumstances.parameters)
                answers.deadlines.append(DeadlineDraft(max(circumstances.now, instant_of(days.collect_from)),
                                                       "deadline.collection", "tax", [declaration_id]))


def hear_due(items: Sequence[Item], memory: TaxMemory, circumstances: Circumstances, answers: Answers) -> None:
    """A bill is due, each item [declaration id]: collect it, or wait until a return's goods are back or too late."""
    bills = [one for one in memory.bills([item[0] for item in items]).values() if one.state == "made"]
    accounts = memory.guarantees(sorted({bill.assure_code for bill in bills}))
    for bill in bills:
        days = windows.windows(day_of(bill.released_at), circumstances.parameters)
        first = windows.first_collection_day(days, day_of(bill.released_at) if bill.pending else None)
        if circumstances.day < first:
            answers.deadlines.append(
                DeadlineDraft(instant_of(first), "deadline.collection", "tax", [bill.declaration_id]))
            continue
        for action in ("summarise", "collect"):
            bill.state = lifecycle.move(bill.state, action, "tax_bill").to
        bill.collected_at = circumstances.now
        bill.duty_no = f"{bill.fields['customsCode']}{stamp17(circumstances.now)[:8]}{bill.assure_code}"[:50]
        if (account := accounts.get(bill.assure_code)) is not None:
            account.booked -= bill.total
            memory.put_guarantee(account)
        answers.receipts.append(status_message(bill, SUMMARISED, circumstances.now))
        answers.timeline.append(event(bill, circumstances.now, "collected"))
        memory.put_bill(bill)
