"""Handles what merchants report of their recalls: how many buyers were told, what came back, was destroyed or refunded,
and what became of single parcels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from declarations.calendar import instant_of_stamp
from declarations.lifecycle import state_values
from declarations.money import amount_text
from declarations.reasons import Reason
from declarations.traceability.recalls import Quantities, balance, covers
from gateways.choices import YES, check_choices
from gateways.records import FiledDocument
from gateways.senders import check_own_mailbox
from gateways.taking_in import make_document_receipt
from gateways.topics.shared import DocumentFiled
from gateways.traceability.batches import NOT_ITS_OWN, UNKNOWN_VALUE, quantity_of
from gateways.traceability.outcomes import BEGIN, COURSE, FINISH, KIND, apply_step, cure
from gateways.traceability.recalls import BAD_TIME
from gateways.traceability.repository import ParcelOutcome, Recall, TraceabilityDesk

TAKEN, LATE = "24018", "24019"
UNBALANCED, OTHER_LIST, UNKNOWN, WRONG_STATE, NOT_ALL_TOLD = "24204", "24207", "24208", "24209", "24215"
GOING_ON = frozenset({"sale_stopped", "running"})
OUTCOMES = {"B": "back", "X": "destroyed", "R": "refunded"}
CHOICES = {"closed": YES}


def handle_progress(documents: Sequence[DocumentFiled], desk: TraceabilityDesk) -> None:
    """Handle reports: the newest of a recall has its sums; one that comes after a later one changes nothing."""
    papers = desk.repository.documents(sorted({document.document_id for document in documents}))
    numbers = desk.repository.recall_ids({paper.facts.recall_no for paper in papers.values()})
    recalls = desk.repository.recalls(sorted(numbers.values()))
    boxes = desk.repository.mailboxes(sorted({paper.facts.ebc_code for paper in papers.values()}))
    for paper in papers.values():
        facts = paper.facts
        recall = recalls.get(numbers.get(facts.recall_no, 0))
        refusal: Reason | None
        if recall is None or recall.ebc_code != facts.ebc_code:
            refusal = Reason(UNKNOWN, {"code": facts.ebc_code, "recall": facts.recall_no})
        else:
            box = boxes.get(facts.ebc_code, "")
            refusal = check_own_mailbox(paper, facts.ebc_code, box, NOT_ITS_OWN) or _objection(recall, facts, desk)
        receipt = make_document_receipt(paper, desk.now, refusal)
        if refusal is None and recall is not None:
            receipt = replace(receipt, reason=_take(recall, paper, desk))
        desk.send_receipt(receipt)


def _objection(recall: Recall, facts: Any, desk: TraceabilityDesk) -> Reason | None:
    if recall.state not in GOING_ON:
        return Reason(WRONG_STATE, {"recall": recall.recall_no, **state_values(recall.state, KIND)})
    if unknown := check_choices(facts, CHOICES, UNKNOWN_VALUE):
        return unknown
    if not int(facts.seq):
        return Reason(UNKNOWN_VALUE, {"element": "seq", "known": "≥ 1", "found": facts.seq})
    as_of = instant_of_stamp(facts.as_of)
    if as_of is None or as_of > desk.now:
        return Reason(BAD_TIME, {"time": facts.as_of})
    told = _quantities(facts)
    if odd := _odd_list(recall, facts, desk):
        return odd
    unbalanced = Reason(UNBALANCED, {"sold": amount_text(recall.sold_qty), **_words(facts)})
    if not balance(recall.sold_qty, told):
        return unbalanced
    if int(facts.seq) <= recall.seq:
        return None  # it changes nothing, so what lists became later is nothing against it
    if not covers(told, _of_lists(recall, facts, desk)):
        return unbalanced
    if facts.closed == "Y" and max(told.told, told.back + told.destroyed) < recall.sold_qty:
        return Reason(NOT_ALL_TOLD, {"sold": amount_text(recall.sold_qty), "told": facts.told})
    return None


def _odd_list(recall: Recall, facts: Any, desk: TraceabilityDesk) -> Reason | None:
    """The reason against a line about a list that is not sold goods of the recall, or of which more became something
    than it has, by all reports."""
    if not facts.lines:
        return None
    sold: dict[str, int] = {}
    numbers = {line.invt_no for line in facts.lines}
    for line in desk.repository.traced_lines(recall.ebc_code, recall.units, recall.registered_at, numbers):
        if line.released_at:
            sold[line.invt_no] = sold.get(line.invt_no, 0) + line.quantity
    for line in facts.lines:
        if unknown := check_choices(line, {"outcome": tuple(OUTCOMES)}, UNKNOWN_VALUE):
            return unknown
        if not 0 < quantity_of(line.qty) <= sold.get(line.invt_no, 0):
            return Reason(OTHER_LIST, {"list": line.invt_no})
    for outcome in _outcomes(recall, facts, desk):
        if max(outcome.back + outcome.destroyed, outcome.refunded) > sold[outcome.invt_no]:
            return Reason(OTHER_LIST, {"list": outcome.invt_no})
    return None


def _of_lists(recall: Recall, facts: Any, desk: TraceabilityDesk) -> Mapping[str, int]:
    """What lists have become by all reports so far and this one: the sum of their quantities by outcome."""
    known = (*desk.repository.outcomes(recall.id), *_outcomes(recall, facts, desk))
    of_lists = {outcome.invt_no: outcome for outcome in known}
    return {code: sum(getattr(outcome, name) for outcome in of_lists.values()) for code, name in OUTCOMES.items()}


def _outcomes(recall: Recall, facts: Any, desk: TraceabilityDesk) -> list[ParcelOutcome]:
    """What the lists of a report have become: what it tells of an outcome, several lines together, stands for what was
    told of that before; the other outcomes of the list stay."""
    told: dict[str, dict[str, int]] = {}
    for line in facts.lines:
        of_list, name = told.setdefault(line.invt_no, {}), OUTCOMES[line.outcome]
        of_list[name] = of_list.get(name, 0) + quantity_of(line.qty)
    known = {outcome.invt_no: outcome for outcome in desk.repository.outcomes(recall.id)} if told else {}
    nothing = ParcelOutcome(recall.id, "", 0, 0, 0, 0, 0)
    number, now = int(facts.seq), desk.now
    return [
        known.get(invt_no, nothing)._replace(invt_no=invt_no, seq=number, at=now, **of_list)
        for invt_no, of_list in told.items()
    ]


def _take(recall: Recall, paper: FiledDocument, desk: TraceabilityDesk) -> Reason:
    facts, number = paper.facts, int(paper.facts.seq)
    if number <= recall.seq:
        late = Reason(LATE, {"seq": str(number), "last": str(recall.seq)})
        _note(recall, late, desk)
        return late
    told = _quantities(facts)
    recall.seq = number
    recall.told, recall.back, recall.destroyed, recall.refunded = told
    desk.repository.put_outcomes(_outcomes(recall, facts, desk))
    taken = Reason(TAKEN, _words(facts))
    _note(recall, taken, desk)
    if recall.state == "sale_stopped" and (told.told or told.back or told.destroyed or not recall.sold_qty):
        recall.began_at = desk.now
        cure(recall, desk, BEGIN)
        apply_step(recall, "begin", desk, by="participant")
    if facts.closed == "Y":
        recall.completed_at = desk.now
        recall.began_at = recall.began_at or desk.now
        cure(recall, desk, BEGIN, FINISH)
        apply_step(recall, "complete", desk, by="participant")
    desk.repository.put_recall(recall)
    return taken


def _note(recall: Recall, said: Reason, desk: TraceabilityDesk) -> None:
    COURSE.note(recall.recall_no, "progress", recall.state, [said], desk, by="participant")


def _quantities(facts: Any) -> Quantities:
    return Quantities(*(quantity_of(text) for text in (facts.told, facts.back, facts.destroyed, facts.refunded)))


def _words(facts: Any) -> dict[str, str]:
    return {name: str(getattr(facts, name)) for name in Quantities._fields}
