"""Cancellation of an export list (605): accepted and not yet released it is withdrawn, and what it holds given back."""

from __future__ import annotations

from collections.abc import Sequence

from declarations import lifecycle
from declarations.documents import ExportCancellation
from declarations.reasons import Reason
from declarations.requests import RELEASED
from gateways.customs import holdings
from gateways.customs.batches import joining
from gateways.customs.memory import CustomsMemory, Declaration, Filed, Request
from gateways.customs.outcome import advance, event, refuse_request, request_receipt
from gateways.customs.requests import new_request, step
from gateways.gateway import Answers, Circumstances, Item

UNKNOWN, ALREADY_RELEASED, OTHER_STATE, DIFFERS = "17412", "22007", "17415", "17416"
_SAME = (("agentCode", "agent_code"), ("ebcCode", "ebc_code"), ("customsCode", "customs_code"))


def hear_cancellations(items: Sequence[Item], memory: CustomsMemory, circumstances: Circumstances,
                       answers: Answers) -> None:
    """Requests to cancel came in, each item [document id, …]: decide each at once."""
    filed = [one for one in memory.documents([item[0] for item in items]).values() if one.state == "declared"]
    lists = memory.declarations_by_invt_no(sorted({one.facts.invt_no for one in filed}))
    known = memory.requests("export_cancellation", [one.key for one in filed])
    for one in filed:
        old = known.get(one.key)
        if old is None or old.document_version < one.version:
            declaration = lists.get(one.facts.invt_no)
            request = new_request(one, declaration, old, memory, circumstances.now)
            _decide(one, request, declaration, memory, circumstances, answers)


def _decide(filed: Filed, request: Request, declaration: Declaration | None, memory: CustomsMemory,
            circumstances: Circumstances, answers: Answers) -> None:
    facts: ExportCancellation = filed.facts
    refusals = _against(facts, declaration)
    if refusals or declaration is None:
        place = declaration.order_no if declaration is not None else filed.order_no
        refuse_request(request, place, refusals, memory, circumstances, answers)
        return
    step(request, "accept")
    advance(declaration, "cancel")
    joining.settled(declaration, "refused", answers)
    holdings.give_back(declaration, memory)
    step(request, "approve")
    answers.receipts.append(request_receipt(request, declaration.order_no, circumstances.now, "399",
                                            Reason("2300", {"invt_no": declaration.invt_no})))
    answers.timeline.append(event(declaration, circumstances.now, "cancelled",
                                  [Reason("16002", {"reason": facts.reason})]))
    memory.put_declaration(declaration)
    memory.put_request(request)


def _against(facts: ExportCancellation, declaration: Declaration | None) -> list[Reason]:
    """Why a list may not be cancelled; empty when it may."""
    if declaration is None or declaration.flow != "E":
        return [Reason(UNKNOWN, {"invt_no": facts.invt_no})]
    found = lifecycle.state(declaration.state)
    if found.name in RELEASED:
        return [Reason(ALREADY_RELEASED, {"invt_no": facts.invt_no})]
    if all(one.action != "cancel" for one in lifecycle.allowed(found.name)):
        return [Reason(OTHER_STATE, {"invt_no": facts.invt_no, "state": found.name, "state_zh": found.zh,
                                     "state_en": found.en})]
    return [Reason(DIFFERS, {"field": wire, "request": getattr(facts, name), "list": getattr(declaration, name)})
            for wire, name in _SAME if getattr(facts, name) != getattr(declaration, name)]
