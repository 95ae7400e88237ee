"""Handles filed reports: each is checked by all rules, then refused, put in review, or booked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from declarations.calendar import SHANGHAI, local_time_of
from declarations.documents.forex_report import ForexReport
from declarations.forex.checking import CheckedReport, check
from declarations.forex.findings import Weight
from declarations.forex.flows import direction_of, legs_of, parse_moment
from declarations.forex.rates import convert_to_dollars, customs_code_of, letters_of, scaled_dollars
from declarations.money import amount_text
from declarations.reasons import Reason
from gateways.forex import knowledge
from gateways.forex.outcomes import add_event, apply_step, report_collected, send_receipt, send_taken_in
from gateways.forex.repository import FiledReport, ForexDesk, ForexRepository, Leg, Total
from gateways.records import FiledDocument
from gateways.replies import combine_reasons
from gateways.topics.shared import DocumentFiled

CONVERTED = "21030"
"""Reason that records the exchange rate at which the amount was converted to yuan."""


def handle_reports(documents: Sequence[DocumentFiled], desk: ForexDesk) -> None:
    """Check and decide filed reports; versions that were handled before are skipped."""
    filed_documents = sorted(
        desk.repository.documents({document.document_id for document in documents}).values(),
        key=lambda report: report.id,
    )
    desk.repository.lock_enterprises(sorted({document.facts.ebc_code for document in filed_documents}))
    known = desk.repository.reports_by_key([document.key for document in filed_documents])
    new = [
        document
        for document in filed_documents
        if document.key not in known or known[document.key].document_version < document.version
    ]
    knowledge.prefetch_rows(new, desk.repository)
    for document in new:
        report = _new_report(document, known.get(document.key), desk)
        facts = knowledge.add_order_numbers(document.facts, desk.repository)
        checked = check(
            facts,
            knowledge.report_facts_of(facts, report.id, desk.repository),
            local_time_of(desk.now).replace(tzinfo=None),
            desk.law,
        )
        _decide_report(report, facts, checked, desk)


def _new_report(document: FiledDocument, old: FiledReport | None, desk: ForexDesk) -> FiledReport:
    """The row of a filed report; one that was refused before starts over under its old id."""
    facts = document.facts
    return FiledReport(
        id=old.id if old else desk.repository.new_id(),
        key=document.key,
        cop_no=facts.cop_no,
        state="declared",
        reporter_code=facts.reporter_code,
        ebc_code=facts.ebc_code,
        direction=facts.direction,
        settlement=facts.settlement,
        currency=customs_code_of(facts.currency),
        amount=facts.amount,
        mailboxes=document.mailboxes,
        document_id=document.id,
        document_version=document.version,
        version=old.version if old else 0,
        legs=len(facts.lines),
        filed_at=desk.now,
        last_return=max(document.last_return, old.last_return if old else 0),
    )


def _refuse_report(report: FiledReport, refusals: Sequence[Reason], desk: ForexDesk) -> None:
    send_receipt(report, apply_step(report, "reject").return_status, combine_reasons(refusals), desk)
    add_event(report, "forex_refused", desk, report.reasons)
    report.decided_at = desk.now
    desk.repository.put_report(report)
    desk.repository.put_legs(report.id, ())


def _decide_report(report: FiledReport, facts: ForexReport, checked: CheckedReport, desk: ForexDesk) -> None:
    report.value_on = checked.day.isoformat() if checked.day else ""
    report.reasons = tuple(finding.reason for finding in checked.findings)
    if refusals := checked.reasons(Weight.REFUSE):
        _refuse_report(report, refusals, desk)
        return
    _set_amounts(report, checked, desk)
    if doubts := checked.reasons(Weight.REVIEW):
        send_receipt(report, apply_step(report, "review").return_status, combine_reasons(doubts), desk)
        add_event(report, "forex_in_review", desk, report.reasons)
    else:
        send_taken_in(report, desk)
        _book_report(report, desk)
    _count_report(report, facts, checked, desk)


def _book_report(report: FiledReport, desk: ForexDesk) -> None:
    booked = apply_step(report, "book")
    send_receipt(report, booked.return_status, Reason(booked.words, {}), desk)
    add_event(report, "forex_booked", desk, report.reasons)
    report.decided_at = desk.now


def _set_amounts(report: FiledReport, checked: CheckedReport, desk: ForexDesk) -> None:
    if checked.day is None or checked.kept_until is None:
        raise ValueError(f"report {report.key} was checked without a day")
    report.rmb, report.keep_until = checked.yuan, checked.kept_until.isoformat()
    report.usd = scaled_dollars(convert_to_dollars(report.amount, report.currency, checked.day, desk.law))
    values = {
        "amount": amount_text(report.amount),
        "currency": letters_of(report.currency),
        "rate": str(checked.rate),
        "yuan": amount_text(checked.yuan),
    }
    report.reasons += (Reason(CONVERTED, values, checked.parameter_ids),)


def _count_report(report: FiledReport, facts: ForexReport, checked: CheckedReport, desk: ForexDesk) -> None:
    """Store a report that was not refused with its legs, and add them to the year's totals."""
    of_report = list(_legs_of(report, facts, checked))
    count_legs(report, of_report, desk.repository, 1)
    desk.repository.put_report(report)
    desk.repository.put_legs(report.id, of_report)
    if report.state == "booked":
        report_collected(report, of_report, desk)


def _legs_of(report: FiledReport, facts: ForexReport, checked: CheckedReport) -> Iterable[Leg]:
    for leg in legs_of(facts):
        yield Leg(
            report_id=report.id,
            number=leg.gnum,
            state=report.state,
            ebc_code=report.ebc_code,
            direction=direction_of(facts, leg),
            leg_kind=leg.leg_kind,
            trans_code=leg.trans_code,
            order_no=leg.order_no,
            entry_no=leg.entry_no,
            counterparty=leg.counterparty,
            country=leg.country,
            currency=customs_code_of(leg.currency),
            amount=leg.amount,
            usd=checked.legs[leg.gnum].dollars,
            rmb=checked.legs[leg.gnum].yuan,
            at=_instant_of(parse_moment(leg.leg_time)),
        )


def count_legs(report: FiledReport, of_report: Iterable[Leg], repository: ForexRepository, sign: int) -> None:
    """Add the legs of a report to the year's totals of its enterprise (`sign` 1), or subtract them (-1)."""
    totals, year = repository.totals([report.ebc_code]), int(report.value_on[:4])
    sums: dict[str, int] = {}
    for leg in of_report:
        sums[leg.direction] = sums.get(leg.direction, 0) + leg.usd
    for direction in sorted(sums):
        total = totals.get((report.ebc_code, year, direction)) or Total(report.ebc_code, year, direction)
        total.usd += sign * sums[direction]
        total.count += sign
        repository.put_total(total)


def _instant_of(moment_of_leg: datetime | None) -> int:
    if moment_of_leg is None:
        raise ValueError("a leg without a moment was not refused")
    return int(moment_of_leg.replace(tzinfo=SHANGHAI).timestamp() * 1000)
