"""Returns (625): goods of a released list come back, whole or in part; the list itself stays as it is.

Admitted requests hold the collection of the tax; when the goods are back, what stays is assessed anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from declarations import automatic_officer, lifecycle, risk
from declarations.calendar import DAY, day_of, instant_of
from declarations.collection import windows
from declarations.documents import Refund
from declarations.lifecycle import LIFECYCLE_OF
from declarations.reasons import Reason
from declarations.requests import may_return
from declarations.returns import check
from gateways.customs import holdings
from gateways.customs.export import returned
from gateways.customs.memory import CustomsMemory, Declaration, Request
from gateways.customs.outcome import refuse_request, request_receipt
from gateways.customs.requests import Asked, asked, new_request, step
from gateways.gateway import Answers, Circumstances, DeadlineDraft, Event, Item

COUNTED = frozenset({"accepted", "in_review", "approved", "returned"})
"""States of a request whose quantities are taken from what is left to return."""
PENDING = COUNTED - {"returned"}
"""States of a request whose goods may still come back: the tax waits for them."""


def hear_refunds(items: Sequence[Item], memory: CustomsMemory, circumstances: Circumstances, answers: Answers) -> None:
    """Return requests came in, each item [document id, …]: admit or refuse each."""
    for one in asked(items, memory, "refund"):
        if one.filed.state == "deleted" and one.old is not None and one.old.state in {"declared", "rejected"}:
            step(one.old, "delete")
            memory.put_request(one.old)
        elif one.filed.state == "declared" and one.new:
            _admit(one, memory, circumstances, answers)


def _admit(one: Asked, memory: CustomsMemory, circumstances: Circumstances, answers: Answers) -> None:
    facts: Refund = one.filed.facts
    declaration, listed = one.declaration, one.listed
    request = new_request(one.filed, declaration, one.old, memory, circumstances.now)
    refusals = may_return(facts, listed)
    if declaration is not None and listed is not None and not refusals:
        others = [each for each in memory.requests_of([declaration.id]).get(declaration.id, ())
                  if each.id != request.id]
        refusals = list(check(facts, listed.inventory, quantities(others, COUNTED), day_of(declaration.released_at),
                              circumstances.day, circumstances.parameters))
    if refusals or declaration is None:
        refuse_request(request, facts.order_no, refusals, memory, circumstances, answers)
        return
    for line in facts.lines:
        request.lines[line.gnum] = request.lines.get(line.gnum, 0) + line.qty
    step(request, "accept")
    answers.receipts.append(request_receipt(request, facts.order_no, circumstances.now, "120", Reason("1800", {})))
    answers.timeline.append(_event(request, declaration, circumstances.now, "return_accepted", "customs",
                                   [Reason("16002", {"reason": facts.reason})]))
    answers.send("customs.return_filed", [declaration.id, True])
    hours = circumstances.parameters.on("windows.officer_hours", circumstances.day).amount
    answers.deadlines.append(DeadlineDraft(circumstances.now + int(hours * 3_600_000), "deadline.request", "customs",
                                           [request.id, request.state]))
    memory.put_request(request)


def quantities(requests: Iterable[Request], states: frozenset[str]) -> dict[int, int]:
    """What requests in these states take back together, by line number."""
    total: dict[int, int] = {}
    for request in requests:
        if request.kind == "refund" and request.state in states:
            for gnum, quantity in request.lines.items():
                total[gnum] = total.get(gnum, 0) + quantity
    return total


def hear_decision_due(items: Sequence[Item], memory: CustomsMemory, circumstances: Circumstances,
                      answers: Answers) -> None:
    """The time to look at requests is over, each item [request id, state]: what nobody acted on is approved (399).

    One that an officer put in review is decided by the automatic officer.
    """
    requests = memory.requests_by_id([item[0] for item in items])
    for request_id, state in items:
        request = requests[request_id]
        if request.state != state:
            continue
        choice = _choice(request, circumstances)
        if choice is None:
            act(request, "approve", "", "customs", memory, circumstances, answers)
        else:
            reason = choice.reason.values["reason"] if choice.reason else ""
            act(request, choice.action, reason, "automatic", memory, circumstances, answers)


def hear_goods_back(items: Sequence[Item], memory: CustomsMemory, circumstances: Circumstances,
                    answers: Answers) -> None:
    """Goods are back, or too late, each item [request id, action]."""
    requests = memory.requests_by_id([item[0] for item in items])
    for request_id, action in items:
        if requests[request_id].state == "approved":
            act(requests[request_id], action, "", "customs", memory, circumstances, answers)


def act(request: Request, action: str, reason: str, name: str, memory: CustomsMemory, circumstances: Circumstances,
        answers: Answers) -> Sequence[Reason]:
    """Do something with a request, by whomever; what its state forbids is noted, not done. Gives why it was not done;
    empty where it was."""
    declaration = memory.declarations([request.declaration_id]).get(request.declaration_id)
    if declaration is None:
        return (Reason("16003", {"refusal": f"{action} is not allowed: the request names no list"}),)
    try:
        done = lifecycle.move(request.state, action, LIFECYCLE_OF[request.kind])
    except lifecycle.NotAllowed as refused:
        reasons = (Reason("16003", {"refusal": str(refused)}),)
        answers.timeline.append(_event(request, declaration, circumstances.now, "action_refused", name, reasons))
        return reasons
    request.state = done.to
    said = (Reason("1300", {"reason": reason}) if action == "reject"
            else Reason(done.words, {"invt_no": declaration.invt_no}))
    if done.return_status:
        answers.receipts.append(
            request_receipt(request, declaration.order_no, circumstances.now, done.return_status, said))
    answers.timeline.append(_event(request, declaration, circumstances.now, f"return_{action}", name, ()))
    if request.kind == "export_refund":
        returned.follow(request, action, declaration, memory, circumstances, answers)
    else:
        _follow(request, action, declaration, memory, circumstances, answers)
    memory.put_request(request)
    if request.kind == "export_refund" and action == "approve" and request.due:
        goods_are_back(request, memory, circumstances, answers)
    return ()


def goods_are_back(request: Request, memory: CustomsMemory, circumstances: Circumstances, answers: Answers) -> None:
    """An approved return of exports was tallied: it is closed."""
    act(request, "tally", "", "customs", memory, circumstances, answers)
    act(request, "take_back", "", "customs", memory, circumstances, answers)


def _follow(request: Request, action: str, declaration: Declaration, memory: CustomsMemory,
            circumstances: Circumstances, answers: Answers) -> None:
    others = [one for one in memory.requests_of([declaration.id])[declaration.id] if one.id != request.id]
    if action == "approve":
        _await_goods(request, declaration, circumstances, answers)
    elif action == "review":
        _await_officer(request, circumstances, answers)
    elif action == "take_back":
        back = quantities([*others, request], frozenset({"returned"}))
        holdings.give_back_stock(declaration, request.lines, memory)
        facts = memory.documents([declaration.document_id])[declaration.document_id].facts
        holdings.give_back_caps(declaration, facts, request.lines, memory, circumstances)
        memory.put_declaration(declaration)
        answers.send("customs.returned", [declaration.id, declaration.document_id,
                                          {str(gnum): quantity for gnum, quantity in back.items()}])
    if action in {"reject", "lapse", "take_back"}:
        pending = any(one.kind == "refund" and one.state in PENDING for one in others)
        answers.send("customs.return_filed", [declaration.id, pending])


def _await_officer(request: Request, circumstances: Circumstances, answers: Answers) -> None:
    """Where a sandbox has an automatic officer, he decides after some clock hours."""
    if not circumstances.options.automatic_officer:
        return
    choice = _choice(request, circumstances)
    if choice is not None:
        answers.deadlines.append(DeadlineDraft(circumstances.now + choice.minutes * 60_000, "deadline.request",
                                               "customs", [request.id, request.state]))


def _choice(request: Request, circumstances: Circumstances) -> automatic_officer.Choice | None:
    return automatic_officer.choose(circumstances.seed, request.key, request.state, circumstances.day,
                                    circumstances.parameters, request.kind)


def _await_goods(request: Request, declaration: Declaration, circumstances: Circumstances, answers: Answers) -> None:
    last = windows(day_of(declaration.released_at), circumstances.parameters).goods_back_by
    answers.deadlines.append(
        DeadlineDraft(instant_of(last) + DAY, "deadline.goods_back", "customs", [request.id, "lapse"]))
    if circumstances.options.automatic_officer:
        hours = 24 + risk.draw(circumstances.seed, "goods_back", request.key) % 72
        due = min(circumstances.now + hours * 3_600_000, instant_of(last))
        answers.deadlines.append(DeadlineDraft(max(due, circumstances.now), "deadline.goods_back", "customs",
                                               [request.id, "take_back"]))


def hear_recomputed(items: Sequence[Item], memory: CustomsMemory, circumstances: Circumstances,
                    answers: Answers) -> None:
    """Tax was assessed anew, each item [declaration id, value left]: give the rest of the allowance back."""
    found = memory.declarations([item[0] for item in items])
    for declaration_id, value in items:
        declaration = found[declaration_id]
        held = declaration.held.get("allowance")
        if held and held[2] > value:
            holdings.give_back_value(declaration, held[2] - value, memory)
            memory.put_declaration(declaration)


def _event(request: Request, declaration: Declaration, now: int, name: str, actor: str,
           reasons: Sequence[Reason]) -> Event:
    return Event(declaration.order_no, request.kind, request.key, now, actor, name, request.state, reasons)
