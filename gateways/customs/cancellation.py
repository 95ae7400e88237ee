"""Cancellation (623): a list that is accepted and not yet released is withdrawn, and what it holds is given back."""

from __future__ import annotations

from collections.abc import Sequence

from declarations import lifecycle
from declarations.documents import Cancellation
from declarations.reasons import Reason
from declarations.requests import Listed, may_cancel
from gateways.customs import holdings
from gateways.customs.memory import CustomsMemory, Declaration, Filed, Request
from gateways.customs.outcome import advance, event, refuse_request, request_receipt
from gateways.gateway import Answers, Circumstances, Item
from gateways.replies import identify


def hear_cancellations(items: Sequence[Item], memory: CustomsMemory, circumstances: Circumstances,
                       answers: Answers) -> None:
    """Requests to cancel came in, each item [document id, …]: decide each at once."""
    filed = memory.documents([item[0] for item in items])
    lists = memory.declarations_by_invt_no(sorted({one.facts.invt_no for one in filed.values()}))
    inventories = memory.documents([one.document_id for one in lists.values()])
    known = memory.requests("cancellation", [one.key for one in filed.values()])
    for one in filed.values():
        declaration, old = lists.get(one.facts.invt_no), known.get(one.key)
        if old is None or old.document_version < one.version:
            facts = inventories[declaration.document_id].facts if declaration else None
            _decide(one, declaration, Listed(declaration.state, facts) if declaration and facts else None, old, memory,
                    circumstances, answers)


def _decide(filed: Filed, declaration: Declaration | None, listed: Listed | None, old: Request | None,
            memory: CustomsMemory, circumstances: Circumstances, answers: Answers) -> None:
    facts: Cancellation = filed.facts
    request = new_request(filed, declaration, old, memory, circumstances.now)
    refusals = may_cancel(facts, listed)
    if refusals or declaration is None:
        refuse_request(request, facts.order_no, refusals, memory, circumstances, answers)
        return
    step(request, "accept")
    answers.receipts.append(request_receipt(request, facts.order_no, circumstances.now, "120", Reason("1800", {})))
    advance(declaration, "cancel")
    holdings.give_back(declaration, memory)
    answers.send("tax.dropped", [declaration.id])
    step(request, "approve")
    answers.receipts.append(request_receipt(request, facts.order_no, circumstances.now, "399",
                                            Reason("2300", {"invt_no": declaration.invt_no})))
    answers.timeline.append(event(declaration, circumstances.now, "cancelled",
                                  [Reason("16002", {"reason": facts.reason})]))
    memory.put_declaration(declaration)
    memory.put_request(request)


def step(request: Request, action: str) -> None:
    """Move a request along its lifecycle; raises `lifecycle.NotAllowed` when its state forbids the action."""
    request.state = lifecycle.move(request.state, action, request.kind).to


def new_request(filed: Filed, declaration: Declaration | None, old: Request | None, memory: CustomsMemory,
                now: int) -> Request:
    """A request as it comes in; one that was refused before starts over under its old id."""
    fields = identify(filed.kind, filed.facts, filed.port_no)
    return Request(
        id=old.id if old else memory.new_id(), kind=filed.kind, key=filed.key,
        declaration_id=declaration.id if declaration else 0, state="declared", document_id=filed.id,
        document_version=filed.version, mailboxes=filed.mailboxes, fields=fields, version=old.version if old else 0,
        filed_at=now, last_return=max(filed.last_return, old.last_return if old else 0))
