"""Handles filed reports: each is checked by all rules, then refused, put in review, or booked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from declarations.calendar import SHANGHAI, at
from declarations.documents.forex_report import ForexReport
from declarations.forex.checking import CheckedReport, check
from declarations.forex.findings import Weight
from declarations.forex.flows import legs, moment, way
from declarations.forex.rates import customs_code, in_dollars, letters, scaled_dollars
from declarations.money import plain
from declarations.reasons import Reason
from gateways.forex import knowledge
from gateways.forex.outcomes import note, report_collected, send_receipt, send_taken_in, step
from gateways.forex.repository import FiledReport, ForexDesk, ForexRepository, Leg, Total
from gateways.records import FiledDocument
from gateways.replies import together
from gateways.topics.shared import DocumentFiled

CONVERTED = "21030"
"""Reason that records the exchange rate at which the amount was converted to yuan."""


def handle_reports(documents: Sequence[DocumentFiled], desk: ForexDesk) -> None:
    """Check and decide filed reports; versions that were handled before are skipped."""
    filed = sorted(
        desk.repository.documents({document.document_id for document in documents}).values(),
        key=lambda report: report.id,
    )
    desk.repository.lock_enterprises(sorted({document.facts.ebc_code for document in filed}))
    known = desk.repository.reports_by_key([document.key for document in filed])
    new = [
        document
        for document in filed
        if document.key not in known or known[document.key].document_version < document.version
    ]
    knowledge.load(new, desk.repository)
    for document in new:
        report, facts = (
            _report(document, known.get(document.key), desk),
            knowledge.with_order_numbers(document.facts, desk.repository),
        )
        checked = check(
            facts, knowledge.facts(facts, report.id, desk.repository), at(desk.now).replace(tzinfo=None), desk.law
        )
        _decide(report, facts, checked, desk)


def _report(filed: FiledDocument, old: FiledReport | None, desk: ForexDesk) -> FiledReport:
    """The row of a filed report; one that was refused before starts over under its old id."""
    facts = filed.facts
    return FiledReport(
        id=old.id if old else desk.repository.new_id(),
        key=filed.key,
        cop_no=facts.cop_no,
        state="declared",
        reporter_code=facts.reporter_code,
        ebc_code=facts.ebc_code,
        direction=facts.direction,
        settlement=facts.settlement,
        currency=customs_code(facts.currency),
        amount=facts.amount,
        mailboxes=filed.mailboxes,
        document_id=filed.id,
        document_version=filed.version,
        version=old.version if old else 0,
        legs=len(facts.lines),
        filed_at=desk.now,
        last_return=max(filed.last_return, old.last_return if old else 0),
    )


def _decide(report: FiledReport, facts: ForexReport, checked: CheckedReport, desk: ForexDesk) -> None:
    report.value_on = checked.day.isoformat() if checked.day else ""
    report.reasons = tuple(finding.reason for finding in checked.findings)
    if refusals := checked.reasons(Weight.REFUSE):
        send_receipt(report, step(report, "reject").return_status, together(refusals), desk)
        note(report, "forex_refused", desk, report.reasons)
        report.decided_at = desk.now
        desk.repository.put_report(report)
        desk.repository.put_legs(report.id, ())
        return
    _value(report, checked, desk)
    if doubts := checked.reasons(Weight.REVIEW):
        send_receipt(report, step(report, "review").return_status, together(doubts), desk)
        note(report, "forex_in_review", desk, report.reasons)
    else:
        send_taken_in(report, desk)
        _book(report, desk)
    _count(report, facts, checked, desk)


def _book(report: FiledReport, desk: ForexDesk) -> None:
    booked = step(report, "book")
    send_receipt(report, booked.return_status, Reason(booked.words, {}), desk)
    note(report, "forex_booked", desk, report.reasons)
    report.decided_at = desk.now


def _value(report: FiledReport, checked: CheckedReport, desk: ForexDesk) -> None:
    if checked.day is None or checked.kept_until is None:
        raise ValueError(f"report {report.key} was checked without a day")
    report.rmb, report.keep_until = checked.yuan, checked.kept_until.isoformat()
    report.usd = scaled_dollars(in_dollars(report.amount, report.currency, checked.day, desk.law))
    report.reasons += (
        Reason(
            CONVERTED,
            {
                "amount": plain(report.amount),
                "currency": letters(report.currency),
                "rate": str(checked.rate),
                "yuan": plain(checked.yuan),
            },
            checked.parameters,
        ),
    )


def _count(report: FiledReport, facts: ForexReport, checked: CheckedReport, desk: ForexDesk) -> None:
    """Store a report that was not refused with its legs, and add them to the year's totals."""
    of_report = list(_legs(report, facts, checked))
    count(report, of_report, desk.repository, 1)
    desk.repository.put_report(report)
    desk.repository.put_legs(report.id, of_report)
    if report.state == "booked":
        report_collected(report, of_report, desk)


def _legs(report: FiledReport, facts: ForexReport, checked: CheckedReport) -> Iterable[Leg]:
    for leg in legs(facts):
        yield Leg(
            report_id=report.id,
            number=leg.gnum,
            state=report.state,
            ebc_code=report.ebc_code,
            direction=way(facts, leg),
            leg_kind=leg.leg_kind,
            trans_code=leg.trans_code,
            order_no=leg.order_no,
            entry_no=leg.entry_no,
            counterparty=leg.counterparty,
            country=leg.country,
            currency=customs_code(leg.currency),
            amount=leg.amount,
            usd=checked.legs[leg.gnum].dollars,
            rmb=checked.legs[leg.gnum].yuan,
            at=_instant(moment(leg.leg_time)),
        )


def count(report: FiledReport, of_report: Iterable[Leg], repository: ForexRepository, sign: int) -> None:
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


def _instant(moment_of_leg: datetime | None) -> int:
    if moment_of_leg is None:
        raise ValueError("a leg without a moment was not refused")
    return int(moment_of_leg.replace(tzinfo=SHANGHAI).timestamp() * 1000)
