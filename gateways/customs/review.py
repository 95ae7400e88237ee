"""Carries out decisions of officers and of the automatic officer, and the results of inspections."""

from __future__ import annotations

from collections.abc import Sequence

from declarations import lifecycle, risk
from declarations.reasons import Reason
from declarations.refusals import not_allowed, refused
from gateways.customs import lanes, reservations, returns
from gateways.customs.batches import joining
from gateways.customs.export import leaving
from gateways.customs.outcome import LIST, close, conclude, event, may_start_over, reject, step
from gateways.customs.repository import CustomsDesk, CustomsRepository, Declaration, ReviewCause
from gateways.decisions import Fresh
from gateways.records import TimelineEvent
from gateways.topics.customs import InspectionFailed, InspectionPassed, OfficerDue
from gateways.topics.shared import Decision
from gateways.topics.tax import TaxDropped

DETENTIONS = {"detain_for_clearance": "501", "detain_for_smuggling": "502", "detain_for_legal": "503", "detain": "599"}


def handle_inspection_passed(inspections: Sequence[InspectionPassed], desk: CustomsDesk) -> None:
    """Conclude (399) the lists whose inspection passed, and continue them."""
    declarations = desk.repository.declarations([inspection.declaration_id for inspection in inspections]).values()
    joining.report_sampled(declarations, "passed", desk)
    for declaration in declarations:
        if declaration.state == "under_inspection":
            _conclude(declaration, desk)
            desk.repository.put_declaration(declaration)


def handle_inspection_failed(inspections: Sequence[InspectionFailed], desk: CustomsDesk) -> None:
    """Leave the lists whose inspection failed to the decision of an officer."""
    declarations = desk.repository.declarations([inspection.declaration_id for inspection in inspections]).values()
    joining.report_sampled(declarations, "failed", desk)
    for declaration in declarations:
        if declaration.state == "under_inspection":
            basis = risk.quality_basis(desk.day, desk.law)
            declaration.reasons = (Reason("14206", {"reason": "抽样检测不合格"}, basis),)
            declaration.review_cause = ""
            desk.note(event(declaration, desk.now, "awaiting_officer", declaration.reasons))
            lanes.await_officer(declaration, desk)
            desk.repository.put_declaration(declaration)


def decide_declarations(filed: Sequence[Decision], desk: CustomsDesk) -> None:
    """Carry out officers' decisions about lists; refuse and note those that the state forbids.

    A decision is also refused if the list was amended or has changed since the officer saw it.
    """
    fresh = Fresh()
    lists = desk.repository.declarations([decision.subject_id for decision in filed])
    amended = _amended(list(lists.values()), desk.repository)
    for decision in filed:
        declaration = lists[decision.subject_id]
        refusal = fresh.refusal(decision, declaration.version, declaration.state)
        if decision.subject_id in amended:
            amended_words = f"{decision.action} is not allowed: the list was amended meanwhile"
            refusal = (refused("企业已变更该清单", amended_words),)
        if refusal:
            _refuse(declaration, decision, refusal, desk)
        elif _act(declaration, decision, desk):
            fresh.decided(decision)


def decide_requests(filed: Sequence[Decision], desk: CustomsDesk) -> None:
    """Carry out officers' decisions about cancellations and returns."""
    fresh = Fresh()
    requests = desk.repository.requests_by_id([decision.subject_id for decision in filed])
    for decision in filed:
        request = requests[decision.subject_id]
        refusal = fresh.refusal(decision, request.version, request.state) or returns.act(
            request, decision.action, decision.reason, decision.by, desk
        )
        if refusal:
            desk.refuse(decision.id, refusal)
        else:
            desk.carried_out(decision.id)
            fresh.decided(decision)


def handle_automatic_officer(due: Sequence[OfficerDue], desk: CustomsDesk) -> None:
    """Carry out the automatic officer's decisions that are due."""
    declarations = desk.repository.declarations([deadline.declaration_id for deadline in due])
    amended = _amended(list(declarations.values()), desk.repository)
    for deadline in due:
        declaration = declarations[deadline.declaration_id]
        if declaration.state == deadline.state and deadline.declaration_id not in amended:
            choice = desk.choice(declaration.key, deadline.state)
            if choice is not None:
                action, reason = choice.action, choice.reason.values["reason"] if choice.reason else ""
                if lanes.was_short_of_guarantee(declaration):
                    # Concluding would recheck the guarantee, find it short and return the list to review, without end.
                    action, reason = "reject", "担保余额不足"
                elif action not in _steps(declaration):
                    action = "send_back"  # an export whose drawn action is only possible for imports
                _act(declaration, Decision(deadline.declaration_id, 0, 0, action, reason, "automatic", {}), desk)


def _amended(declarations: Sequence[Declaration], repository: CustomsRepository) -> set[int]:
    """Ids of lists with an amendment that is filed but not yet handled: decisions about them are out of date."""
    open_ones = [declaration for declaration in declarations if may_start_over(declaration)]
    filed = repository.documents([declaration.document_id for declaration in open_ones])
    return {
        declaration.id
        for declaration in open_ones
        if declaration.document_id in filed and filed[declaration.document_id].version > declaration.document_version
    }


def _steps(declaration: Declaration) -> tuple[str, ...]:
    """The actions possible for a list of this flow in this state."""
    return tuple(step.action for step in lifecycle.allowed(declaration.state, flow=declaration.flow))


def _refuse(declaration: Declaration, decision: Decision, reasons: Sequence[Reason], desk: CustomsDesk) -> None:
    desk.note(event(declaration, desk.now, "action_refused", reasons))
    desk.refuse(decision.id, reasons)


def _act(declaration: Declaration, decision: Decision, desk: CustomsDesk) -> bool:
    """Carry out a decision; return False if its action is not possible."""
    action, reason = decision.action, decision.reason
    if action not in (may := _steps(declaration)):
        error = lifecycle.NotAllowed(declaration.state, action, may)
        _refuse(declaration, decision, [not_allowed(error, "declaration")], desk)
        return False
    desk.note(
        TimelineEvent(
            order_no=declaration.order_no,
            kind=LIST[declaration.flow],
            key=declaration.key,
            at=desk.now,
            actor=decision.by,
            event=f"officer_{action}",
            state=declaration.state,
            reasons=[Reason("16002", {"reason": reason})] if reason else [],
        )
    )
    if action == "conclude" and declaration.state == "in_review" and lanes.was_short_of_guarantee(declaration):
        # the tax gateway reserves the guarantee first; its answer concludes (399) and answers the decision
        lanes.recheck_guarantee(declaration, decision.id, desk)
    else:
        _carry_out(declaration, action, reason, desk)
        desk.carried_out(decision.id)
    desk.repository.put_declaration(declaration)
    return True


def _carry_out(declaration: Declaration, action: str, reason: str, desk: CustomsDesk) -> None:
    if action == "reject":
        reject(declaration, [Reason("1300", {"reason": reason})], desk)
    elif action == "review":
        lanes.review(declaration, ReviewCause.OFFICER, [_given(declaration, action, reason)], desk)
    elif action == "inspect":
        lanes.inspect(declaration, [_given(declaration, action, reason)], desk)
    elif action == "conclude":
        _conclude(declaration, desk, reason)
    elif action == "release":
        _release(declaration, desk)
    elif action == "send_back":
        _send_back(declaration, reason, desk)
    elif action in DETENTIONS:
        step(declaration, action, desk, reason)
        declaration.detention = DETENTIONS[action]
        lanes.await_officer(declaration, desk)
    elif action == "suspend":
        step(declaration, action, desk, reason)
        lanes.await_officer(declaration, desk)
    elif action == "close":
        close(declaration, desk, reason)
    else:
        raise ValueError(f"The lifecycle allows an officer's action {action!r} that customs does not implement.")


def _given(declaration: Declaration, action: str, reason: str) -> Reason:
    """The text of an officer's step, with the officer's reason, if any."""
    return lifecycle.move(declaration.state, action).answer(reason)


def _release(declaration: Declaration, desk: CustomsDesk) -> None:
    """Release a list; an officer may release an export before its arrival."""
    if declaration.flow == "E":
        leaving.release(declaration, desk)
    else:
        lanes.proceed(declaration, desk)


def _conclude(declaration: Declaration, desk: CustomsDesk, reason: str = "") -> None:
    conclude(declaration, desk, reason)
    if not joining.report_concluded(declaration, desk):
        lanes.proceed(declaration, desk)


def _send_back(declaration: Declaration, reason: str, desk: CustomsDesk) -> None:
    step(declaration, "send_back", desk, reason)
    reservations.release_all(declaration, desk.repository)
    if declaration.flow == "I":
        desk.send(TaxDropped(declaration.id))
    joining.report_end(declaration, "refused", desk)
    desk.note(event(declaration, desk.now, "sent_back"))
