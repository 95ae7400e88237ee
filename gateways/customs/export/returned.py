"""Returns of exports (213): admitted within a year, tax-free or taxed as imports, closed when tallied (215).

The list does not change. The timeline states which lines are tax-free or taxed, why, and with how much, when the
request is admitted and again when the goods are back; no bill is made. Goods are tax-free only if the tax office has
settled their refund; it is notified when they are back.
"""

from __future__ import annotations

from collections.abc import Sequence

from declarations import clearance, lifecycle
from declarations.calendar import DAY, day_of, instant_of
from declarations.documents import ExportInventory, ExportRefund
from declarations.export import relief, returning
from declarations.money import amount_text
from declarations.parameters import NoValue
from declarations.reasons import Reason
from declarations.requests import RELEASED
from declarations.tax.returned_export import ReturnedTax, assess_returned
from gateways.customs import reservations
from gateways.customs.export.trades import PARCEL_PREFIX
from gateways.customs.marks import Mark, MarkKind
from gateways.customs.outcome import refuse_request
from gateways.customs.repository import CustomsDesk, Declaration, Request
from gateways.customs.requests import (
    IncomingRequest,
    admit_return,
    make_request_event,
    new_request,
    other_requests_of,
    returned_quantities,
    returns_to_admit,
)
from gateways.topics.customs import GoodsBackDue, RequestDue
from gateways.topics.refund import ExportReturned
from gateways.topics.shared import DocumentFiled

UNKNOWN, NOT_EXPORTED, FREE, TAXED = "17412", "17411", "17413", "17414"
ASSESSED, NOT_ASSESSED = "17427", "17429"
COUNTED_STATES = frozenset({"accepted", "in_review", "approved", "goods_back", "closed"})
"""States of a request whose quantities count as returned."""


def handle_refunds(documents: Sequence[DocumentFiled], desk: CustomsDesk) -> None:
    """Admit or refuse return requests."""
    for incoming in returns_to_admit(documents, desk, "export_refund", "E"):
        _admit(incoming, desk)


def _admit(incoming: IncomingRequest, desk: CustomsDesk) -> None:
    facts: ExportRefund = incoming.document.facts
    declaration = incoming.declaration
    request = new_request(incoming.document, declaration, incoming.old_request, desk.repository, desk.now)
    refusals = _check_exported(facts, declaration)
    if refusals or declaration is None or incoming.requested_list is None:
        place = declaration.order_no if declaration is not None else incoming.document.order_no
        refuse_request(request, place, refusals, desk)
        return
    verdict = _check_return(facts, incoming.requested_list.inventory, request, declaration, desk)
    refusals = [*verdict.reasons, *clearance.check(facts.customs_code, facts.port_code, desk.day, desk.law)]
    if refusals:
        refuse_request(request, declaration.order_no, refusals, desk)
        return
    request.reasons = (*_taxation_reasons(verdict), *_assess(request, incoming, verdict.taxed, desk))
    place = facts.logistics_no[:PARCEL_PREFIX]
    desk.repository.load_meetings([place])
    desk.repository.put_mark(place, Mark(MarkKind.RETURN_AWAITED, request.id))
    admit_return(incoming, request, declaration, desk)


def _check_return(
    facts: ExportRefund, inventory: ExportInventory, request: Request, declaration: Declaration, desk: CustomsDesk
) -> returning.ReturnVerdict:
    counted = returned_quantities(
        other_requests_of(request, declaration, desk.repository), "export_refund", COUNTED_STATES
    )
    settled = relief.ReliefStatements(refund_settled=desk.repository.refund_settled(declaration.id))
    return returning.check(facts, inventory, _departure_of(declaration), counted, desk.day, desk.law, settled)


def _check_exported(facts: ExportRefund, declaration: Declaration | None) -> list[Reason]:
    if declaration is None or declaration.flow != "E":
        return [Reason(UNKNOWN, {"invt_no": facts.invt_no})]
    if declaration.state in RELEASED:
        return []
    known = lifecycle.state_of(declaration.state)
    return [
        Reason(
            NOT_EXPORTED, {"invt_no": facts.invt_no, "state": known.name, "state_zh": known.zh, "state_en": known.en}
        )
    ]


def _departure_of(declaration: Declaration) -> returning.Departure:
    """The days of release and of departure; a list is closed when its parcel departs."""
    left = day_of(declaration.closed_at) if declaration.closed_at else None
    return returning.Departure(day_of(declaration.released_at), left)


def _taxation_reasons(verdict: returning.ReturnVerdict) -> tuple[Reason, ...]:
    """The lines that are tax-free and those taxed as an import, with the reasons."""
    reasons = []
    if verdict.relieved:
        last = verdict.last_free_day.isoformat() if verdict.last_free_day else ""
        reasons.append(Reason(FREE, {"gnums": _join_numbers(verdict.relieved), "last": last}, verdict.parameter_ids))
    if verdict.taxed:
        reasons.append(Reason(TAXED, {"gnums": _join_numbers(verdict.taxed)}, verdict.parameter_ids))
    return (*reasons, *verdict.grounds)


def _assess(request: Request, incoming: IncomingRequest, taxed: Sequence[int], desk: CustomsDesk) -> tuple[Reason, ...]:
    """Assess the taxed lines of a request; return what is told of it: the amounts, taxes that are too small to be
    levied, and what an officer must still see; or why there is no amount."""
    if not taxed or incoming.requested_list is None:
        return ()
    papers = incoming.document.facts, incoming.requested_list.inventory
    try:
        request.tax = assess_returned(*papers, taxed, desk.day, desk.goods, desk.law)
    except (NoValue, OverflowError) as lacking:
        name = lacking.name if isinstance(lacking, NoValue) else "value"
        return (Reason(NOT_ASSESSED, {"name": name, "day": desk.day.isoformat()}),)
    return _assessed_reasons(request.tax)


def _assessed_reasons(tax: ReturnedTax) -> tuple[Reason, ...]:
    assessed = tax.assessment
    amounts = {name: amount_text(tax.due(name)) for name in ("duty", "consumption", "vat")}
    values = {"value": amount_text(assessed.value), **amounts, "total": amount_text(tax.total)}
    return (Reason(ASSESSED, values, assessed.parameter_ids), *tax.waived, *assessed.needs_review)


def _join_numbers(numbers: Sequence[int]) -> str:
    return ",".join(map(str, numbers))


def carry_out_effects(request: Request, action: str, declaration: Declaration, desk: CustomsDesk) -> None:
    """Carry out the effects of a step of a return, taken by an officer or automatically."""
    if action == "approve":
        _await_goods(request, declaration, desk)
    elif action == "review":
        choice = desk.choose_automatically(request.key, request.state, request.kind)
        desk.await_automatic_officer(choice, RequestDue(request.id, request.state))
    elif action == "take_back":
        reservations.return_stock(declaration, request.lines, desk.repository)
        desk.repository.put_declaration(declaration)
        desk.add_event(make_request_event(request, declaration, desk.now, "returned", request.reasons))
        desk.send(ExportReturned(declaration.id, request.id))


def _await_goods(request: Request, declaration: Declaration, desk: CustomsDesk) -> None:
    """Set the deadline for the parcel. The request only has to be accepted within the year of returns (reading 33), so
    the parcel has at least the time of an arrival, even if that ends later."""
    start = returning.export_day_of(declaration.trade_mode, _departure_of(declaration))
    last = returning.last_day_of_return(start, desk.day, desk.law)
    due = max(instant_of(last) + DAY, desk.end_of_term("windows.arrival"))
    desk.schedule(due, GoodsBackDue(request.id, "lapse"))
