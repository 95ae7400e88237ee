"""The risk lane of a list: green continues (to tax, or release), review waits for an officer, inspection for
inspectors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from declarations import risk
from declarations.calendar import DAY
from declarations.reasons import Reason
from gateways.customs import payment_data
from gateways.customs.batches import joining
from gateways.customs.companies import inspection_rate
from gateways.customs.export import leaving
from gateways.customs.outcome import advance, event, step
from gateways.customs.repository import Company, CustomsDesk, Declaration
from gateways.topics.customs import ArrivalOverdue, OfficerDue
from gateways.topics.inspection import InspectionRequested
from gateways.topics.tax import TaxRequested

SHORT = "14204"
"""Why a list is in review whose tax the guarantee does not cover."""
UNCOVERED = (SHORT, "14208.", "14209")
"""Why a list is in review for its guarantor's sake: the assessment is requested again before it is concluded."""


def accepted(declaration: Declaration, companies: Mapping[str, Company], desk: CustomsDesk) -> None:
    """A list was accepted and no office has to agree (any more): it waits for its parcel, or enters its lane.

    Exports always wait, without a receipt; direct purchases by an option of the sandbox. Imports wait for the
    original payment data of their platform before that, where the sandbox requires them.
    """
    if payment_data.is_awaited(declaration, desk):
        return
    waits = declaration.flow == "E" or (desk.options.await_arrival and declaration.trade_mode == "9610")
    if waits and not declaration.arrived_at:
        _await_arrival(declaration, desk)
    else:
        enter(declaration, companies, desk)


def enter(declaration: Declaration, companies: Mapping[str, Company], desk: CustomsDesk) -> None:
    """The one way into a lane: of an import that is accepted (and arrived, where it waits), an export that arrived.

    Where the list joins a batch, its lane is that batch's to draw."""
    if not joining.joins(declaration, desk):
        draw(declaration, companies, desk)


def _await_arrival(declaration: Declaration, desk: CustomsDesk) -> None:
    if declaration.flow == "E":
        advance(declaration, "await_site")
    else:
        step(declaration, "await_arrival", desk)
    due = desk.due_in("windows.arrival", unit=DAY)
    desk.deadline(due, ArrivalOverdue(declaration.id, declaration.document_version))


def draw(declaration: Declaration, companies: Mapping[str, Company], desk: CustomsDesk) -> None:
    """Draw the lane of an accepted list, at the rate of its merchant's credit grade, and take its first step.
    A test may force it."""
    lane, forced = desk.forced.lane(declaration)
    if lane:
        declaration.lane = lane
        (inspect if lane == "inspection" else review)(declaration, forced, desk)
        return
    drawn = _drawn(declaration, companies, desk) if desk.options.inspection else None
    declaration.lane = "green" if drawn is None else "inspection"
    if drawn is None:
        proceed(declaration, desk)
    else:
        inspect(declaration, [drawn], desk)


def _drawn(declaration: Declaration, companies: Mapping[str, Company], desk: CustomsDesk) -> Reason | None:
    """Why a list is inspected, drawn at the rate of its merchant; None: it is not."""
    grade, rate = inspection_rate(declaration.ebc_code, companies, desk)
    if not risk.selected(desk.seed, declaration.ebc_code, declaration.order_no, rate):
        return None
    return Reason("14500", {"grade": grade, "rate": f"{rate:.2%}"}, (desk.in_force("inspection.rates").id,))


def inspect(declaration: Declaration, reasons: Sequence[Reason], desk: CustomsDesk) -> None:
    """Order an inspection (500)."""
    step(declaration, "inspect", desk, reasons[0])
    desk.note(event(declaration, desk.now, "drawn", reasons))
    desk.send(
        InspectionRequested(
            declaration.id, declaration.order_no, declaration.key, declaration.ebc_code, declaration.flow
        )
    )


def review(declaration: Declaration, reasons: Sequence[Reason], desk: CustomsDesk) -> None:
    """Put a list in review by an officer (300)."""
    step(declaration, "review", desk, reasons[0])
    declaration.reasons = tuple(reasons)
    desk.note(event(declaration, desk.now, "review", reasons))
    await_officer(declaration, desk)


def short(declaration: Declaration) -> bool:
    """True if a list is, or was last, in review because its guarantor does not cover its tax."""
    return any(reason.rule.startswith(UNCOVERED) for reason in declaration.reasons)


def weigh_again(declaration: Declaration, decision_id: int, desk: CustomsDesk) -> None:
    """An officer concluded a list whose guarantee was short: request the assessment first, or 300 would follow 399 at
    once.

    The decision is answered when tax has answered (`answer_conclusion`)."""
    advance(declaration, "weigh_again")
    if decision_id:
        declaration.held.decision = decision_id
    request_tax(declaration, desk)


def answer_conclusion(declaration: Declaration, refusal: Sequence[Reason], desk: CustomsDesk) -> None:
    """Answer the decision to conclude a list that waited for tax, if there was one: `refusal` is the reason why it
    failed, empty where it was carried out."""
    decision_id, declaration.held.decision = declaration.held.decision, 0
    if refusal:
        desk.refuse(decision_id, refusal)
    else:
        desk.carried_out(decision_id)


def hold(declaration: Declaration, reasons: Sequence[Reason], desk: CustomsDesk) -> None:
    """The guarantee is still short: the list stays in review without another receipt; the timeline says why."""
    advance(declaration, "hold")
    declaration.reasons = tuple(reasons)
    answer_conclusion(declaration, reasons, desk)
    desk.note(event(declaration, desk.now, "held", reasons))
    await_officer(declaration, desk)


def await_officer(declaration: Declaration, desk: CustomsDesk) -> None:
    """Has the automatic officer, if the sandbox has one, decide after some clock hours."""
    choice = desk.choice(declaration.key, declaration.state)
    slower = desk.forced.slower(declaration) if choice and desk.options.automatic_officer else 0
    desk.await_automatic_officer(choice, OfficerDue(declaration.id, declaration.state), slower=slower)


def proceed(declaration: Declaration, desk: CustomsDesk) -> None:
    """A list is in order: the assessment of an import is requested, an export is released once it is there."""
    if declaration.flow == "I":
        request_tax(declaration, desk)
    elif declaration.arrived_at:
        leaving.release(declaration, desk)


def request_tax(declaration: Declaration, desk: CustomsDesk) -> None:
    """Request the tax gateway to assess an accepted or concluded list and to reserve the guarantee."""
    desk.send(TaxRequested(declaration.id, declaration.document_id, declaration.accepted_at, declaration.full_tax))
