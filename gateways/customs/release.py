"""Release (800) once the tax is assessed and guaranteed, closing (899) after it; review when the guarantee is short."""

from __future__ import annotations

from collections.abc import Sequence

from declarations.calendar import DAY
from declarations.money import plain
from declarations.reasons import Reason
from gateways.customs import lanes, reservations
from gateways.customs.batches import joining
from gateways.customs.outcome import advance, close, conclude, conclude_rejected, step
from gateways.customs.repository import CustomsDesk, Declaration, ReviewCause
from gateways.topics.customs import ClosingDue, TaxAssessed, TaxShort
from gateways.topics.tax import ListReleased, TaxDropped

MAY_RELEASE = frozenset({"accepted", "concluded"})
HAS_BILL = frozenset({"released", "closed"})


def handle_assessed(assessments: Sequence[TaxAssessed], desk: CustomsDesk) -> None:
    """Tax is assessed and its guarantee reserved: release, once.

    What there is to review is reviewed once, whichever way a list took to here: what an officer has seen and
    concluded is not reviewed again.
    """
    declarations = desk.repository.declarations([assessed.declaration_id for assessed in assessments])
    released: dict[int, Declaration] = {}
    for assessed in assessments:
        declaration = declarations[assessed.declaration_id]
        if declaration.state in HAS_BILL or declaration.id in released:
            continue  # requested and answered a second time
        if declaration.state not in MAY_RELEASE:
            desk.send(TaxDropped(declaration.id))
        elif assessed.doubts and not declaration.held.queried:
            desk.send(TaxDropped(declaration.id))
            _query(
                declaration,
                [Reason(doubt.rule, doubt.values, tuple(doubt.parameters)) for doubt in assessed.doubts],
                desk,
            )
            desk.repository.put_declaration(declaration)
        else:
            released[declaration.id] = declaration
    reservations.use_all(list(released.values()), desk.repository)
    for declaration in released.values():
        _release(declaration, desk)


def _query(declaration: Declaration, reasons: Sequence[Reason], desk: CustomsDesk) -> None:
    """Put a list in review for what was found when its tax was assessed, such as its price."""
    declaration.held.queried = True
    lanes.review_or_keep(declaration, ReviewCause.ASSESSMENT, reasons, desk)


def _release(declaration: Declaration, desk: CustomsDesk) -> None:
    if lanes.is_rechecked(declaration):
        lanes.answer_conclusion(declaration, (), desk)
        conclude(declaration, desk)
    elif declaration.state == "accepted":
        advance(declaration, "pass")
    step(declaration, "release", desk)
    declaration.released_at = desk.now
    fields = {
        "assureCode": declaration.assure_code,
        "ebcCode": declaration.ebc_code,
        "logisticsCode": declaration.logistics_key.partition("|")[0],
        "agentCode": declaration.agent_code,
        "customsCode": declaration.customs_code,
    }
    desk.send(ListReleased(declaration.id, declaration.invt_no, declaration.mailboxes, fields, declaration.last_return))
    desk.deadline(desk.due_in("windows.close_days", unit=DAY), ClosingDue(declaration.id))
    joining.settled(declaration, "released", desk)
    desk.repository.put_declaration(declaration)


def handle_short(shortages: Sequence[TaxShort], desk: CustomsDesk) -> None:
    """The guarantor does not cover a list: review, or reject if just the amount is too small and an option of the
    sandbox demands it."""
    declarations = desk.repository.declarations([short.declaration_id for short in shortages])
    for short in shortages:
        declaration = declarations[short.declaration_id]
        rejecting = desk.options.guarantee_short == "reject" and not short.rule
        reason = _shortage(short, "14205" if rejecting else lanes.SHORT)
        if declaration.state not in MAY_RELEASE:
            continue
        if rejecting:
            lanes.answer_conclusion(declaration, [reason], desk)
            conclude_rejected(declaration, [reason], desk)
            continue
        lanes.review_or_keep(declaration, ReviewCause.GUARANTEE, [reason], desk)
        desk.repository.put_declaration(declaration)


def _shortage(short: TaxShort, too_small: str) -> Reason:
    """Why a guarantor does not cover a list; `too_small`: the code where only the amount is the reason."""
    if short.rule:
        return Reason(short.rule, short.values or {}, tuple(short.parameters))
    values = {"tax": plain(short.total), "available": plain(short.available), "assure_code": short.assure_code}
    return Reason(too_small, values, tuple(short.parameters))


def handle_closing(due: Sequence[ClosingDue], desk: CustomsDesk) -> None:
    """The days after release are over: close what delivery did not close before."""
    for declaration in desk.repository.declarations([deadline.declaration_id for deadline in due]).values():
        if declaration.state == "released":
            close(declaration, desk)
            desk.repository.put_declaration(declaration)
