"""Handles reports that a laboratory sends as messages: each is checked, kept, and passed on to spot checks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from declarations.calendar import SHANGHAI, day_of
from declarations.reasons import Reason
from declarations.spot_checks.judgement import ReportedItem, check_report
from gateways.laboratory.repository import LaboratoryDesk, SampleOrder
from gateways.records import FiledDocument
from gateways.taking_in import make_document_receipt
from gateways.topics.shared import DocumentFiled
from gateways.topics.spot_checks import SampleTested

UNKNOWN, WRONG_STATE, WRONG_TIME = "23101", "23113", "23114"


def handle_reports(documents: Sequence[DocumentFiled], desk: LaboratoryDesk) -> None:
    """Take in reports (120), or refuse them (100): another seal, no approval, lines against the head, an earlier report
    that it does not name."""
    papers = desk.repository.documents(sorted({document.document_id for document in documents}))
    orders = desk.repository.orders_of({paper.facts.sample_no for paper in papers.values()})
    for paper in papers.values():
        refusal = _take_in(paper, orders.get(paper.facts.sample_no, ()), desk)
        desk.send_receipt(make_document_receipt(paper, desk.now, refusal))


def _take_in(paper: FiledDocument, orders: Sequence[SampleOrder], desk: LaboratoryDesk) -> Reason | None:
    facts = paper.facts
    if not orders:
        return Reason(UNKNOWN, {"sample": facts.sample_no})
    lines = tuple(
        ReportedItem(line.item, line.standard, line.limit, line.value, line.unit, line.verdict) for line in facts.lines
    )
    issued = _instant(facts.issued_time)
    if issued is None or issued > desk.now:
        return Reason(WRONG_TIME, {"time": facts.issued_time})
    seals = (orders[-1].seal_no, facts.seal_no)
    if reasons := check_report(facts.verdict, lines, seals, facts.lab_code, day_of(issued), desk.law):
        return reasons[0]
    order = _order_for(facts.lab_code, facts.amends, orders)
    if order is None or (facts.amends and any(known.amends == facts.amends for known in orders)):
        return Reason(WRONG_STATE, {"sample": facts.sample_no, "laboratory": facts.lab_code})
    if order.report_no:  # an amended report stays beside the one that it replaces
        order = replace(order, id=desk.repository.new_id(), ordered_at=desk.now, amends=facts.amends)
    order.report_no, order.verdict, order.issued_at, order.lines = facts.report_no, facts.verdict, issued, lines
    desk.repository.put_order(order)
    desk.send(
        SampleTested(
            order.sample_id, order.laboratory, order.report_no, order.verdict, issued, order.answers, order.amends
        )
    )
    return None


def _instant(time: str) -> int | None:
    """A time as 20261116100000 in milliseconds; None for a text that is none."""
    try:
        return int(datetime.strptime(time, "%Y%m%d%H%M%S").replace(tzinfo=SHANGHAI).timestamp() * 1_000)
    except ValueError:
        return None


def _order_for(laboratory: str, amends: str, orders: Sequence[SampleOrder]) -> SampleOrder | None:
    """The order that a report answers: the laboratory's open one, or that of the report which it replaces."""
    own = [order for order in orders if order.laboratory == laboratory]
    if amends:
        return next((order for order in own if order.report_no == amends), None)
    return next((order for order in own if not order.report_no), None)
