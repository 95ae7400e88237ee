"""Returns of exports (213): admitted within a year, free of tax or taxed as imports, closed when tallied (215).

The list itself stays as it is. What is free and what is taxed, and why, is noted in the timeline when the request is
admitted and again when the goods are back; the tax of an import is not assessed here. Free is only what the tax office
has no claim on: it is notified when the goods are back.
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
"""States of a request whose quantities are taken from what is left to return."""


def handle_refunds(documents: Sequence[DocumentFiled], desk: CustomsDesk) -> None:
    """Return requests came in: admit or refuse each."""
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
    """When the goods were released, and when they left; a list is closed when its parcel leaves."""
    left = day_of(declaration.closed_at) if declaration.closed_at else None
    return returning.Departure(day_of(declaration.released_at), left)


def _taxation(verdict: returning.ReturnVerdict) -> tuple[Reason, ...]:
    """The lines that come in free and those that are taxed as an import, with the reasons."""
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
    """Carries out the consequences of a step of a return, whoever took it."""
    if action == "approve":
        _await_goods(request, declaration, desk)
    elif action == "review":
        choice = desk.choice(request.key, request.state, request.kind)
        desk.await_automatic_officer(choice, RequestDue(request.id, request.state))
    elif action == "take_back":
        reservations.give_back_stock(declaration, request.lines, desk.repository)
        desk.repository.put_declaration(declaration)
        desk.note(request_event(request, declaration, desk.now, "returned", request.reasons))
        desk.send(ExportReturned(declaration.id, request.id))


def _await_goods(request: Request, declaration: Declaration, desk: CustomsDesk) -> None:
    """The year of returns ends on the acceptance of the request (reading 33): whenever that was, the parcel is waited
    for as long as an arrival is."""
    start = returning.exported_on(declaration.trade_mode, _departure(declaration))
    last = returning.last_day(start, desk.day, desk.law)
    due = max(instant_of(last) + DAY, desk.due_in("windows.arrival", unit=DAY))
    desk.deadline(due, GoodsBackDue(request.id, "lapse"))
