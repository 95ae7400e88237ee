"""Returns of exports (213): admitted within a year, tax-free or taxed as imports, closed when tallied (215).

The list does not change. The timeline states which lines are tax-free or taxed, and why, when the request is admitted
and again when the goods are back; the import tax is not assessed here. Goods are tax-free only if the tax office has
settled their refund; it is notified when they are back.
"""

from __future__ import annotations

from collections.abc import Sequence

from declarations import clearance, lifecycle
from declarations.calendar import DAY, day_of, instant_of
from declarations.documents import ExportInventory, ExportRefund
from declarations.export import relief, returning
from declarations.reasons import Reason
from declarations.requests import RELEASED
from gateways.customs import reservations
from gateways.customs.export.trades import PLACE
from gateways.customs.marks import Mark, MarkKind
from gateways.customs.outcome import refuse_request
from gateways.customs.repository import CustomsDesk, Declaration, Request
from gateways.customs.requests import (
    IncomingRequest,
    admit_return,
    new_request,
    others_of,
    quantities,
    request_event,
    returns_to_admit,
)
from gateways.topics.customs import GoodsBackDue, RequestDue
from gateways.topics.refund import ExportReturned
from gateways.topics.shared import DocumentFiled

UNKNOWN, NOT_EXPORTED, FREE, TAXED = "17412", "17411", "17413", "17414"
COUNTED = frozenset({"accepted", "in_review", "approved", "goods_back", "closed"})
"""States of a request whose quantities count as returned."""


def handle_refunds(documents: Sequence[DocumentFiled], desk: CustomsDesk) -> None:
    """Admit or refuse return requests."""
    for incoming in returns_to_admit(documents, desk, "export_refund", "E"):
        _admit(incoming, desk)


def _admit(incoming: IncomingRequest, desk: CustomsDesk) -> None:
    facts: ExportRefund = incoming.filed.facts
    declaration = incoming.declaration
    request = new_request(incoming.filed, declaration, incoming.old, desk.repository, desk.now)
    refusals = _never_exported(facts, declaration)
    if refusals or declaration is None or incoming.listed is None:
        place = declaration.order_no if declaration is not None else incoming.filed.order_no
        refuse_request(request, place, refusals, desk)
        return
    verdict = _check(facts, incoming.listed.inventory, request, declaration, desk)
    refusals = [*verdict.reasons, *clearance.check(facts.customs_code, facts.port_code, desk.day, desk.law)]
    if refusals:
        refuse_request(request, declaration.order_no, refusals, desk)
        return
    request.reasons = _taxation(verdict)
    place = facts.logistics_no[:PLACE]
    desk.repository.meet([place])
    desk.repository.put_mark(place, Mark(MarkKind.RETURN_AWAITED, request.id))
    admit_return(incoming, request, declaration, desk)


def _check(
    facts: ExportRefund, inventory: ExportInventory, request: Request, declaration: Declaration, desk: CustomsDesk
) -> returning.ReturnVerdict:
    counted = quantities(others_of(request, declaration, desk.repository), "export_refund", COUNTED)
    settled = relief.ReliefStatements(refund_settled=desk.repository.refund_settled(declaration.id))
    return returning.check(facts, inventory, _departure(declaration), counted, desk.day, desk.law, settled)


def _never_exported(facts: ExportRefund, declaration: Declaration | None) -> list[Reason]:
    if declaration is None or declaration.flow != "E":
        return [Reason(UNKNOWN, {"invt_no": facts.invt_no})]
    if declaration.state in RELEASED:
        return []
    known = lifecycle.state(declaration.state)
    return [
        Reason(
            NOT_EXPORTED, {"invt_no": facts.invt_no, "state": known.name, "state_zh": known.zh, "state_en": known.en}
        )
    ]


def _departure(declaration: Declaration) -> returning.Departure:
    """The days of release and of departure; a list is closed when its parcel departs."""
    left = day_of(declaration.closed_at) if declaration.closed_at else None
    return returning.Departure(day_of(declaration.released_at), left)


def _taxation(verdict: returning.ReturnVerdict) -> tuple[Reason, ...]:
    """The lines that are tax-free and those taxed as an import, with the reasons."""
    reasons = []
    if verdict.relieved:
        last = verdict.last_free_day.isoformat() if verdict.last_free_day else ""
        reasons.append(Reason(FREE, {"gnums": _named(verdict.relieved), "last": last}, verdict.parameters))
    if verdict.taxed:
        reasons.append(Reason(TAXED, {"gnums": _named(verdict.taxed)}, verdict.parameters))
    return (*reasons, *verdict.grounds)


def _named(numbers: Sequence[int]) -> str:
    return ",".join(map(str, numbers))


def follow(request: Request, action: str, declaration: Declaration, desk: CustomsDesk) -> None:
    """Carry out the effects of a step of a return, taken by an officer or automatically."""
    if action == "approve":
        _await_goods(request, declaration, desk)
    elif action == "review":
        choice = desk.choice(request.key, request.state, request.kind)
        desk.await_automatic_officer(choice, RequestDue(request.id, request.state))
    elif action == "take_back":
        reservations.return_stock(declaration, request.lines, desk.repository)
        desk.repository.put_declaration(declaration)
        desk.note(request_event(request, declaration, desk.now, "returned", request.reasons))
        desk.send(ExportReturned(declaration.id, request.id))


def _await_goods(request: Request, declaration: Declaration, desk: CustomsDesk) -> None:
    """Set the deadline for the parcel. The request only has to be accepted within the year of returns (reading 33), so
    the parcel has at least the time of an arrival, even if that ends later."""
    start = returning.exported_on(declaration.trade_mode, _departure(declaration))
    last = returning.last_day(start, desk.day, desk.law)
    due = max(instant_of(last) + DAY, desk.due_in("windows.arrival", unit=DAY))
    desk.deadline(due, GoodsBackDue(request.id, "lapse"))
