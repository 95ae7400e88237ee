"""Returns of exports (213): admitted within a year, free of tax or taxed as imports, closed when tallied (215).

The list itself stays as it is. What is free and what is taxed, and why, is said in the timeline when the request is
admitted and again when the goods are back; the tax of an import is not assessed here. Free is only what the tax office
has nothing to ask of: it is told when the goods are back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from declarations import clearance, lifecycle
from declarations.calendar import DAY, day_of, instant_of
from declarations.documents import ExportInventory, ExportRefund
from declarations.export import relief, returning
from declarations.reasons import Reason
from declarations.requests import RELEASED
from gateways.customs import holdings
from gateways.customs.export.trades import PLACE
from gateways.customs.outcome import refuse_request, request_receipt
from gateways.customs.repository import CustomsDesk, Declaration, Request
from gateways.customs.requests import new_request, step
from gateways.records import Event, Filed
from gateways.topics.customs import GoodsBackDue, RequestDue
from gateways.topics.refund import ExportReturned
from gateways.topics.shared import DocumentFiled

AWAITED = "R"
"""The mark at a parcel's meeting that a return request, by its id, waits for it there."""
UNKNOWN, NOT_EXPORTED, FREE, TAXED = "17412", "17411", "17413", "17414"
COUNTED = frozenset({"accepted", "in_review", "approved", "goods_back", "closed"})
"""States of a request whose quantities are taken from what is left to return."""


def handle_refunds(documents: Sequence[DocumentFiled], desk: CustomsDesk) -> None:
    """Return requests came in: admit or refuse each."""
    filed = desk.repository.documents([document.document_id for document in documents])
    lists = desk.repository.declarations_by_invt_no(sorted({one.facts.invt_no for one in filed.values()}))
    inventories = desk.repository.documents([one.document_id for one in lists.values()])
    known = desk.repository.requests("export_refund", [one.key for one in filed.values()])
    for one in filed.values():
        old, declaration = known.get(one.key), lists.get(one.facts.invt_no)
        if one.state == "deleted" and old is not None and old.state in {"declared", "rejected"}:
            step(old, "delete")
            desk.repository.put_request(old)
        elif one.state == "declared" and (old is None or old.document_version < one.version):
            request = new_request(one, declaration, old, desk.repository, desk.now)
            inventory = inventories[declaration.document_id].facts if declaration is not None else None
            _admit(one, request, declaration, inventory, desk)


def _admit(
    filed: Filed,
    request: Request,
    declaration: Declaration | None,
    inventory: ExportInventory | None,
    desk: CustomsDesk,
) -> None:
    facts: ExportRefund = filed.facts
    refusals = _never_exported(facts, declaration)
    if refusals or declaration is None or inventory is None:
        place = declaration.order_no if declaration is not None else filed.order_no
        refuse_request(request, place, refusals, desk)
        return
    others = [
        one for one in desk.repository.requests_of([declaration.id]).get(declaration.id, ()) if one.id != request.id
    ]
    settled = relief.Circumstances(refund_settled=desk.repository.refund_settled(declaration.id))
    verdict = returning.check(
        facts, inventory, _departure(declaration), quantities(others), desk.day, desk.law, settled
    )
    refusals = [*verdict.reasons, *clearance.check(facts.customs_code, facts.port_code, desk.day, desk.law)]
    if refusals:
        refuse_request(request, declaration.order_no, refusals, desk)
        return
    for line in facts.lines:
        request.lines[line.gnum] = request.lines.get(line.gnum, 0) + line.qty
    request.reasons = _taxation(verdict)
    step(request, "accept")
    place = facts.logistics_no[:PLACE]
    desk.repository.meet([place])
    desk.repository.put_answered(place, desk.repository.answered(place) | {f"{AWAITED}{request.id}"})
    desk.receipt(request_receipt(request, declaration.order_no, desk.now, "120", Reason("1800", {})))
    desk.note(
        _event(
            request,
            declaration,
            desk.now,
            "return_accepted",
            [Reason("16002", {"reason": facts.reason}), *request.reasons],
        )
    )
    desk.deadline(desk.due_in("windows.officer_hours"), RequestDue(request.id, request.state))
    desk.repository.put_request(request)


def _never_exported(facts: ExportRefund, declaration: Declaration | None) -> list[Reason]:
    if declaration is None or declaration.flow != "E":
        return [Reason(UNKNOWN, {"invt_no": facts.invt_no})]
    if declaration.state in RELEASED:
        return []
    found = lifecycle.state(declaration.state)
    return [
        Reason(
            NOT_EXPORTED, {"invt_no": facts.invt_no, "state": found.name, "state_zh": found.zh, "state_en": found.en}
        )
    ]


def _departure(declaration: Declaration) -> returning.Departure:
    """When the goods were released, and when they left; a list is closed when its parcel leaves."""
    left = day_of(declaration.closed_at) if declaration.closed_at else None
    return returning.Departure(day_of(declaration.released_at), left)


def _taxation(verdict: returning.Verdict) -> tuple[Reason, ...]:
    """Which lines come in free and which are taxed as an import, and why."""
    said = []
    if verdict.relieved:
        last = verdict.last_free_day.isoformat() if verdict.last_free_day else ""
        said.append(Reason(FREE, {"gnums": _named(verdict.relieved), "last": last}, verdict.parameters))
    if verdict.taxed:
        said.append(Reason(TAXED, {"gnums": _named(verdict.taxed)}, verdict.parameters))
    return (*said, *verdict.grounds)


def _named(numbers: Sequence[int]) -> str:
    return ",".join(map(str, numbers))


def quantities(requests: Iterable[Request]) -> dict[int, int]:
    """What admitted requests take back together, by line number."""
    total: dict[int, int] = {}
    for request in requests:
        if request.kind == "export_refund" and request.state in COUNTED:
            for gnum, quantity in request.lines.items():
                total[gnum] = total.get(gnum, 0) + quantity
    return total


def follow(request: Request, action: str, declaration: Declaration, desk: CustomsDesk) -> None:
    """What follows from a step of a return, by whomever it was taken."""
    if action == "approve":
        _await_goods(request, declaration, desk)
    elif action == "review":
        choice = desk.choice(request.key, request.state, request.kind)
        desk.await_automatic_officer(choice, RequestDue(request.id, request.state))
    elif action == "take_back":
        holdings.give_back_stock(declaration, request.lines, desk.repository)
        desk.repository.put_declaration(declaration)
        desk.note(_event(request, declaration, desk.now, "returned", request.reasons))
        desk.send(ExportReturned(declaration.id, request.id))


def _await_goods(request: Request, declaration: Declaration, desk: CustomsDesk) -> None:
    """The year of returns ends on the acceptance of the request (reading 33): whenever that was, the parcel is waited
    for as long as an arrival is."""
    start = returning.exported_on(declaration.trade_mode, _departure(declaration))
    last = returning.last_day(start, desk.day, desk.law)
    due = max(instant_of(last) + DAY, desk.due_in("windows.arrival", unit=DAY))
    desk.deadline(due, GoodsBackDue(request.id, "lapse"))


def _event(request: Request, declaration: Declaration, now: int, name: str, reasons: Sequence[Reason]) -> Event:
    return Event(declaration.order_no, request.kind, request.key, now, "customs", name, request.state, reasons)
