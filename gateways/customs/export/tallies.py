"""Tallies (215): a site operator counted a parcel that came back; with it the return that waits for it is closed."""

from __future__ import annotations

from collections.abc import Sequence

from declarations.export import returning
from declarations.reasons import Reason
from gateways.customs import returns
from gateways.customs.export.returned import AWAITED
from gateways.customs.export.trades import PLACE
from gateways.customs.memory import CustomsMemory, Filed, Request
from gateways.customs.outcome import refuse_request, request_receipt
from gateways.customs.requests import new_request, step
from gateways.gateway import Answers, Circumstances, Event, Item
from gateways.replies import taken_in

NOT_AWAITED = "17410"
_WAITING = frozenset({"accepted", "in_review", "approved"})


def hear_tallies(items: Sequence[Item], memory: CustomsMemory, circumstances: Circumstances, answers: Answers) -> None:
    """Tallies came in, each item [document id, …]: each finds the request that waits for its parcel."""
    filed = [one for one in memory.documents([item[0] for item in items]).values() if one.state == "declared"]
    known = memory.requests("tally", [one.key for one in filed])
    memory.meet(sorted({one.facts.logistics_no[:PLACE] for one in filed}))
    for one in filed:
        old = known.get(one.key)
        if old is None or old.document_version < one.version:
            _decide(one, old, memory, circumstances, answers)


def _decide(filed: Filed, old: Request | None, memory: CustomsMemory, circumstances: Circumstances,
            answers: Answers) -> None:
    refund, against = _awaited(filed, memory)
    found = memory.declarations([refund.declaration_id]) if refund is not None else {}
    declaration = found.get(refund.declaration_id) if refund is not None else None
    tally = new_request(filed, declaration, old, memory, circumstances.now)
    if refund is None or declaration is None or against:
        refuse_request(tally, declaration.order_no if declaration is not None else filed.order_no, against, memory,
                       circumstances, answers)
        return
    step(tally, "accept")
    answers.receipts.append(request_receipt(tally, declaration.order_no, circumstances.now, *taken_in("tally")))
    answers.timeline.append(Event(declaration.order_no, "tally", tally.key, circumstances.now, "customs", "tallied",
                                  tally.state))
    memory.put_request(tally)
    refund.due = tally.id
    memory.put_request(refund)
    if refund.state == "approved":
        returns.goods_are_back(refund, memory, circumstances, answers)


def _awaited(filed: Filed, memory: CustomsMemory) -> tuple[Request | None, Sequence[Reason]]:
    """The request that waits for the parcel, and in what the tally contradicts it; or why there is none."""
    place = filed.facts.logistics_no[:PLACE]
    numbers = sorted(int(mark[1:]) for mark in memory.answered(place) if mark[:1] == AWAITED and mark[1:].isdigit())
    waiting = [one for one in memory.requests_by_id(numbers).values() if one.state in _WAITING and not one.due]
    refunds = memory.documents([one.document_id for one in waiting])
    compared = [(one, returning.same_parcel(filed.facts, refunds[one.document_id].facts)) for one in waiting]
    compared.sort(key=lambda pair: len(pair[1]))
    if not compared:
        return None, [Reason(NOT_AWAITED, {"logistics_no": filed.facts.logistics_no})]
    return compared[0]
