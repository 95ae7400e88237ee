"""Begins recalls: by a merchant's notice, by an officer, by a measure of a spot check. What is left in account books is
held at once, company and platforms are told, the clocks of the law run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from msgspec.structs import replace

from declarations.calendar import instant_of_stamp
from declarations.money import amount_text
from declarations.reasons import Reason
from declarations.traceability.goods import FOOD, is_food, lacks_agent, precision_words
from declarations.traceability.recalls import CLASSES, recall_days
from gateways.choices import check_choices
from gateways.records import FiledDocument
from gateways.senders import check_own_mailbox
from gateways.taking_in import make_document_receipt
from gateways.topics.facts import RecallOrdered
from gateways.topics.shared import DocumentFiled
from gateways.topics.traceability import RecallDue
from gateways.traceability.batches import NOT_ITS_OWN, UNKNOWN_VALUE
from gateways.traceability.outcomes import (
    BEGIN,
    BY,
    COURSE,
    FINISH,
    apply_step,
    hold_lots,
    lapse,
)
from gateways.traceability.quashing import QUASHED
from gateways.traceability.repository import Recall, TraceabilityDesk
from gateways.traceability.scope import Found, Recalled, find
from schemas.identifiers import is_valid_date

REGISTERED = "24010"
NEVER_TRACED, NO_AGENT, NO_CLASS, NUMBER_TAKEN, BAD_TIME = "24201", "24202", "24203", "24211", "24213"
STRICTEST = CLASSES[0]
"""The class of food that an officer orders to be recalled by a measure, which says none."""
CHOICES = {"goods_kind": (FOOD, "G"), "recall_class": ("", *CLASSES), "remedy": ("R", "E", "D")}
LISTED = "recalled"
"""The state of a batch that is part of a recall."""


class Announced(NamedTuple):
    """A recall as it is announced or ordered. `start_at`: when the company knew; `source`: the measure that orders
    it."""

    recall_no: str
    goods: Recalled
    goods_kind: str
    recall_class: str
    hazard: str
    start_at: int
    ebp_code: str = ""
    recall_agent: str = ""
    remedy: str = ""
    ordered: bool = False
    source: str = ""
    opened_by: str = ""


def handle_notices(documents: Sequence[DocumentFiled], desk: TraceabilityDesk) -> None:
    """Handle notices of merchants: begin their recalls, or refuse them."""
    papers = desk.repository.documents(sorted({document.document_id for document in documents}))
    boxes = desk.repository.mailboxes(sorted({paper.facts.ebc_code for paper in papers.values()}))
    for paper in papers.values():
        code = paper.facts.ebc_code
        begun = check_own_mailbox(paper, code, boxes.get(code, ""), NOT_ITS_OWN) or _from_notice(paper, desk)
        if isinstance(begun, Reason):
            desk.send_receipt(make_document_receipt(paper, desk.now, begun))
        else:
            desk.send_receipt(_taken(paper, begun, desk))


def handle_ordered(ordered: Sequence[RecallOrdered], desk: TraceabilityDesk) -> None:
    """Begin the recalls that measures of spot checks order, whatever is found of their goods."""
    for order in ordered:
        goods = Recalled(order.ebc_code, "", order.item_no, order.ems_no, order.item_record_no)
        found = find(goods, desk)
        food = is_food("", order.gcode, desk.day, desk.law) or _has_food(found, desk)
        announced = Announced(
            recall_no=free_number(desk),
            goods=goods,
            goods_kind=FOOD if food else "G",
            recall_class=STRICTEST if food else "",
            hazard=order.hazard,
            start_at=desk.now,
            ebp_code=order.ebp_code,
            ordered=True,
            source=order.measure_no,
            opened_by=order.by,
        )
        begin(announced, found, desk, order.gname)


def handle_due(due: Sequence[RecallDue], desk: TraceabilityDesk) -> None:
    """Note the recalls that were not begun, or not finished, in time."""
    recalls = desk.repository.recalls([deadline.recall_id for deadline in due])
    for deadline in due:
        recall = recalls[deadline.recall_id]
        if recall.state == QUASHED:
            continue
        if deadline.finish and not recall.completed_at:
            lapse(recall, FINISH, desk)
        elif not deadline.finish and not recall.began_at:
            lapse(recall, BEGIN, desk)


def as_food(announced: Announced, found: Found, desk: TraceabilityDesk) -> Announced:
    """Return a recall as one of food if any of its goods are, by their batches or by the codes of account books
    and lists, whatever it says itself."""
    return announced._replace(goods_kind=FOOD) if _has_food(found, desk) else announced


def _has_food(found: Found, desk: TraceabilityDesk) -> bool:
    named = {(batch.goods_kind, "") for batch in found.batches} | {("", lot.gcode) for lot in found.lots.values()}
    named |= {("", line.gcode) for line in found.lines}
    return any(is_food(kind, gcode, desk.day, desk.law) for kind, gcode in named)


def objection(announced: Announced, found: Found, desk: TraceabilityDesk) -> Reason | None:
    """Return the first reason against a recall; None if there is none. A company recalls only goods of which it has
    batches, or that its own lists sold: a notice holds lots, whosever they are."""
    if desk.repository.recall_ids([announced.recall_no]):
        return Reason(NUMBER_TAKEN, {"recall": announced.recall_no})
    if announced.goods_kind == FOOD and announced.recall_class not in CLASSES:
        return Reason(NO_CLASS, {})
    own_food = announced.goods_kind == FOOD and not announced.ordered
    if own_food and lacks_agent(announced.recall_agent, desk.day, desk.law):
        law = (desk.value_today("traceability.recall_agent").id,)
        return Reason(NO_AGENT, {"agent": announced.recall_agent or "–"}, law)
    own = found.batches or any(line.ebc_code == announced.goods.ebc_code for line in found.lines)
    traced = found.lots if announced.ordered else ()
    return None if own or traced else Reason(NEVER_TRACED, {})


def begin(announced: Announced, found: Found, desk: TraceabilityDesk, gname: str = "") -> Recall:
    """Begin a recall: hold its lots, stop the sale, tell company and platforms, start the clocks."""
    recall = _announced(announced, found, desk, gname)
    for batch in found.batches:
        batch.state, batch.recall_no = LISTED, recall.recall_no
        desk.repository.put_batch(batch)
    said = [_registered(recall)]
    by = announced.opened_by or ("participant" if not announced.ordered else BY)
    COURSE.note(recall.recall_no, "announced", recall.state, said, desk, by)
    hold_lots(recall, desk)
    apply_step(recall, "stop_sale", desk)
    for due, is_end in ((recall.start_due, False), (recall.finish_due, True)):
        desk.schedule(max(due, desk.now), RecallDue(recall.id, is_end))
    return recall


def _announced(announced: Announced, found: Found, desk: TraceabilityDesk, gname: str) -> Recall:
    """The recall as it is announced, with its clocks and what was found."""
    days = recall_days(announced.goods_kind, announced.recall_class, announced.start_at, desk.law)
    sold = found.sold
    names = [lot.gname for lot in found.lots.values()] + [batch.gname for batch in found.batches]
    agents = [announced.recall_agent, *(batch.recall_agent for batch in found.batches)]
    goods = announced.goods
    return Recall(
        id=desk.repository.new_id(),
        recall_no=announced.recall_no,
        state="announced",
        goods_kind=announced.goods_kind,
        recall_class=announced.recall_class,
        ordered="Y" if announced.ordered else "N",
        ebc_code=goods.ebc_code,
        hazard=announced.hazard,
        start_at=announced.start_at,
        start_due=days.start,
        finish_due=days.finish,
        law=" ".join(days.law),
        registered_at=desk.now,
        ebp_code=announced.ebp_code,
        recall_agent=next(filter(None, agents), ""),
        gtin=goods.gtin,
        item_no=goods.item_no,
        ems_no=goods.ems_no,
        item_record_no=goods.item_record_no,
        lots=goods.lots,
        made_from=goods.made_from,
        made_until=goods.made_until,
        remedy=announced.remedy,
        source=announced.source,
        opened_by=announced.opened_by,
        units=found.units,
        platforms=tuple(sorted({line.ebp_code for line in sold if line.ebp_code})),
        precision=found.precision,
        gname=next(filter(None, [gname, *names]), ""),
        held_qty=found.held,
        sold_qty=sum(line.kept for line in sold),
        lists=len({line.declaration_id for line in sold}),
    )


def free_number(desk: TraceabilityDesk) -> str:
    """Return a number of the day that no recall has."""
    number = 1
    while desk.repository.recall_ids([f"RC{desk.day:%Y%m%d}{number:04d}"]):
        number += 1
    return f"RC{desk.day:%Y%m%d}{number:04d}"


def _from_notice(paper: FiledDocument, desk: TraceabilityDesk) -> Recall | Reason:
    facts: Any = paper.facts
    if unknown := check_choices(facts, CHOICES, UNKNOWN_VALUE):
        return unknown
    known_at = instant_of_stamp(facts.start_time)
    if known_at is None or known_at > desk.now:
        return Reason(BAD_TIME, {"time": facts.start_time})
    lots = tuple(dict.fromkeys(line.lot for line in facts.lines))
    days = (facts.made_from, facts.made_until)
    if odd := next((day for day in days if day and not is_valid_date(day)), ""):
        return Reason(BAD_TIME, {"time": odd})
    announced = Announced(
        recall_no=facts.recall_no,
        goods=Recalled(facts.ebc_code, facts.gtin, facts.item_no, facts.ems_no, facts.item_record_no, lots, *days),
        goods_kind=facts.goods_kind,
        recall_class=facts.recall_class,
        hazard=facts.hazard,
        start_at=known_at,
        ebp_code=facts.ebp_code,
        recall_agent=facts.recall_agent,
        remedy=facts.remedy,
    )
    found = find(announced.goods, desk)
    announced = as_food(announced, found, desk)
    return objection(announced, found, desk) or begin(announced, found, desk)


def _taken(paper: FiledDocument, recall: Recall, desk: TraceabilityDesk) -> Any:
    """The receipt of a notice, with what the window found."""
    receipt = make_document_receipt(paper, desk.now)
    told = {
        "precision": recall.precision,
        "heldQty": amount_text(recall.held_qty),
        "soldQty": amount_text(recall.sold_qty),
        "lists": str(recall.lists),
    }
    return replace(receipt, reason=_registered(recall), fields={**receipt.fields, **told})


def _registered(recall: Recall) -> Reason:
    found = {"held": amount_text(recall.held_qty), "sold": amount_text(recall.sold_qty)}
    return Reason(REGISTERED, {**found, "lists": str(recall.lists), **precision_words(recall.precision)})
