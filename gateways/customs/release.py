"""Release (800) of imports once their tax is assessed and guaranteed; review if the guarantee is short; close (899)."""

from __future__ import annotations

from collections.abc import Sequence

from declarations.calendar import DAY
from declarations.money import amount_text
from declarations.reasons import Reason
from gateways.customs import list_holds, reservations, risk_lane
from gateways.customs.batches import joining
from gateways.customs.outcome import advance, apply_step, close_list, conclude_review, reject_list
from gateways.customs.repository import CustomsDesk, Declaration, ReviewCause
from gateways.topics.customs import ClosingDue, TaxAssessed, TaxShort
from gateways.topics.facts import ListReleased
from gateways.topics.tax import TaxDropped

MAY_RELEASE = frozenset({"accepted", "concluded"})
HAS_BILL = frozenset({"released", "closed"})


def handle_assessed(assessments: Sequence[TaxAssessed], desk: CustomsDesk) -> None:
    """Release the lists whose tax is assessed and guaranteed, each once.

    Doubts about the assessment put a list in review first, but only once: after an officer has concluded it, they count
    no more. So does whatever holds it, as long as it does.
    """
    declarations = desk.repository.declarations([assessed.declaration_id for assessed in assessments])
    released: dict[int, Declaration] = {}
    list_holds.read_together(declarations.values(), desk)
    for assessed in assessments:
        declaration = declarations[assessed.declaration_id]
        if declaration.state in HAS_BILL or declaration.id in released:
            continue  # a second answer to a repeated request
        if declaration.state not in MAY_RELEASE:
            desk.send(TaxDropped(declaration.id))
        elif assessed.doubts and not declaration.held.queried:
            desk.send(TaxDropped(declaration.id))
            _review_doubts(
                declaration,
                [Reason(doubt.rule, doubt.values, tuple(doubt.parameters)) for doubt in assessed.doubts],
                desk,
            )
            desk.repository.put_declaration(declaration)
        elif held := list_holds.reasons_to_wait(declaration, desk):
            # held since the list was accepted: nothing else stops one that was inspected or waited meanwhile
            desk.send(TaxDropped(declaration.id))
            risk_lane.review_or_keep(declaration, ReviewCause.HELD, held, desk)
            desk.repository.put_declaration(declaration)
        else:
            released[declaration.id] = declaration
    reservations.use_all(list(released.values()), desk.repository)
    for declaration in released.values():
        _release(declaration, desk)


def _review_doubts(declaration: Declaration, reasons: Sequence[Reason], desk: CustomsDesk) -> None:
    """Put a list in review for doubts about its assessment, such as its price."""
    declaration.held.queried = True
    risk_lane.review_or_keep(declaration, ReviewCause.ASSESSMENT, reasons, desk)


def _release(declaration: Declaration, desk: CustomsDesk) -> None:
    if risk_lane.is_rechecked(declaration):
        risk_lane.answer_conclusion(declaration, (), desk)
        conclude_review(declaration, desk)
    elif declaration.state == "accepted":
        advance(declaration, "pass")
    apply_step(declaration, "release", desk)
    declaration.released_at = desk.now
    fields = {
        "assureCode": declaration.assure_code,
        "ebcCode": declaration.ebc_code,
        "logisticsCode": declaration.logistics_key.partition("|")[0],
        "agentCode": declaration.agent_code,
        "customsCode": declaration.customs_code,
    }
    desk.publish(
        ListReleased(declaration.id, declaration.invt_no, declaration.mailboxes, fields, declaration.last_return)
    )
    desk.schedule(desk.instant_after("windows.close_days", unit=DAY), ClosingDue(declaration.id))
    joining.report_end(declaration, "released", desk)
    desk.repository.put_declaration(declaration)


def handle_short(shortages: Sequence[TaxShort], desk: CustomsDesk) -> None:
    """Put lists whose tax is not guaranteed in review; reject them instead if only the amount is too small and the
    sandbox's option demands it."""
    declarations = desk.repository.declarations([short.declaration_id for short in shortages])
    for short in shortages:
        declaration = declarations[short.declaration_id]
        must_reject = desk.options.guarantee_short == "reject" and not short.rule
        reason = _shortage_reason(short, "14205" if must_reject else risk_lane.GUARANTEE_SHORT)
        if declaration.state not in MAY_RELEASE:
            continue
        if must_reject:
            risk_lane.answer_conclusion(declaration, [reason], desk)
            reject_list(declaration, [reason], desk)
            continue
        risk_lane.review_or_keep(declaration, ReviewCause.GUARANTEE, [reason], desk)
        desk.repository.put_declaration(declaration)


def _shortage_reason(short: TaxShort, too_small: str) -> Reason:
    """The reason why a list's tax is not guaranteed; `too_small`: the code if only the amount is too small."""
    tax = amount_text(short.total)
    if short.rule:
        return Reason(short.rule, {**(short.values or {}), "tax": tax}, tuple(short.parameters))
    values = {
        "tax": tax,
        "available": amount_text(short.available),
        "assure_code": short.assure_code,
    }
    return Reason(too_small, values, tuple(short.parameters))


def handle_closing(deadlines: Sequence[ClosingDue], desk: CustomsDesk) -> None:
    """Close released lists at their deadline, unless a delivery has closed them already."""
    for declaration in desk.repository.declarations([deadline.declaration_id for deadline in deadlines]).values():
        if declaration.state == "released":
            close_list(declaration, desk)
            desk.repository.put_declaration(declaration)
