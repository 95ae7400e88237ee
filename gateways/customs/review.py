"""Carries out decisions of officers and of the automatic officer, and the results of inspections."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from declarations import lifecycle, risk
from declarations.automatic_officer import Choice
from declarations.reasons import Reason
from declarations.refusals import refusal_of_action, refusal_reason
from declarations.tax.consumption import HIGH_END, NO_CONTENT
from gateways.customs import list_holds, reservations, returns, revaluing, risk_lane
from gateways.customs.batches import joining
from gateways.customs.export import leaving
from gateways.customs.outcome import (
    KIND_OF_LIST,
    apply_step,
    close_list,
    conclude_review,
    make_event,
    may_start_over,
    reject_list,
)
from gateways.customs.repository import CustomsDesk, CustomsRepository, Declaration, ReviewCause
from gateways.decisions import ChangeCheck, SubjectKind
from gateways.holds import Held
from gateways.records import CaseReference
from gateways.topics.customs import InspectionFailed, InspectionPassed, OfficerDue
from gateways.topics.shared import Decision
from gateways.topics.tax import TaxDropped

AUTOMATIC = "automatic"
"""The author of the automatic officer's decisions."""
UNDECIDED = ("请决定每项化妆品是否高档", "decide of each line of cosmetics whether it is high-end")
CONCLUDES = frozenset({"conclude", "revalue"})
"""Acts that end the review of a list."""
NOT_BY_INSPECTION = frozenset({ReviewCause.ASSESSMENT, ReviewCause.PAYMENT_DATA})
"""What a look at the goods does not answer: a price, the data of a payment. A guarantee is asked about again anyway."""
LETS_GO_ON = frozenset({*CONCLUDES, "release"})
"""Acts after which a list is on its way to its release: none of them is carried out as long as somebody holds it."""
DIFFERS = "14212"
SENDS_BACK = "send_back"
"""The act after which nothing of the goods is left here to be tested."""
DETENTIONS = {"detain_for_clearance": "501", "detain_for_smuggling": "502", "detain_for_legal": "503", "detain": "599"}


def handle_inspection_passed(inspections: Sequence[InspectionPassed], desk: CustomsDesk) -> None:
    """Conclude (399) the lists whose inspection passed, and continue them; those of which something else is asked than
    what their goods are go back to the officer (300), and those of which an inspector has recorded differences wait for
    him."""
    inspected = desk.repository.declarations([inspection.declaration_id for inspection in inspections])
    differing = desk.repository.found_differing(inspected)
    joining.report_sampled([inspected[number] for number in inspected if number not in differing], "passed", desk)
    joining.report_sampled([inspected[number] for number in differing], "failed", desk)
    for declaration in _take_results(inspected.values(), desk):
        if declaration.state == "under_inspection" and declaration.id in differing:
            _leave_differing(declaration, differing[declaration.id], desk)
        elif declaration.state == "under_inspection":
            action = "review" if declaration.review_cause in NOT_BY_INSPECTION else "conclude"
            _apply_action(declaration, action, "", desk)
            desk.log_automatic_step(
                SubjectKind.DECLARATION, declaration.id, action, "inspection", "查验未发现问题 nothing was found"
            )
        desk.repository.put_declaration(declaration)


def _leave_differing(declaration: Declaration, lines: Sequence[int], desk: CustomsDesk) -> None:
    """Leave a list to officers whose inspection recorded differences: nothing lets it pass by itself any more."""
    declaration.reasons = (Reason(DIFFERS, {"lines": ", ".join(map(str, lines))}),)
    declaration.review_cause = ""
    desk.add_event(make_event(declaration, desk.now, "awaiting_officer", declaration.reasons))


def handle_inspection_failed(inspections: Sequence[InspectionFailed], desk: CustomsDesk) -> None:
    """Leave the lists whose inspection failed to the decision of an officer."""
    declarations = desk.repository.declarations([inspection.declaration_id for inspection in inspections]).values()
    joining.report_sampled(declarations, "failed", desk)
    for declaration in _take_results(declarations, desk):
        basis = risk.quality_value_ids(desk.day, desk.law)
        declaration.reasons = (Reason("14206", {"reason": "抽样检测不合格"}, basis),)
        declaration.review_cause = ""
        desk.add_event(make_event(declaration, desk.now, "awaiting_officer", declaration.reasons))
        if declaration.state == "under_inspection":
            risk_lane.await_officer(declaration, desk)
        desk.repository.put_declaration(declaration)


def _take_results(declarations: Collection[Declaration], desk: CustomsDesk) -> list[Declaration]:
    """Lift the holds of lists whose samples are tested; return those that the result still concerns: their goods are
    under inspection, or were detained while their sample was out."""
    holds = desk.held(Held.LIST, [str(declaration.id) for declaration in declarations])
    out = {key for key, held in holds.items() if any(hold.by == risk_lane.LABORATORY for hold in held)}
    for key in sorted(out):
        desk.lift(Held.LIST, key, risk_lane.LABORATORY, publish=False)
    return [
        declaration
        for declaration in declarations
        if declaration.state == "under_inspection" or (str(declaration.id) in out and declaration.state == "detained")
    ]


def _amended_reason(action: str) -> Reason:
    return refusal_reason("企业已变更该清单", f"{action} is not allowed: the list was amended meanwhile")


def decide_declarations(decisions: Sequence[Decision], desk: CustomsDesk) -> None:
    """Carry out officers' decisions about lists; refuse and note those that the state forbids.

    A decision is also refused if the list was amended or has changed since the officer saw it.
    """
    change_check = ChangeCheck()
    lists = desk.repository.declarations([decision.subject_id for decision in decisions])
    amended_ids = _amended_lists(list(lists.values()), desk.repository)
    for decision in decisions:
        declaration = lists[decision.subject_id]
        refusal = change_check.refuse_if_changed(decision, declaration.version, declaration.state)
        if decision.subject_id in amended_ids:
            refusal = (_amended_reason(decision.action),)
        if refusal:
            _refuse(declaration, decision, refusal, desk)
        elif _carry_out_decision(declaration, decision, desk):
            change_check.remember_change(decision)


def decide_requests(decisions: Sequence[Decision], desk: CustomsDesk) -> None:
    """Carry out officers' decisions about cancellations and returns."""
    change_check = ChangeCheck()
    requests = desk.repository.requests_by_id([decision.subject_id for decision in decisions])
    for decision in decisions:
        request = requests[decision.subject_id]
        refusal = change_check.refuse_if_changed(decision, request.version, request.state) or returns.apply_action(
            request, decision.action, decision.reason, decision.by, desk
        )
        if refusal:
            desk.answer_refused(decision.id, refusal)
        else:
            desk.answer_done(decision.id)
            change_check.remember_change(decision)


def _possible_choice(choice: Choice, declaration: Declaration) -> tuple[str, str]:
    """The action and reason of the automatic officer for a list, which may not allow what he has drawn."""
    if risk_lane.was_short_of_guarantee(declaration):
        # Concluding would recheck the guarantee, find it short and return the list to review, without end.
        return "reject", "担保余额不足"
    reason = choice.reason.values["reason"] if choice.reason else ""
    # an export whose drawn action is only possible for imports is sent back
    return choice.action if choice.action in _possible_actions(declaration) else "send_back", reason


def handle_automatic_officer(deadlines: Sequence[OfficerDue], desk: CustomsDesk) -> None:
    """Carry out the automatic officer's decisions that are due."""
    declarations = desk.repository.declarations([deadline.declaration_id for deadline in deadlines])
    amended_ids = _amended_lists(list(declarations.values()), desk.repository)
    for deadline in deadlines:
        declaration = declarations[deadline.declaration_id]
        if declaration.state == deadline.state and deadline.declaration_id not in amended_ids:
            choice = desk.choose_automatically(declaration.key, deadline.state)
            if choice is not None:
                action, reason = _possible_choice(choice, declaration)
                kept = action == SENDS_BACK and desk.reasons_to_keep([str(declaration.id)])
                if kept or (action in LETS_GO_ON and list_holds.holds_on(declaration, desk)):
                    risk_lane.await_officer(declaration, desk)  # he looks again later
                    continue
                decision = Decision(deadline.declaration_id, 0, 0, action, reason, AUTOMATIC, {})
                if _carry_out_decision(declaration, decision, desk):
                    why = reason or "按抽取结果办理 as drawn"
                    desk.log_automatic_step(SubjectKind.DECLARATION, declaration.id, action, "automatic", why)


def _amended_lists(declarations: Sequence[Declaration], repository: CustomsRepository) -> set[int]:
    """Ids of lists with an amendment that is filed but not yet handled: decisions about them are out of date."""
    open_declarations = [declaration for declaration in declarations if may_start_over(declaration)]
    documents_by_id = repository.documents([declaration.document_id for declaration in open_declarations])
    return {
        declaration.id
        for declaration in open_declarations
        if declaration.document_id in documents_by_id
        and documents_by_id[declaration.document_id].version > declaration.document_version
    }


def _possible_actions(declaration: Declaration) -> tuple[str, ...]:
    """The actions possible for a list of this flow in this state."""
    return tuple(step.action for step in lifecycle.allowed_transitions(declaration.state, flow=declaration.flow))


def _refuse(declaration: Declaration, decision: Decision, reasons: Sequence[Reason], desk: CustomsDesk) -> None:
    desk.add_event(make_event(declaration, desk.now, "action_refused", reasons))
    desk.answer_refused(decision.id, reasons)


def _carry_out_decision(declaration: Declaration, decision: Decision, desk: CustomsDesk) -> bool:
    """Carry out a decision; return False if its action is not possible."""
    action, reason = decision.action, decision.reason
    if action not in (possible_actions := _possible_actions(declaration)):
        error = lifecycle.NotAllowed(declaration.state, action, possible_actions)
        _refuse(declaration, decision, [refusal_of_action(error, "declaration")], desk)
        return False
    if action in LETS_GO_ON and (held := list_holds.reasons_to_wait(declaration, desk)):
        _refuse(declaration, decision, held, desk)
        return False
    if action == SENDS_BACK and (kept := desk.reasons_to_keep([str(declaration.id)])):
        _refuse(declaration, decision, kept, desk)
        return False
    if action in CONCLUDES:
        reason = reason or _of_cosmetics(declaration, decision)
        if undecided := _decide_cosmetics(declaration, decision):
            _refuse(declaration, decision, undecided, desk)
            return False
    if action == "revalue" and (refusal := revaluing.redetermine(declaration, decision, desk)):
        _refuse(declaration, decision, refusal, desk)
        return False
    reasons = [Reason("16002", {"reason": reason})] if reason else []
    about = CaseReference(KIND_OF_LIST[declaration.flow], declaration.key, declaration.order_no)
    desk.add_event(about.event(f"officer_{action}", declaration.state, desk.now, reasons, actor=decision.by))
    if action == "conclude" and declaration.state == "in_review" and risk_lane.was_short_of_guarantee(declaration):
        # the tax gateway reserves the guarantee first; its answer concludes (399) and answers the decision
        risk_lane.recheck_guarantee(declaration, decision.id, desk)
    else:
        _apply_action(declaration, action, reason, desk)
        desk.answer_done(decision.id)
    desk.repository.put_declaration(declaration)
    return True


def _decide_cosmetics(declaration: Declaration, decision: Decision) -> Sequence[Reason]:
    """Take what an officer decides of each line of cosmetics whose net content cannot be read; return why not, if he
    decides of none. The automatic officer leaves them taxed as high-end."""
    unread = {reason.values["gnum"] for reason in declaration.reasons if reason.rule == NO_CONTENT}
    given = decision.values.get("cosmetics") or {}
    decided = dict.fromkeys(unread, HIGH_END) if decision.by == AUTOMATIC else given
    if unread - {*decided}:
        return (refusal_reason(*UNDECIDED),)
    # what was decided before a guarantee fell short stays decided
    declaration.held.cosmetics |= {gnum: decided[gnum] == HIGH_END for gnum in sorted(unread)}
    return ()


def _of_cosmetics(declaration: Declaration, decision: Decision) -> str:
    """What the automatic officer says of cosmetics without a readable net content; empty for a person, who says it."""
    lines = [reason.values["gnum"] for reason in declaration.reasons if reason.rule == NO_CONTENT]
    return f"第{'、'.join(lines)}项：高档化妆品" if lines and decision.by == AUTOMATIC else ""


def _apply_action(declaration: Declaration, action: str, reason: str, desk: CustomsDesk) -> None:
    if action == "reject":
        reject_list(declaration, [Reason("1300", {"reason": reason})], desk)
    elif action == "review":
        risk_lane.review_once_more(declaration, _step_text(declaration, action, reason), desk)
    elif action == "inspect":
        risk_lane.inspect(declaration, [_step_text(declaration, action, reason)], desk)
    elif action in {"conclude", "revalue"}:
        _conclude_list(declaration, desk, reason, action)
    elif action == "release":
        _release_list(declaration, desk)
    elif action == "send_back":
        _send_back(declaration, reason, desk)
    elif action in DETENTIONS:
        apply_step(declaration, action, desk, reason)
        declaration.detention = DETENTIONS[action]
        risk_lane.await_officer(declaration, desk)
    elif action == "suspend":
        apply_step(declaration, action, desk, reason)
        risk_lane.await_officer(declaration, desk)
    elif action in {"ask", "remind", "withdraw"}:  # the window keeps the question (`store/questioning.py`)
        apply_step(declaration, action, desk, reason)
    elif action == "close":
        close_list(declaration, desk, reason)
    else:
        raise ValueError(f"The lifecycle allows an officer's action {action!r} that customs does not implement.")


def _step_text(declaration: Declaration, action: str, reason: str) -> Reason:
    """The text of an officer's step, with the officer's reason, if any."""
    return lifecycle.transition_of(declaration.state, action).receipt_text(reason)


def _release_list(declaration: Declaration, desk: CustomsDesk) -> None:
    """Release a list; an officer may release an export before its arrival."""
    if declaration.flow == "E":
        leaving.release_export(declaration, desk)
    else:
        risk_lane.proceed(declaration, desk)


def _conclude_list(declaration: Declaration, desk: CustomsDesk, reason: str = "", step: str = "conclude") -> None:
    conclude_review(declaration, desk, reason, step)
    if not joining.report_concluded(declaration, desk):
        risk_lane.proceed(declaration, desk)


def _send_back(declaration: Declaration, reason: str, desk: CustomsDesk) -> None:
    apply_step(declaration, "send_back", desk, reason)
    reservations.release_all(declaration, desk.repository)
    if declaration.flow == "I":
        desk.send(TaxDropped(declaration.id))
    joining.report_end(declaration, "refused", desk)
    desk.add_event(make_event(declaration, desk.now, "sent_back"))
