"""Months of pilot zones: what their companies tell, beside what customs counted. Both keep every revision; where they
differ, or nothing was told in time, an officer looks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from declarations.calendar import day_of, instant_of, months_after
from declarations.commerce.zone_reports import (
    ZoneMonth,
    first_difference,
    month_before,
    month_begins,
    read_report,
    span_of_month,
)
from declarations.export.zones import find_registered_zone
from declarations.parameters import Parameters
from declarations.reasons import Reason
from gateways.commerce.outcomes import (
    DIFFERS,
    OVERDUE,
    REFUSED,
    TAKEN_IN,
    CaseFinding,
    answer,
    refusal_of_sender,
    settle,
)
from gateways.commerce.repository import CommerceDesk, ZoneMonthRow
from gateways.records import FiledDocument
from gateways.recurring import Recurring
from gateways.topics.commerce import ZoneCompanyNamed, ZoneMonthDue
from gateways.topics.shared import DocumentFiled

AGREES, NOT_THE_ZONES, BAD_REVISION, NO_ZONE, NOT_OVER, LATE = "26300", "26303", "26304", "26305", "26306", "26308"
MODES = ("9610", "1210", "1239", "9710", "9810")


def _following(due: int, law: Parameters) -> int:
    """The end of the time in which the month that follows is reported."""
    month = months_after(day_of(due).replace(day=1), 1)
    return instant_of(month + timedelta(days=int(law.on("commerce.report_days", month).amount)))


MONTHLY = Recurring(_following)


def handle_named(named: Sequence[ZoneCompanyNamed], desk: CommerceDesk) -> None:
    """Begin to expect months of zones."""
    for zone in sorted({one.zone for one in named}):
        desk.recur(ZoneMonthDue(zone), MONTHLY)


def handle_due(due: Sequence[ZoneMonthDue], desk: CommerceDesk) -> None:
    """Look whether a zone's month was told, and count it anew: lists may have changed since."""
    for one in due:
        desk.recur(one, MONTHLY)
        if desk.options.commerce != "off":
            recount(one.zone, month_before(day_of(one.due - 1).replace(day=1)), desk)


def recount(zone: str, month: str, desk: CommerceDesk) -> None:
    """Count a month anew, and look at it."""
    _count(zone, month, desk)
    look(zone, month, desk)


def handle_reports(documents: Sequence[DocumentFiled], desk: CommerceDesk) -> None:
    """Take in months of zones: one that agrees with customs' counts (120), one that does not is kept, too, and answered
    with the first row that differs (100); others are refused."""
    papers = desk.repository.documents(sorted({document.document_id for document in documents}))
    codes = sorted({paper.facts.company_code for paper in papers.values()})
    boxes = desk.repository.mailboxes(codes) if desk.options.commerce != "off" else {}
    for paper in papers.values():
        refusal = refusal_of_sender(paper, paper.facts.company_code, boxes, desk) or _refusal(paper, desk)
        told, faults = read_report(paper.facts, MODES)
        if refusal or faults:
            answer(paper, REFUSED, (refusal,) if refusal else faults, desk)
        else:
            _take_in(paper, told, desk)


def zone_of(text: str, month: str, law: Parameters) -> str:
    """Return the city of the pilot zone with this name at the end of a month; empty if there is none."""
    first = month_begins(month)
    return find_registered_zone(text, months_after(first, 1) - timedelta(days=1), law).city if first else ""


def _refusal(paper: FiledDocument, desk: CommerceDesk) -> Reason | None:
    facts, first = paper.facts, month_begins(paper.facts.month)
    if first is None or desk.now < span_of_month(first)[1]:
        return Reason(NOT_OVER, {"month": facts.month})
    zone = zone_of(facts.zone, facts.month, desk.law)
    if not zone:
        return Reason(NO_ZONE, {"zone": facts.zone, "month": facts.month})
    if facts.company_code != _company(zone, desk):
        return Reason(NOT_THE_ZONES, {"zone": zone, "company": facts.company_code})
    expected = len(_told(zone, facts.month, desk)) + 1
    if facts.rev != str(expected):
        return Reason(BAD_REVISION, {"month": facts.month, "rev": facts.rev, "expected": str(expected)})
    return None


def _company(zone: str, desk: CommerceDesk) -> str:
    """The company that reports for a zone today; empty if none does."""
    today = desk.day.isoformat()
    named = [named.company for named in desk.repository.zone_companies(zone) if named.since <= today]
    return named[-1] if named else ""


def _told(zone: str, month: str, desk: CommerceDesk) -> Sequence[ZoneMonthRow]:
    return [row for row in desk.repository.months(zone, month) if row.told]


def _take_in(paper: FiledDocument, told: ZoneMonth, desk: CommerceDesk) -> None:
    facts = paper.facts
    zone = zone_of(facts.zone, facts.month, desk.law)
    counted = next((row.content for row in reversed(desk.repository.months(zone, facts.month)) if not row.told), None)
    difference = first_difference(told, counted or _count(zone, facts.month, desk))
    row = _row(zone, facts.month, told, desk)
    row.told, row.revision, row.company = True, int(facts.rev), facts.company_code
    row.new_registrations, row.warehouses = facts.new_registrations, facts.warehouses
    row.reasons = (difference,) if difference else ()
    desk.repository.put_month(row)
    if difference:
        answer(paper, REFUSED, (difference,), desk)
    else:
        named = {"zone": zone, "month": facts.month, "rows": str(len(told.cells))}
        answer(paper, TAKEN_IN, (Reason(AGREES, named),), desk)
    look(zone, facts.month, desk)


def _count(zone: str, month: str, desk: CommerceDesk) -> ZoneMonth:
    """Count a month from customs' rows; a count that is another than the last one is kept beside it."""
    first = month_begins(month)
    assert first is not None
    content = desk.repository.count(zone, first)
    before = [row for row in desk.repository.months(zone, month) if not row.told]
    if not before or before[-1].content != content:
        row = _row(zone, month, content, desk)
        row.revision = len(before) + 1
        desk.repository.put_month(row)
    return content


def _row(zone: str, month: str, content: ZoneMonth, desk: CommerceDesk) -> ZoneMonthRow:
    return ZoneMonthRow(
        id=desk.repository.new_id(),
        zone=zone,
        month=month,
        told=False,
        revision=0,
        company="",
        at=desk.now,
        firms=content.firms,
        parcels=content.parcels,
        cells=tuple(sorted(content.cells.items())),
    )


def look(zone: str, month: str, desk: CommerceDesk) -> None:
    """Compare a zone's month with its cases: it differs from the last count, or was not told in time."""
    rows = desk.repository.months(zone, month)
    told, counted = ([row for row in rows if row.told is told] for told in (True, False))
    first = month_begins(month)
    company, found = _company(zone, desk), dict[str, CaseFinding]()
    of: Mapping[str, str] = {"company": company, "zone": zone, "month": month}
    due = _following(instant_of(first), desk.law) if first else 0
    if not told and company and desk.now >= due:
        named = {"zone": zone, "month": month, "due": (day_of(due) - timedelta(days=1)).isoformat()}
        found["O"] = CaseFinding(OVERDUE, Reason(LATE, named), **of)
    if told and counted and (difference := first_difference(told[-1].content, counted[-1].content)):
        found["D"] = CaseFinding(DIFFERS, difference, **of)
    settle(f"M|{zone}|{month}", found, desk)
