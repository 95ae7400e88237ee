"""Cancellation (623): a list that is accepted and not yet released is withdrawn, and what it holds is given back."""

from __future__ import annotations

from collections.abc import Sequence

from declarations.documents import Cancellation
from declarations.reasons import Reason
from declarations.requests import may_cancel
from gateways.customs import holdings
from gateways.customs.batches import joining
from gateways.customs.memory import CustomsMemory
from gateways.customs.outcome import advance, event, refuse_request, request_receipt
from gateways.customs.requests import Asked, asked, new_request, step
from gateways.gateway import Answers, Circumstances, Item


def hear_cancellations(items: Sequence[Item], memory: CustomsMemory, circumstances: Circumstances,
                       answers: Answers) -> None:
    """Requests to cancel came in, each item [document id, …]: decide each at once."""
    for one in asked(items, memory, "cancellation"):
        if one.new:
            _decide(one, memory, circumstances, answers)


def _decide(one: Asked, memory: CustomsMemory, circumstances: Circumstances, answers: Answers) -> None:
    facts: Cancellation = one.filed.facts
    declaration = one.declaration
    request = new_request(one.filed, declaration, one.old, memory, circumstances.now)
    refusals = may_cancel(facts, one.listed)
    if refusals or declaration is None:
        refuse_request(request, facts.order_no, refusals, memory, circumstances, answers)
        return
    step(request, "accept")
    answers.receipts.append(request_receipt(request, facts.order_no, circumstances.now, "120", Reason("1800", {})))
    advance(declaration, "cancel")
    joining.settled(declaration, "refused", answers)
    holdings.give_back(declaration, memory)
    answers.send("tax.dropped", [declaration.id])
    step(request, "approve")
    answers.receipts.append(request_receipt(request, facts.order_no, circumstances.now, "399",
                                            Reason("2300", {"invt_no": declaration.invt_no})))
    answers.timeline.append(event(declaration, circumstances.now, "cancelled",
                                  [Reason("16002", {"reason": facts.reason})]))
    memory.put_declaration(declaration)
    memory.put_request(request)
