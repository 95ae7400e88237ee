"""Assessment before release: the composite tax of a list, and its reservation against the guarantor's account."""

from __future__ import annotations

from collections.abc import Sequence

from declarations import collection
from declarations.calendar import day_of
from declarations.reasons import Reason
from declarations.tax.import_tax import assess
from declarations.tax.price_query import queried
from declarations.tax.rates import rates_on
from gateways.records import TimelineEvent
from gateways.tax.repository import Bill, Guarantee, TaxDesk
from gateways.topics.customs import Doubt, TaxAssessed, TaxShort
from gateways.topics.tax import TaxDropped, TaxRequested

NO_GUARANTOR = "14207"
"""In an open sandbox a guarantor without an account is admitted, with this finding."""


FAILED = {"withdrawn": "14208.withdrawn", "used_up": "14208.used_up", "expired": "14208.expired"}
"""How a guarantee fails → the code of it."""
OVERDUE = "14209"
"""A tax bill of the guarantor is overdue."""


def handle_requested(requests: Sequence[TaxRequested], desk: TaxDesk) -> None:
    """Customs requests an assessment."""
    lists = desk.repository.inventories([request.document_id for request in requests])
    bills = dict(desk.repository.bills([request.declaration_id for request in requests]))
    accounts = desk.repository.guarantees(sorted({listed.facts.assure_code for listed in lists.values()}))
    for request in requests:
        order_no, key, facts = lists[request.document_id]
        old = bills.get(request.declaration_id)
        if old is not None and old.state == "reserved":
            desk.send(TaxAssessed(request.declaration_id, []))
            continue
        if old is not None and old.state != "dropped":
            continue  # requested a second time, after the release: its bill stands
        day = day_of(request.accepted_at)
        assessed = assess(facts, day, desk.goods, desk.law, desk.options.rounding, full_tax=bool(request.full_tax))
        assessed = queried(assessed, facts, rates_on(day, desk.goods, desk.law))
        bill = Bill(
            request.declaration_id,
            old.sequence + 1 if old else 0,
            order_no,
            key,
            "reserved",
            facts.assure_code,
            assessed,
        )
        if _reserve(bill, accounts.get(facts.assure_code), desk):
            bills[request.declaration_id] = bill  # the same list may be requested twice in one batch


def _reserve(bill: Bill, account: Guarantee | None, desk: TaxDesk) -> bool:
    """Reserve and report to customs; False: the account does not suffice, and nothing is reserved."""
    if account is not None and (why := _refused(account, desk)):
        desk.send(
            TaxShort(
                bill.declaration_id,
                bill.total,
                account.available,
                bill.assure_code,
                why.rule,
                dict(why.values),
                why.parameters,
            )
        )
        return False
    available = account.available if account else 0
    if (account is None and not desk.options.open) or (account is not None and available < bill.total):
        desk.send(TaxShort(bill.declaration_id, bill.total, available, bill.assure_code, parameters=_basis(desk)))
        return False
    if account is not None:
        account.reserved += bill.total
        desk.repository.put_guarantee(account)
    desk.repository.put_bill(bill)
    if account is None:
        unknown = Reason(NO_GUARANTOR, {"assure_code": bill.assure_code}, _basis(desk))
        desk.note(event(bill, desk.now, "assessed", [unknown]))
    doubts = [Doubt(reason.rule, dict(reason.values), reason.parameters) for reason in bill.assessment.needs_review]
    desk.send(TaxAssessed(bill.declaration_id, doubts))
    return True


def _refused(account: Guarantee, desk: TaxDesk) -> Reason | None:
    """Why a guarantor may not stand for another list: his guarantee fails, or a bill of his is overdue."""
    values = {"assure_code": account.assure_code, "bills": str(account.overdue)}
    return failed(account, desk) or (Reason(OVERDUE, values, _basis(desk)) if account.overdue else None)


def _basis(desk: TaxDesk) -> tuple[str, ...]:
    """The dated value by which a guarantor stands for the tax of lists."""
    return (desk.in_force("collection.guarantee").id,)


def failed(account: Guarantee, desk: TaxDesk) -> Reason | None:
    """Why a guarantee covers nothing today; None: it is good."""
    failure = collection.failure(account.standing, account.valid_until, desk.day)
    values = {"assure_code": account.assure_code, "valid_until": account.valid_until}
    return Reason(FAILED[failure], values, _basis(desk)) if failure else None


def handle_dropped(dropped: Sequence[TaxDropped], desk: TaxDesk) -> None:
    """A list will not be released: free what was reserved for it."""
    bills = [
        bill
        for bill in desk.repository.bills([declaration.declaration_id for declaration in dropped]).values()
        if bill.state == "reserved"
    ]
    accounts = desk.repository.guarantees(sorted({bill.assure_code for bill in bills}))
    for bill in bills:
        bill.advance("drop")
        desk.repository.put_bill(bill)
        if (account := accounts.get(bill.assure_code)) is not None:
            account.reserved -= bill.total
            desk.repository.put_guarantee(account)
        desk.note(event(bill, desk.now, "freed"))


def event(bill: Bill, now: int, name: str, reasons: Sequence[Reason] = (), by: str = "tax") -> TimelineEvent:
    """A line of the timeline about a bill."""
    return TimelineEvent(
        order_no=bill.order_no,
        kind="inventory",
        key=bill.key,
        at=now,
        actor=by,
        event=name,
        state=bill.state,
        reasons=reasons,
        return_time=bill.last_return,
    )
