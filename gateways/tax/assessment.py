"""Assessment before release: the composite tax of a list, and its reservation against the guarantor's account."""

from __future__ import annotations

from collections.abc import Sequence

from declarations import collection
from declarations.calendar import day_of
from declarations.reasons import Reason
from declarations.tax.import_tax import assess
from declarations.tax.price_query import queried
from declarations.tax.rates import rates_on
from gateways.gateway import Item
from gateways.records import Event
from gateways.tax.repository import Bill, Guarantee, TaxDesk

NO_GUARANTOR = "14207"
"""In an open sandbox a guarantor without an account is admitted, with this finding."""


FAILED = {"withdrawn": "14208.withdrawn", "used_up": "14208.used_up", "expired": "14208.expired"}
"""How a guarantee fails → the code of it."""
OVERDUE = "14209"
"""A tax bill of the guarantor is overdue."""


def handle_requested(items: Sequence[Item], desk: TaxDesk) -> None:
    """Customs asks for an assessment, each item [declaration id, document id, accepted at, full tax]."""
    lists = desk.repository.inventories([item[1] for item in items])
    bills = dict(desk.repository.bills([item[0] for item in items]))
    accounts = desk.repository.guarantees(sorted({facts.assure_code for _, _, facts in lists.values()}))
    for declaration_id, document_id, accepted_at, full_tax in items:
        order_no, key, facts = lists[document_id]
        old = bills.get(declaration_id)
        if old is not None and old.state == "reserved":
            desk.send("tax.assessed", [declaration_id, []])
            continue
        if old is not None and old.state != "dropped":
            continue  # asked a second time, after the release: its bill stands
        day = day_of(accepted_at)
        assessed = assess(facts, day, desk.goods, desk.law, desk.options.rounding, full_tax=full_tax)
        assessed = queried(assessed, facts, rates_on(day, desk.goods, desk.law))
        bill = Bill(declaration_id, old.sequence + 1 if old else 0, order_no, key, "reserved", facts.assure_code,
                    assessed)
        if _reserve(bill, accounts.get(facts.assure_code), desk):
            bills[declaration_id] = bill  # the same list may be asked about twice in one batch


def _reserve(bill: Bill, account: Guarantee | None, desk: TaxDesk) -> bool:
    """Reserve and report to customs; False: the account does not suffice, and nothing is reserved."""
    if account is not None and (why := _refused(account, desk)):
        desk.send("tax.short", [bill.declaration_id, bill.total, account.available, bill.assure_code, why.rule,
                                dict(why.values)])
        return False
    available = account.available if account else 0
    if (account is None and not desk.options.open) or (account is not None and available < bill.total):
        desk.send("tax.short", [bill.declaration_id, bill.total, available, bill.assure_code])
        return False
    if account is not None:
        account.reserved += bill.total
        desk.repository.put_guarantee(account)
    desk.repository.put_bill(bill)
    if account is None:
        unknown = Reason(NO_GUARANTOR, {"assure_code": bill.assure_code})
        desk.note(event(bill, desk.now, "assessed", [unknown]))
    desk.send("tax.assessed", [bill.declaration_id, [[one.rule, dict(one.values)]
                                                     for one in bill.assessment.needs_review]])
    return True


def _refused(account: Guarantee, desk: TaxDesk) -> Reason | None:
    """Why a guarantor may not stand for another list: his guarantee fails, or a bill of his is overdue."""
    values = {"assure_code": account.assure_code, "bills": str(account.overdue)}
    return failed(account, desk) or (Reason(OVERDUE, values) if account.overdue else None)


def failed(account: Guarantee, desk: TaxDesk) -> Reason | None:
    """Why a guarantee covers nothing today; None: it is good."""
    failure = collection.failure(account.standing, account.valid_until, desk.day)
    values = {"assure_code": account.assure_code, "valid_until": account.valid_until}
    return Reason(FAILED[failure], values) if failure else None


def handle_dropped(items: Sequence[Item], desk: TaxDesk) -> None:
    """A list will not be released, each item [declaration id]: free what was reserved for it."""
    bills = [one for one in desk.repository.bills([item[0] for item in items]).values() if one.state == "reserved"]
    accounts = desk.repository.guarantees(sorted({bill.assure_code for bill in bills}))
    for bill in bills:
        bill.state = "dropped"
        desk.repository.put_bill(bill)
        if (account := accounts.get(bill.assure_code)) is not None:
            account.reserved -= bill.total
            desk.repository.put_guarantee(account)
        desk.note(event(bill, desk.now, "freed"))


def event(bill: Bill, now: int, name: str, reasons: Sequence[Reason] = (), by: str = "tax") -> Event:
    """A line of the timeline about a bill."""
    return Event(bill.order_no, "inventory", bill.key, now, by, name, bill.state, reasons)
