"""The course of a recall: its state, who is told, its timeline, what counts for the company's credit."""

from __future__ import annotations

from collections.abc import Mapping

from declarations import lifecycle
from declarations.calendar import day_of, stamp14
from declarations.lifecycle import Transition
from declarations.money import amount_text
from declarations.reasons import Reason
from gateways.case_course import CaseCourse
from gateways.holds import Held
from gateways.topics.facts import CreditEventHappened, general_credit_event
from gateways.topics.shared import Decision
from gateways.traceability import AGENCY
from gateways.traceability.repository import Recall, TraceabilityDesk

KIND = "recall"
BY = AGENCY.name
"""The holder of lots, and the actor in timelines."""
COURSE = CaseCourse(KIND, BY, "recall", "RecallStatus")
SALE_STOPPED, OVERDUE = "24206", "24205"
ITEM_STOPPED, SOME_STOPPED = "24206.item", "24206.lots"
ORDERED_STATUS = "600"
REFUSED_RECALL, LATE_MEASURE = "203", "202"
"""Kinds of credit events: an ordered recall is not begun; a duty is late."""
BEGIN, FINISH = "begin", "finish"
LAPSES: Mapping[str, tuple[str, str]] = {BEGIN: ("启动", "begun"), FINISH: ("完成", "finished")}
"""What was due -> the words of it."""


def holder_of(recall: Recall) -> str:
    """Return the name by which a recall holds lots."""
    return f"{BY}:{recall.recall_no}"


def apply_step(
    recall: Recall, action: str, desk: TraceabilityDesk, reason: str = "", by: str = BY, told: bool = True
) -> Transition:
    """Apply an action of the lifecycle to a recall, note it and, if they are `told`, notify the company and the
    platforms; raises `lifecycle.NotAllowed`."""
    made = lifecycle.transition_of(recall.state, action, KIND)
    text = made.receipt_text(reason, {"start": stamp14(recall.start_due), "finish": stamp14(recall.finish_due)})
    recall.state, recall.reasons = made.to, (text,)
    if told:
        tell(recall, made.return_status, text, desk, once=f"{action}|{desk.now}|{recall.version}")
    COURSE.note(recall.recall_no, action, made.to, [text], desk, by)
    desk.repository.put_recall(recall)
    return made


def tell(recall: Recall, status: str, text: Reason, desk: TraceabilityDesk, once: str) -> None:
    """Notify the company and the platforms that sell its goods of a recall."""
    fields = _fields(recall)
    for company in dict.fromkeys(filter(None, (recall.ebc_code, recall.ebp_code, *recall.platforms))):
        COURSE.tell(company, recall.recall_no, status, text, fields, desk, once=once)


def ask_company(recall: Recall, decision: Decision, desk: TraceabilityDesk) -> None:
    """Carry out an act about a question to the company of a recall; raises `lifecycle.NotAllowed`."""
    COURSE.question(recall.ebc_code, recall.recall_no, recall.state, decision, _fields(recall), desk)
    desk.repository.put_recall(recall)


def _fields(recall: Recall) -> dict[str, str]:
    return {
        "recallNo": recall.recall_no,
        "ordered": recall.ordered,
        "goodsKind": recall.goods_kind,
        "recallClass": recall.recall_class,
        "ebcCode": recall.ebc_code,
        "gtin": recall.gtin,
        "itemNo": recall.item_no,
        "emsNo": recall.ems_no,
        "itemRecordNo": recall.item_record_no,
        "lots": " ".join(recall.lots)[:1_000],
        "precision": recall.precision,
        "heldQty": amount_text(recall.held_qty),
        "soldQty": amount_text(recall.sold_qty),
        "lists": str(recall.lists),
        "hazard": recall.hazard,
        "startDue": stamp14(recall.start_due),
        "finishDue": stamp14(recall.finish_due),
    }


def hold_lots(recall: Recall, desk: TraceabilityDesk) -> None:
    """Hold the goods of a recall: new lists that draw on its lots of account books, or have its item number, are
    refused, others wait. A list does not say which lot of the producer it sells: if the recall names some, or days, new
    lists with the item number wait for an officer."""
    held = goods_of(recall)
    recall.holding = len(held)
    some = recall.lots or recall.made_from or recall.made_until
    for kind, key in held:
        if kind == Held.LOT:
            reason = Reason(SALE_STOPPED, {"lot": key, "recall": recall.recall_no})
        else:
            item = key.partition("|")[2]
            reason = Reason(SOME_STOPPED if some else ITEM_STOPPED, {"item": item, "recall": recall.recall_no})
        desk.hold(kind, key, holder_of(recall), reason)


def free_lots(recall: Recall, desk: TraceabilityDesk) -> None:
    """Let go of the goods of a recall."""
    recall.holding = 0
    for kind, key in goods_of(recall):
        desk.lift(kind, key, holder_of(recall))


def goods_of(recall: Recall) -> list[tuple[Held, str]]:
    """Return what a recall holds: lots of account books, and goods by their company's number of them."""
    lots = [(Held.LOT, "|".join(key)) for key in recall.book_keys]
    numbers = {unit.item_no for unit in recall.units if not unit.ems_no and unit.item_no}
    return lots + [(Held.GOODS, f"{recall.ebc_code}|{number}") for number in sorted(numbers)]


def lapse(recall: Recall, what: str, desk: TraceabilityDesk) -> None:
    """Note that a recall was not begun or finished in time: company and platforms are told, and credit."""
    due = recall.start_due if what == BEGIN else recall.finish_due
    zh, en = LAPSES[what]
    told = {"recall": recall.recall_no, "due": stamp14(due), "what_zh": zh, "what_en": en}
    out = amount_text(recall.sold_qty - recall.back - recall.destroyed)
    text = Reason(OVERDUE, {**told, "sold": amount_text(recall.sold_qty), "out": out})
    recall.overdue_at = recall.overdue_at or desk.now
    recall.overdue_kind = f"{recall.overdue_kind} {what}".strip()
    recall.reasons = (text,)
    tell(recall, ORDERED_STATUS, text, desk, once=f"overdue|{what}")
    COURSE.note(recall.recall_no, "overdue", recall.state, [text], desk)
    tell_credit(recall, what, desk)
    desk.repository.put_recall(recall)


def cure(recall: Recall, desk: TraceabilityDesk, *whats: str) -> None:
    """Tell credit that duties that were late are done; nothing of those that were not."""
    for what in whats:
        if what in recall.overdue_kind.split():
            tell_credit(recall, what, desk, cured=desk.day.isoformat())
    left = [what for what in recall.overdue_kind.split() if what not in whats]
    recall.overdue_kind = " ".join(left)


def withdraw_credit(recall: Recall, desk: TraceabilityDesk) -> None:
    """Tell credit that what was late of a recall, cured or not, counts no more: there was no duty."""
    for what, due, done in (
        (BEGIN, recall.start_due, recall.began_at),
        (FINISH, recall.finish_due, recall.completed_at),
    ):
        if recall.overdue_at and (done or desk.now) > due:
            desk.publish(_credit_event(recall, what)._replace(withdrawn=desk.day.isoformat()))
    recall.overdue_kind = ""


def tell_credit(recall: Recall, what: str, desk: TraceabilityDesk, cured: str = "") -> None:
    """Publish that a late duty counts for the company's credit from the day after it was due, until it is cured."""
    desk.publish(_credit_event(recall, what)._replace(cured=cured))


def _credit_event(recall: Recall, what: str) -> CreditEventHappened:
    due = day_of(recall.start_due if what == BEGIN else recall.finish_due).isoformat()
    kind = REFUSED_RECALL if what == BEGIN and recall.ordered == "Y" else LATE_MEASURE
    event = general_credit_event(recall.ebc_code, kind, BY, f"{recall.recall_no}|{what}", occurred=due)
    return event._replace(doc_no=recall.recall_no)
