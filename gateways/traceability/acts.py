"""Carries out officers' decisions about recalls: one is ordered, its stock leaves the book or is freed, a seller is
suspended, a recall is closed or quashed."""

from __future__ import annotations

from collections.abc import Sequence

from declarations import lifecycle
from declarations.lifecycle import OFFICER, NotAllowed
from declarations.money import Scaled
from declarations.reasons import Reason
from declarations.refusals import refusal_reason
from declarations.traceability.orders import read_order
from gateways.case_course import QUESTIONS
from gateways.decisions import carry_out, decision_route
from gateways.topics.shared import Decision
from gateways.topics.spot_checks import GoodsBookedOut
from gateways.traceability.outcomes import FINISH, KIND, apply_step, ask_company, free_lots, lapse
from gateways.traceability.quashing import quash
from gateways.traceability.recalls import Announced, as_food, begin, free_number, objection
from gateways.traceability.repository import Recall, TraceabilityDesk
from gateways.traceability.scope import Recalled, find

OPEN = "open_recall"
TERMS = "recall"
STILL_HELD, NOT_OVERDUE, NOTHING_LEFT = "24210", "24212", "24214"


def decide(decisions: Sequence[Decision], desk: TraceabilityDesk) -> None:
    """Carry out decisions, or refuse them with reasons."""
    recalls = desk.repository.recalls([decision.subject_id for decision in decisions if decision.subject_id])
    carry_out(
        decisions,
        recalls,
        desk,
        kind=KIND,
        act=lambda recall, decision: _decide(recall, decision, desk),
        makes={OPEN: lambda decision: _open(decision, desk)},
        missing=refusal_reason("没有该召回", "there is no such recall"),
    )


def _open(decision: Decision, desk: TraceabilityDesk) -> tuple[Reason, ...]:
    order = read_order(str(decision.values[TERMS]))
    announced = Announced(
        recall_no=free_number(desk),
        goods=Recalled(**{name: getattr(order, name) for name in Recalled._fields}),
        goods_kind=order.goods_kind,
        recall_class=order.recall_class,
        hazard=order.hazard,
        start_at=desk.now,
        ebp_code=order.ebp_code,
        ordered=True,
        source=f"D{decision.id}",
        opened_by=decision.by,
    )
    found = find(announced.goods, desk)
    announced = as_food(announced, found, desk)
    if reason := objection(announced, found, desk):
        return (reason,)
    begin(announced, found, desk)
    return ()


def _decide(recall: Recall, decision: Decision, desk: TraceabilityDesk) -> tuple[Reason, ...]:
    allowed = tuple(step.action for step in lifecycle.allowed_transitions(recall.state, OFFICER, KIND))
    if decision.action not in allowed:
        raise NotAllowed(recall.state, decision.action, allowed)
    if decision.action in QUESTIONS:
        ask_company(recall, decision, desk)
        return ()
    if decision.action == "suspend_seller":
        if not recall.overdue_kind:
            return (Reason(NOT_OVERDUE, {}),)
        suspension = Decision(recall.ebc_code, 0, 0, "suspend", decision.reason, decision.by, {})
        desk.answers.send(decision_route("registration"), suspension)
    elif decision.action == "book_out_stock":
        if kept := desk.reasons_to_keep(["|".join(key) for key in recall.book_keys]):
            return tuple(kept)
        if not _book_out(recall, decision.id, desk):
            return (Reason(NOTHING_LEFT, {}),)
    elif decision.action == "reopen_recall":
        reopen(recall, decision, desk)
        return ()
    elif decision.action == "free_stock":
        free_lots(recall, desk)
    elif decision.action == "quash_recall":
        quash(recall, desk)
    elif recall.holding:
        if any(lot.left for lot in desk.repository.book_lots(recall.book_keys).values()) or _waiting(recall, desk):
            return (Reason(STILL_HELD, {}),)
        free_lots(recall, desk)
    apply_step(recall, decision.action, desk, decision.reason, decision.by, told=decision.action != "suspend_seller")
    return ()


def reopen(recall: Recall, decision: Decision, desk: TraceabilityDesk) -> None:
    """Send a recall back to its company, which reported that it is finished: its term runs on, or is over."""
    recall.completed_at = 0
    apply_step(recall, decision.action, desk, decision.reason, decision.by, told=True)
    if desk.now > recall.finish_due and FINISH not in recall.overdue_kind.split():
        lapse(recall, FINISH, desk)


def _book_out(recall: Recall, decision_id: int, desk: TraceabilityDesk) -> bool:
    """Book out what is left of the lots, which stay held: lists that wait have drawn on them already; False if nothing
    is left. Of an item of a book that has batches of other lots, too, no more leaves than the recalled ones were.

    The cause names the decision: what a list gives back may be booked out at the same instant."""
    most, found = _most_of(recall, desk), False
    for number, lot in enumerate(desk.repository.book_lots(recall.book_keys).values()):
        key = f"{lot.ems_no}|{lot.item_record_no}"
        quantity = min(lot.left, most[key] - recall.booked_out.get(key, 0)) if key in most else lot.left
        if quantity > 0:
            cause = f"recall|{recall.id}|{number}|{decision_id}"
            desk.send(GoodsBookedOut(lot.ems_no, lot.item_record_no, quantity, cause, "recall"))
            recall.booked_out[key] = recall.booked_out.get(key, 0) + quantity
            found = True
    return found


def _most_of(recall: Recall, desk: TraceabilityDesk) -> dict[str, Scaled]:
    """Lot of an account book (book|item) that several lots of the producer share → the quantity of those recalled."""
    own, shared = dict[str, Scaled](), set[str]()
    for batch in desk.repository.batches(books=recall.book_keys):
        key = "|".join(batch.book_key)
        if batch.recall_no == recall.recall_no:
            own[key] = own.get(key, 0) + batch.qty
        else:
            shared.add(key)
    return {key: quantity for key, quantity in own.items() if key in shared}


def _waiting(recall: Recall, desk: TraceabilityDesk) -> bool:
    """True if a list that is not released has goods of the lots."""
    units = [unit for unit in recall.units if unit.ems_no]
    return any(not line.released_at for line in desk.repository.traced_lines(recall.ebc_code, units, desk.now))
