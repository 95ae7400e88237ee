"""Assesses the composite tax of a list before its release, and reserves it against the guarantor's account."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from declarations import collection
from declarations.calendar import day_of
from declarations.documents import Inventory
from declarations.reasons import Reason
from declarations.tax import revaluation
from declarations.tax.assessment import Assessment
from declarations.tax.price_query import add_price_queries
from declarations.tax.rates import rates_on
from declarations.tax.revaluation import Redetermined
from gateways.records import CaseReference, TimelineEvent
from gateways.tax.repository import Bill, Guarantee, TaxDesk
from gateways.topics.customs import Doubt, TaxAssessed, TaxShort
from gateways.topics.tax import TaxDropped, TaxRequested

NO_GUARANTOR = "14207"
"""Code of the finding about a guarantor without an account, who is admitted in an open sandbox."""


FAILED = {"withdrawn": "14208.withdrawn", "used_up": "14208.used_up", "expired": "14208.expired"}
"""Failure of a guarantee → code of the reason."""
OVERDUE = "14209"
"""Code of the reason: a tax bill of the guarantor is overdue."""


def handle_requested(requests: Sequence[TaxRequested], desk: TaxDesk) -> None:
    """Handle customs' requests to assess lists."""
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
            continue  # repeated request, after the release: the existing bill remains
        day = day_of(request.accepted_at)
        assessed = _assess(request, facts, day, desk)
        bill = Bill(
            request.declaration_id,
            old.sequence + 1 if old else 0,
            order_no,
            key,
            "reserved",
            facts.assure_code,
            assessed,
        )
        if _reserve_guarantee(bill, accounts.get(facts.assure_code), desk):
            bills[request.declaration_id] = bill  # a batch may contain two requests for the same list


def _assess(request: TaxRequested, facts: Inventory, day: date, desk: TaxDesk) -> Assessment:
    """The tax of a list at its declared prices, with price queries; or at those that an officer determined."""
    full_tax = bool(request.full_tax)
    cosmetics = {int(gnum): high_end for gnum, high_end in (request.cosmetics or {}).items()}
    prices = {int(gnum): price for gnum, price in (request.prices or {}).items()}
    value = Redetermined(request.method, prices) if request.method else None
    law = day, desk.goods, desk.law, desk.options.rounding
    assessed = revaluation.assess_as_determined(facts, *law, full_tax=full_tax, cosmetics=cosmetics, redetermined=value)
    return assessed if value else add_price_queries(assessed, facts, rates_on(day, desk.goods, desk.law))


def _reserve_guarantee(bill: Bill, account: Guarantee | None, desk: TaxDesk) -> bool:
    """Reserve a bill's tax and report the result to customs; return False if nothing was reserved."""
    if account is not None and (why := _failure_reason(account, desk)):
        desk.send(
            TaxShort(
                bill.declaration_id,
                bill.total,
                account.available,
                bill.assure_code,
                why.rule,
                dict(why.values),
                why.parameter_ids,
            )
        )
        return False
    available = account.available if account else 0
    if (account is None and not desk.options.open) or (
        account is not None and available < bill.total and not _is_waived(account, desk)
    ):
        desk.send(
            TaxShort(bill.declaration_id, bill.total, available, bill.assure_code, parameters=_ids_of_guarantee(desk))
        )
        return False
    if account is not None:
        account.reserved += bill.total
        desk.repository.put_guarantee(account)
    desk.repository.put_bill(bill)
    if account is None:
        unknown = Reason(NO_GUARANTOR, {"assure_code": bill.assure_code}, _ids_of_guarantee(desk))
        desk.add_event(make_event(bill, desk.now, "assessed", [unknown]))
    doubts = [Doubt(reason.rule, dict(reason.values), reason.parameter_ids) for reason in bill.assessment.needs_review]
    desk.send(TaxAssessed(bill.declaration_id, doubts))
    return True


def _is_waived(account: Guarantee, desk: TaxDesk) -> bool:
    """True if a guarantor is freed of the guarantee by his grade of today. His bills are booked all the same."""
    if account.standing != collection.GuaranteeStanding.WAIVED:
        return False
    grade = desk.repository.grade_of(account.assure_code)
    return collection.is_waived(account.standing, grade, desk.day, desk.law)


def _failure_reason(account: Guarantee, desk: TaxDesk) -> Reason | None:
    """The reason why a guarantor may not cover another list: the guarantee fails, or a bill is overdue."""
    values = {"assure_code": account.assure_code, "bills": str(account.overdue)}
    return guarantee_failure(account, desk) or (
        Reason(OVERDUE, values, _ids_of_guarantee(desk)) if account.overdue else None
    )


def _ids_of_guarantee(desk: TaxDesk) -> tuple[str, ...]:
    """Id of the dated value about guarantees for the tax of lists."""
    return (desk.value_today("collection.guarantee").id,)


def guarantee_failure(account: Guarantee, desk: TaxDesk) -> Reason | None:
    """Return the reason why a guarantee covers nothing today; None if it is valid."""
    failure = collection.guarantee_failure_of(account.standing, account.valid_until, desk.day)
    values = {"assure_code": account.assure_code, "valid_until": account.valid_until}
    return Reason(FAILED[failure], values, _ids_of_guarantee(desk)) if failure else None


def handle_dropped(dropped: Sequence[TaxDropped], desk: TaxDesk) -> None:
    """Free the reservations of lists that will not be released."""
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
        desk.add_event(make_event(bill, desk.now, "freed"))


def make_event(bill: Bill, now: int, name: str, reasons: Sequence[Reason] = (), by: str = "tax") -> TimelineEvent:
    """Return a timeline event about a bill."""
    return CaseReference("inventory", bill.key, bill.order_no).event(
        name, bill.state, now, reasons, actor=by, return_time=bill.last_return
    )
