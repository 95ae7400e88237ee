"""Takes in the reports of laboratories: each is checked, kept, and passed on to spot checks; a refused one is noted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from declarations.calendar import SECOND, day_of, instant_of_stamp, stamp14
from declarations.reasons import Reason
from declarations.spot_checks.judgement import NOT_TESTABLE, ReportedItem, check_report
from gateways.laboratory.repository import LaboratoryDesk, SampleOrder
from gateways.records import CaseReference, FiledDocument
from gateways.taking_in import make_document_receipt
from gateways.topics.shared import DocumentFiled
from gateways.topics.spot_checks import SampleTested

WRONG_STATE, WRONG_TIME, CONTRADICTING, NOT_THE_LABORATORYS = "23113", "23114", "23115", "23120"
BEFORE_ITS_SAMPLE = "23124"
SAMPLE = "spot_check"


class LaboratoryReport(NamedTuple):
    """A report as a laboratory issues it; `amends`: the earlier report that it replaces."""

    sample_no: str
    laboratory: str
    report_no: str
    seal_no: str
    verdict: str
    issued_at: int
    lines: tuple[ReportedItem, ...]
    amends: str = ""


def handle_reports(documents: Sequence[DocumentFiled], desk: LaboratoryDesk) -> None:
    """Take in reports (120), or refuse them (100): another sender or seal, no approval, lines against the head, an
    earlier report that it does not name."""
    papers = desk.repository.documents(sorted({document.document_id for document in documents}))
    orders = desk.repository.orders_of({paper.facts.sample_no for paper in papers.values()})
    boxes = desk.repository.mailboxes(sorted({paper.facts.lab_code for paper in papers.values()}))
    for paper in papers.values():
        refusal = _from_elsewhere(paper, boxes) or _read(paper, orders.get(paper.facts.sample_no, ()), desk)
        desk.send_receipt(make_document_receipt(paper, desk.now, refusal))


def _from_elsewhere(paper: FiledDocument, boxes: Mapping[str, str]) -> Reason | None:
    """The reason against a report from another mailbox than that of the laboratory; one that is registered with none
    sends no report."""
    laboratory = paper.facts.lab_code
    if boxes.get(laboratory) == paper.sender:
        return None
    return Reason(NOT_THE_LABORATORYS, {"sender": paper.sender, "laboratory": laboratory})


def _read(paper: FiledDocument, orders: Sequence[SampleOrder], desk: LaboratoryDesk) -> Reason | None:
    facts = paper.facts
    if not orders:
        return Reason(WRONG_STATE, {"sample": facts.sample_no, "laboratory": facts.lab_code})
    lines = tuple(
        ReportedItem(line.item, line.standard, line.limit, line.value, line.unit, line.verdict) for line in facts.lines
    )
    issued = instant_of_stamp(facts.issued_time)
    if issued is None or issued > desk.now:
        return Reason(WRONG_TIME, {"time": facts.issued_time})
    named = facts.sample_no, facts.lab_code, facts.report_no, facts.seal_no
    return take_in(LaboratoryReport(*named, facts.verdict, issued, lines, facts.amends), orders, desk)


def take_in(report: LaboratoryReport, orders: Sequence[SampleOrder], desk: LaboratoryDesk) -> Reason | None:
    """Take in a report about a sample of these orders, oldest first; return why it is refused, which the sample's
    timeline says, too."""
    refusal = _refusal(report, orders, desk)
    if refusal is not None:
        about = CaseReference(SAMPLE, report.sample_no, report.sample_no)
        desk.add_event(about.event("spot_check_report_refused", "", desk.now, [refusal], actor="laboratory"))
        return refusal
    order = _order_for(report, orders)
    assert order is not None
    if order.report_no:  # an amended report stays beside the one that it replaces
        order = replace(order, id=desk.repository.new_id(), ordered_at=desk.now, amends=report.amends)
    order.report_no, order.verdict = report.report_no, report.verdict
    order.issued_at, order.lines = report.issued_at, report.lines
    desk.repository.put_order(order)
    told = (order.sample_id, order.laboratory, order.report_no, order.verdict, order.issued_at)
    desk.send(SampleTested(*told, order.answers, order.amends))
    return None


def _refusal(report: LaboratoryReport, orders: Sequence[SampleOrder], desk: LaboratoryDesk) -> Reason | None:
    seals, day = (orders[-1].seal_no, report.seal_no), day_of(report.issued_at)
    if reasons := check_report(report.verdict, report.lines, seals, report.laboratory, day, desk.law):
        return reasons[0]
    if taken := _dated_before_its_sample(report, orders):
        return taken
    named_before = report.amends and any(known.amends == report.amends for known in orders)
    if _order_for(report, orders) is not None and not named_before:
        return None
    if not report.amends and (first := _contradicted(report, orders)):
        return Reason(CONTRADICTING, {"report": report.report_no, "first": first.report_no})
    return Reason(WRONG_STATE, {"sample": report.sample_no, "laboratory": report.laboratory})


def _dated_before_its_sample(report: LaboratoryReport, orders: Sequence[SampleOrder]) -> Reason | None:
    """The reason against a report issued, to the second, before the laboratory was sent the sample, or the first report
    that an amended one goes back to was asked for."""
    if (order := _order_for(report, orders)) is None:
        return None
    chain = [each for each in orders if (each.laboratory, each.answers) == (order.laboratory, order.answers)]
    taken = min(each.ordered_at for each in chain) if report.amends else order.ordered_at
    if report.issued_at >= taken // SECOND * SECOND:
        return None
    return Reason(BEFORE_ITS_SAMPLE, {"time": stamp14(report.issued_at), "taken": stamp14(taken)})


def _order_for(report: LaboratoryReport, orders: Sequence[SampleOrder]) -> SampleOrder | None:
    """The order that a report answers: the laboratory's newest open one, or that of the report which it replaces."""
    own = [order for order in orders if order.laboratory == report.laboratory]
    if report.amends:
        return next((order for order in own if order.report_no == report.amends), None)
    return next((order for order in reversed(own) if not order.report_no), None)


def _contradicted(report: LaboratoryReport, orders: Sequence[SampleOrder]) -> SampleOrder | None:
    """The laboratory's newest report about the sample if its verdict is another one."""
    own = [order for order in orders if order.laboratory == report.laboratory and order.report_no != report.report_no]
    last = own[-1] if own else None
    return last if last is not None and last.verdict not in {report.verdict, NOT_TESTABLE, ""} else None
