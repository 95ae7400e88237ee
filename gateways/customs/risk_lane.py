"""The risk lane of a list: green (continues to tax or release), review (by an officer) or inspection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from declarations import risk
from declarations.reasons import Reason, told_outside
from declarations.refusals import SAMPLE_OUT, refusal_reason
from gateways.customs import korean, list_holds, payment_data, profiled, spot_checked
from gateways.customs.batches import joining
from gateways.customs.companies import inspection_rate
from gateways.customs.export import leaving
from gateways.customs.outcome import advance, apply_step, conclude_review, make_event
from gateways.customs.repository import CustomsCompany, CustomsDesk, Declaration, ReviewCause
from gateways.decisions import SubjectKind
from gateways.holds import Held
from gateways.topics.customs import ArrivalOverdue, OfficerDue
from gateways.topics.inspection import InspectionRequested
from gateways.topics.spot_checks import ListStopped
from gateways.topics.tax import TaxRequested

LABORATORY = "laboratory"
"""The holder of a list whose goods are sampled."""
GUARANTEE_SHORT = "14204"
"""Code of a review because the guarantee does not cover the tax."""


def continue_accepted(declaration: Declaration, companies: Mapping[str, CustomsCompany], desk: CustomsDesk) -> None:
    """Continue an accepted list, once the port's office has agreed: it waits for its arrival or enters its lane.

    Exports always wait for arrival, without a receipt; imports by direct purchase (9610) only if the sandbox says so.
    If the sandbox requires original payment data, an import waits for those first.
    """
    if payment_data.await_payment_data(declaration, desk):
        return
    awaits_arrival = declaration.flow == "E" or (desk.options.await_arrival and declaration.trade_mode == "9610")
    if awaits_arrival and not declaration.arrived_at:
        _await_arrival(declaration, desk)
    else:
        enter_lane(declaration, companies, desk)


def enter_lane(declaration: Declaration, companies: Mapping[str, CustomsCompany], desk: CustomsDesk) -> None:
    """Put a list, import or export, into its lane. If it joins a batch, the batch draws its lane.

    A list that somebody holds, or that a plan of spot checks stops, joins none."""
    korean.report(declaration, desk)
    if held := list_holds.reasons_to_wait(declaration, desk):
        review(declaration, ReviewCause.HELD, held, desk)
    elif stopped := spot_checked.stopping_plans(declaration, desk):
        _stop(declaration, stopped, desk)
    elif not joining.join_if_due(declaration, desk):
        draw_lane(declaration, companies, desk)


def _await_arrival(declaration: Declaration, desk: CustomsDesk) -> None:
    if declaration.flow == "E":
        advance(declaration, "await_site")
    else:
        apply_step(declaration, "await_arrival", desk)
    due = desk.end_of_term("windows.arrival")
    desk.schedule(due, ArrivalOverdue(declaration.id, declaration.document_version))


def draw_lane(declaration: Declaration, companies: Mapping[str, CustomsCompany], desk: CustomsDesk) -> None:
    """Draw the lane of an accepted list, at the rate of its merchant's credit grade, and take the first step in it.

    A test trigger may force the lane."""
    lane, reasons = _lane_of(declaration, companies, desk)
    declaration.lane = lane
    if lane == "green":
        proceed(declaration, desk)
    elif lane == "inspection":
        inspect(declaration, reasons, desk)
    else:
        review(declaration, ReviewCause.RISK, reasons, desk)


def go_on(declaration: Declaration, companies: Mapping[str, CustomsCompany], desk: CustomsDesk) -> None:
    """Let a list in review go on that nobody holds any more: into its lane if that was not drawn yet, else to its tax
    or release (399)."""
    declaration.reasons, declaration.review_cause = (), ""
    lane: str = declaration.lane
    reasons: Sequence[Reason] = ()
    if not lane and not declaration.batch_id:
        if stopped := spot_checked.stopping_plans(declaration, desk):
            _stop(declaration, stopped, desk)
            return
        lane, reasons = _lane_of(declaration, companies, desk)
        declaration.lane = lane
    if lane == "inspection" and reasons:
        inspect(declaration, reasons, desk)
    elif lane == "review" and reasons:
        declaration.reasons, declaration.review_cause = tuple(reasons), ReviewCause.RISK
        desk.add_event(make_event(declaration, desk.now, "review", reasons))
        await_officer(declaration, desk)
    else:
        conclude_review(declaration, desk)
        desk.log_automatic_step(
            SubjectKind.DECLARATION, declaration.id, "conclude", "customs", "布控已解除 no longer held"
        )
        if not joining.report_concluded(declaration, desk):
            proceed(declaration, desk)


def _lane_of(
    declaration: Declaration, companies: Mapping[str, CustomsCompany], desk: CustomsDesk
) -> tuple[str, Sequence[Reason]]:
    """The lane of a list, and why: forced by a test, else drawn."""
    lane, reasons = desk.forced.lane(declaration)
    if lane or not desk.options.inspection:
        return lane or "green", reasons
    return _drawn_lane(declaration, companies, desk)


def _drawn_lane(
    declaration: Declaration, companies: Mapping[str, CustomsCompany], desk: CustomsDesk
) -> tuple[str, list[Reason]]:
    """The lane that is drawn for a list, by lot or by a risk profile, and why."""
    if by_lot := _draw_inspection(declaration, companies, desk):
        return "inspection", [by_lot]
    profile = profiled.profile_of(declaration, companies.get(declaration.ebc_code), desk)
    if profile is None:
        return "green", []
    return profiled.LANES[profile.rule.lane], [profiled.reason_of(profile)]


def _stop(declaration: Declaration, stopped: Sequence[spot_checked.StoppedBy], desk: CustomsDesk) -> None:
    """Stop a list (500) until the samples of its lines are tested, one for each plan: the laboratory's reports are the
    result of its inspection."""
    declaration.lane = "inspection"
    apply_step(declaration, "inspect", desk, told_outside(stopped[0].reason))
    desk.add_event(make_event(declaration, desk.now, "drawn", [one.reason for one in stopped]))
    desk.hold(Held.LIST, str(declaration.id), LABORATORY, refusal_reason(*SAMPLE_OUT))
    for one in stopped:
        desk.send(ListStopped(declaration.id, one.plan_no, one.gnum))


def _draw_inspection(
    declaration: Declaration, companies: Mapping[str, CustomsCompany], desk: CustomsDesk
) -> Reason | None:
    """The reason to inspect a list, drawn at its merchant's rate; None if it is not selected."""
    grade, rate = inspection_rate(declaration.ebc_code, companies, desk)
    rate = korean.lowered(rate, declaration, desk)
    if not risk.is_drawn_for_inspection(desk.seed, declaration.ebc_code, declaration.order_no, rate):
        return None
    return Reason("14500", {"grade": grade, "rate": f"{rate:.2%}"}, (desk.value_today("inspection.rates").id,))


def inspect(declaration: Declaration, reasons: Sequence[Reason], desk: CustomsDesk, told: Reason | None = None) -> None:
    """Order an inspection (500); `told`: what the declarant is told instead of the first reason."""
    apply_step(declaration, "inspect", desk, told or told_outside(reasons[0]))
    desk.add_event(make_event(declaration, desk.now, "drawn", reasons))
    if _is_sampled(declaration, desk):
        desk.hold(Held.LIST, str(declaration.id), LABORATORY, refusal_reason(*SAMPLE_OUT))
    desk.send(
        InspectionRequested(
            declaration.id, declaration.order_no, declaration.key, declaration.ebc_code, declaration.flow
        )
    )


def _is_sampled(declaration: Declaration, desk: CustomsDesk) -> bool:
    draws = desk.options.inspection
    share = risk.counted_rate(desk.value_today("inspection.quality_sampled").amount, draws)
    failing = risk.counted_rate(desk.value_today("inspection.quality_failure").amount, draws)
    return risk.is_sampled(desk.seed, declaration.key.partition("|")[0], declaration.order_no, share, failing)


def review(declaration: Declaration, cause: ReviewCause, reasons: Sequence[Reason], desk: CustomsDesk) -> None:
    """Put a list in review by an officer (300)."""
    apply_step(declaration, "review", desk, told_outside(reasons[0]))
    declaration.reasons, declaration.review_cause = tuple(reasons), cause
    desk.add_event(make_event(declaration, desk.now, "review", reasons))
    if cause != ReviewCause.HELD:  # which goes on when nobody holds it
        await_officer(declaration, desk)


def review_once_more(declaration: Declaration, said: Reason, desk: CustomsDesk) -> None:
    """Put a list in review again by an officer, who tells the declarant why. What it waited for before stands, with the
    acts that only that allows: a queried price, a short guarantee; who holds it is asked anew."""
    before: Sequence[Reason] = [reason for reason in declaration.reasons if reason.rule != said.rule]
    cause = declaration.review_cause
    if cause == ReviewCause.HELD:
        before = list_holds.reasons_to_wait(declaration, desk)
    if not before or not cause:
        before, cause = (), ReviewCause.OFFICER
    review(declaration, ReviewCause(cause), [said], desk)
    declaration.reasons = (*before, said)


def was_short_of_guarantee(declaration: Declaration) -> bool:
    """True if the current or last review of a list is because its guarantee does not cover its tax."""
    return declaration.review_cause == ReviewCause.GUARANTEE


def is_rechecked(declaration: Declaration) -> bool:
    """True if an officer concluded a list's review for its guarantee: the list is accepted and its guarantee is being
    checked again."""
    return declaration.state == "accepted" and was_short_of_guarantee(declaration)


def review_or_keep(declaration: Declaration, cause: ReviewCause, reasons: Sequence[Reason], desk: CustomsDesk) -> None:
    """Put a list in review after its assessment; if it is being rechecked, keep it there without another receipt."""
    if is_rechecked(declaration):
        keep_in_review(declaration, cause, reasons, desk)
    else:
        review(declaration, cause, reasons, desk)


def recheck_guarantee(declaration: Declaration, decision_id: int, desk: CustomsDesk) -> None:
    """Request another assessment of a list whose review for its guarantee an officer concluded. The receipt 399 is sent
    after it, since the list may remain in review (300). The answer of tax also answers the decision
    (`answer_conclusion`)."""
    advance(declaration, "weigh_again")
    if decision_id:
        declaration.held.decision = decision_id
    request_tax(declaration, desk)


def answer_conclusion(declaration: Declaration, refusal: Sequence[Reason], desk: CustomsDesk) -> None:
    """Answer the decision to conclude a list that waited for tax, if there was one; `refusal` is empty if it was
    carried out."""
    decision_id, declaration.held.decision = declaration.held.decision, 0
    if refusal:
        desk.answer_refused(decision_id, refusal)
    else:
        desk.answer_done(decision_id)


def keep_in_review(declaration: Declaration, cause: ReviewCause, reasons: Sequence[Reason], desk: CustomsDesk) -> None:
    """Keep a list in review without another receipt; the timeline states the reasons."""
    advance(declaration, "hold")
    declaration.reasons, declaration.review_cause = tuple(reasons), cause
    answer_conclusion(declaration, reasons, desk)
    desk.add_event(make_event(declaration, desk.now, "held", reasons))
    if cause != ReviewCause.HELD:
        await_officer(declaration, desk)


def await_officer(declaration: Declaration, desk: CustomsDesk) -> None:
    """Schedule the decision of the sandbox's automatic officer, if it has one, after some simulated hours."""
    choice = desk.choose_automatically(declaration.key, declaration.state)
    delay_ms = desk.forced.delay_of_officer(declaration) if choice and desk.options.automatic_officer else 0
    desk.await_automatic_officer(choice, OfficerDue(declaration.id, declaration.state), delay_ms=delay_ms)


def proceed(declaration: Declaration, desk: CustomsDesk) -> None:
    """Continue a list without objections: request the assessment of an import; release an export that has arrived, and
    that nobody holds."""
    if declaration.flow == "I":
        request_tax(declaration, desk)
    elif declaration.arrived_at:
        if held := list_holds.reasons_to_wait(declaration, desk):
            review(declaration, ReviewCause.HELD, held, desk)
        else:
            leaving.release_export(declaration, desk)


def request_tax(declaration: Declaration, desk: CustomsDesk) -> None:
    """Request the tax gateway to assess an accepted or concluded list and to reserve the guarantee."""
    value = declaration.held.redetermined
    desk.send(
        TaxRequested(
            declaration.id,
            declaration.document_id,
            declaration.accepted_at,
            declaration.full_tax,
            method=value.method if value else "",
            prices=value.prices if value else None,
            cosmetics=declaration.held.cosmetics or None,
        )
    )
