"""Handles what sites and merchants send: sample records, applications for a retest, reports of measures.

A document is taken in (120) or refused (100) with a reason. What a document did is not done again by a later version of
it: the state of the sample forbids that.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from declarations.money import Scaled, amount_text
from declarations.reasons import Reason
from declarations.spot_checks.judgement import NOT_APPROVED, laboratories_on
from gateways.choices import YES, check_choices
from gateways.records import FiledDocument
from gateways.senders import check_own_mailbox
from gateways.spot_checks.measures import awaits_platform, clears_lot, cure, end_hold, note_answer, objection_to_closing
from gateways.spot_checks.outcomes import apply_step, free_lot, keep_evidence, reference_of, tell_failure
from gateways.spot_checks.reports import late_retest
from gateways.spot_checks.repository import SpotCheckDesk, SpotSample
from gateways.spot_checks.sampling import (
    TOO_MUCH,
    SiteRecord,
    laboratory_for,
    quantity_of,
    record,
    refuse,
    send,
    wrong_state,
)
from gateways.taking_in import make_document_receipt
from gateways.topics.shared import DocumentFiled
from gateways.topics.spot_checks import GoodsBookedOut

RECORD, REPORT = "sample_record", "measure_report"
UNKNOWN, NOT_ITS_OWN, NOT_OF_THE_SITE, OTHER_WAY = "23101", "23117", "23119", "23121"
UNKNOWN_VALUE = "23041"
"""Code of a value that is none of those which the message names."""
WAYS = MappingProxyType({"B": ("B", "X"), "X": ("X",)})
"""Measure by which goods leave the country or are no more → what its reports may say became of them: what is to be sent
back may be destroyed instead, not the other way round. Reports of other measures say nothing of it."""
CHOICES = MappingProxyType({RECORD: {"refused": YES}, REPORT: {"way": ("", "B", "X"), "closed": YES}})
DONE_BY = MappingProxyType({"B": "23038", "X": "23039", "": "23040"})
"""What a report says became of goods → what the timeline says."""
Taken = Callable[[SpotSample, FiledDocument, SpotCheckDesk], Reason | None]


def number_of(document: FiledDocument) -> str:
    """Return the number of the sample that a document is about; that of a measure is M and the sample's."""
    return str(document.facts.measure_no.removeprefix("M") if document.kind == REPORT else document.facts.sample_no)


def handle_records(documents: Sequence[DocumentFiled], desk: SpotCheckDesk) -> None:
    """Handle sample records: a sample is taken, or refused by the company."""
    _handle(documents, desk, _record)


def handle_retests(documents: Sequence[DocumentFiled], desk: SpotCheckDesk) -> None:
    """Handle applications for a retest (复验): within so many days of the report, at another laboratory."""
    _handle(documents, desk, _apply_for_retest)


def handle_measure_reports(documents: Sequence[DocumentFiled], desk: SpotCheckDesk) -> None:
    """Handle reports of measures: what was destroyed or sent back leaves the account book; the last finishes it."""
    _handle(documents, desk, _report_measure)


def _handle(documents: Sequence[DocumentFiled], desk: SpotCheckDesk, taken: Taken) -> None:
    papers = desk.repository.documents(sorted({document.document_id for document in documents}))
    numbers = desk.repository.sample_ids({number_of(paper) for paper in papers.values()})
    samples = desk.repository.samples(sorted(numbers.values()))
    boxes = desk.repository.mailboxes(sorted({paper.facts.ebc_code for paper in papers.values()}))
    sites = desk.repository.sites(sorted({paper.sender for paper in papers.values() if paper.kind == RECORD}))
    for paper in papers.values():
        sample = samples.get(numbers.get(number_of(paper), 0))
        if sample is None or not _may_send(sample, paper):
            refusal: Reason | None = Reason(UNKNOWN, {"sample": number_of(paper)})
        else:
            refusal = (
                _from_elsewhere(paper, boxes, sites)
                or check_choices(paper.facts, CHOICES.get(paper.kind, {}), UNKNOWN_VALUE)
                or taken(sample, paper, desk)
            )
        desk.send_receipt(make_document_receipt(paper, desk.now, refusal))


def _from_elsewhere(paper: FiledDocument, boxes: Mapping[str, str], sites: Collection[str]) -> Reason | None:
    """The reason against a document from another mailbox than that of the company that it speaks for, if it has one. A
    sample record is the site's, or the company's itself, and nobody else's."""
    code = paper.facts.ebc_code
    if paper.kind != RECORD:
        return check_own_mailbox(paper, code, boxes.get(code, ""), NOT_ITS_OWN)
    if paper.sender in {*sites, boxes.get(code)}:
        return None
    return Reason(NOT_OF_THE_SITE, {"sender": paper.sender, "code": code})


def _may_send(sample: SpotSample, paper: FiledDocument) -> bool:
    """True if a document names the company of the sample; a report of a measure may also name the platform."""
    code = getattr(paper.facts, "ebc_code", sample.ebc_code)
    return code == sample.ebc_code or (paper.kind == REPORT and bool(code) and code == sample.ebp_code)


def _record(sample: SpotSample, paper: FiledDocument, desk: SpotCheckDesk) -> Reason | None:
    facts = paper.facts
    if facts.refused == "Y":
        return refuse(sample, facts.reason, desk, "participant")
    return record(sample, SiteRecord(facts.taken_qty, facts.seal_no, facts.kept_qty, facts.storage), desk)


def _apply_for_retest(sample: SpotSample, paper: FiledDocument, desk: SpotCheckDesk) -> Reason | None:
    asked = paper.facts.laboratory
    if sample.state != "unqualified" or sample.report_no != paper.facts.report_no:
        return wrong_state(sample)
    if late := late_retest(sample, desk):
        return late
    if asked and (asked == sample.laboratory or asked not in laboratories_on(desk.day, desk.law)):
        return Reason(NOT_APPROVED, {"laboratory": asked, "day": desk.day.isoformat()})
    sample.answers = sample.report_no
    apply_step(sample, "retest", desk, by="participant")
    tell_failure(sample, desk)
    keep_evidence(sample, desk)
    send(sample, asked or laboratory_for(sample, desk, sample.laboratory), sample.answers, desk)
    return None


def _report_measure(sample: SpotSample, paper: FiledDocument, desk: SpotCheckDesk) -> Reason | None:
    facts = paper.facts
    if facts.ebc_code != sample.ebc_code:
        return _of_the_platform(sample, paper, desk)
    done, found = quantity_of(facts.done), quantity_of(facts.found)
    if sample.measure_no == facts.measure_no and clears_lot(sample, facts.way):
        return _clear_lot(sample, paper, done, desk)
    if sample.state not in {"measure_ordered", "overdue"} or sample.measure_no != facts.measure_no:
        return wrong_state(sample)
    if refusal := _other_way(sample, facts.way):
        return refusal
    leaves_book = bool(facts.way and sample.lot and done)
    most = min(found, desk.repository.left_of(sample)) if leaves_book else found
    if not 0 <= done <= most - sample.done_qty:
        return Reason(TOO_MUCH, {"taken": facts.done, "most": amount_text(max(0, most - sample.done_qty))})
    if facts.closed == "Y" and (refusal := objection_to_closing(sample, desk, done, found)):
        return refusal
    sample.done_qty += done
    details = [_told(facts, sample.done_qty)]
    if leaves_book:
        _book_out(sample, paper, done, desk)
    if facts.closed == "Y":
        apply_step(sample, "finish", desk, by="participant", details=details)
        cure(sample, desk)
        end_hold(sample, desk)
    else:
        apply_step(sample, "report", desk, by="participant", details=details)
    return None


def _clear_lot(sample: SpotSample, paper: FiledDocument, done: Scaled, desk: SpotCheckDesk) -> Reason | None:
    """Book out failed goods that were delisted or recalled before; the lot is free once the book has none of them.

    What was reported before counts as gone, whether or not customs has booked it out yet."""
    left = max(0, desk.repository.left_of(sample) - sample.cleared_qty)
    if done > left or (left and not done):
        return Reason(TOO_MUCH, {"taken": paper.facts.done, "most": amount_text(left)})
    sample.cleared_qty += done
    if done:
        _book_out(sample, paper, done, desk)
    told = [_told(paper.facts, sample.cleared_qty)]
    desk.add_event(reference_of(sample).event("spot_check_report", sample.state, desk.now, told, actor="participant"))
    if done == left and not desk.repository.waiting_of(sample):
        free_lot(sample, desk)
    desk.repository.put_sample(sample)
    return None


def _book_out(sample: SpotSample, paper: FiledDocument, done: Scaled, desk: SpotCheckDesk) -> None:
    cause = f"measure|{paper.facts.measure_no}|{paper.facts.cop_no}"
    desk.send(GoodsBookedOut(sample.ems_no, sample.item_record_no, done, cause, paper.facts.way))


def _told(facts: Any, whole: Scaled) -> Reason:
    """Return what a report says of a measure, for the timeline: how much was done in which way, and in all."""
    told = {"done": facts.done, "all": amount_text(whole), "found": facts.found}
    return Reason(DONE_BY[facts.way], {**told, "evidence": facts.evidence or "–"})


def _other_way(sample: SpotSample, way: str) -> Reason | None:
    """The reason against a report that goods were dealt with in another way than was ordered."""
    if way in WAYS.get(sample.measure, ("",)):
        return None
    return Reason(OTHER_WAY, {"no": sample.measure_no, "ordered": sample.measure, "way": way or "–"})


def _of_the_platform(sample: SpotSample, paper: FiledDocument, desk: SpotCheckDesk) -> Reason | None:
    if not awaits_platform(sample) or sample.measure_no != paper.facts.measure_no:
        return wrong_state(sample)
    if refusal := _other_way(sample, paper.facts.way):
        return refusal
    note_answer(sample, paper.facts.closed == "Y", desk)
    return None
