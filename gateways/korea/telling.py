"""Takes in what Korea's customs tells by itself: outcomes of parcels, inspections, AEO companies."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from declarations.calendar import DAY, instant_of_stamp
from declarations.korea.aeo import REVOKED, SUSPENDED, VALID, KoreaAeoStatus
from declarations.korea.draw import KoreaInspected
from declarations.port.notices import time_text
from declarations.reasons import Reason
from gateways.korea import answers, outcomes
from gateways.korea.answers import KoreaAnswer, bad
from gateways.korea.repository import TO_KOREA, KoreaDesk, KoreaParcel
from gateways.records import FiledDocument
from gateways.topics.shared import DocumentFiled

OLDER, TOLD, NO_PARCEL, INSPECTED = "24455", "24457", "24458", "24433"
BAD_AEO, NO_COMPANY, AEO_TAKEN = "24440", "24441", "24442"
AHEAD = 7 * DAY
"""How far ahead of the sandbox's clock Korea may tell: it plays days that the sandbox has not reached (I)."""
AEO_NUMBER = re.compile(r"KR[0-9A-Z]{1,17}")
"""Our reading (confidence I): the format of Korea's numbers was not found."""


def handle_outcomes(documents: Sequence[DocumentFiled], desk: KoreaDesk) -> None:
    """Handle outcomes of parcels in Korea."""
    answers.answer_each(documents, desk, _take_outcomes)


def handle_inspections(documents: Sequence[DocumentFiled], desk: KoreaDesk) -> None:
    """Handle inspections by Korea."""
    answers.answer_each(documents, desk, _take_inspections)


def handle_companies(documents: Sequence[DocumentFiled], desk: KoreaDesk) -> None:
    """Handle lists of AEO companies."""
    answers.answer_each(documents, desk, _take_companies)


def _take_outcomes(paper: FiledDocument, desk: KoreaDesk) -> KoreaAnswer:
    facts = paper.facts
    faults = _bad_times_of_lines(facts, desk) + [
        bad(line.gnum, "status", line.status, " ".join(outcomes.ACTIONS))
        for line in facts.lines
        if line.status not in outcomes.ACTIONS
    ]
    newest = {
        parcel.hbl_no: parcel
        for parcel in desk.repository.parcels_of({line.hbl_no for line in facts.lines})
        if parcel.direction == TO_KOREA
    }
    faults += [
        Reason(NO_PARCEL, {"line": line.gnum, "parcel": line.hbl_no})
        for line in facts.lines
        if line.hbl_no not in newest
    ]
    if faults:
        return KoreaAnswer(answers.REFUSED, faults)
    told = [_take_outcome(line, newest[line.hbl_no], desk) for line in facts.lines]
    if contradictions := [reason for reason in told if reason and reason.rule == outcomes.CONTRADICTS]:
        return KoreaAnswer(answers.DIFFERENT, contradictions)
    older = [reason for reason in told if reason]
    return KoreaAnswer(answers.TAKEN_IN, older or (Reason(TOLD, {"parcels": str(len(told))}),))


def _take_outcome(line: Any, parcel: KoreaParcel, desk: KoreaDesk) -> Reason | None:
    at = instant_of_stamp(line.time) or 0
    if at < parcel.told_at:
        older = Reason(OLDER, {"parcel": parcel.hbl_no, "status": line.status, "at": time_text(at)})
        outcomes.COURSE.note(parcel.parcel_no, "older", parcel.state, (older,), desk)
        return older
    if (at, line.status) == (parcel.told_at, parcel.told_status):
        return None
    parcel.told_at, parcel.told_status = at, line.status
    steps = parcel.steps
    outcomes.take_outcome(parcel, line.status, line.reason, desk)
    return parcel.reasons[0] if parcel.state == "doubtful" and parcel.steps > steps else None


def _bad_times_of_lines(facts: Any, desk: KoreaDesk) -> list[Reason]:
    """The reasons against times that are none, or further ahead than any clock: what is said of them would hide what
    happens first."""
    return [
        bad(line.gnum, "time", line.time, f"yyyyMMddHHmmss ≤ {time_text(desk.now + AHEAD)}")
        for line in facts.lines
        if not answers.is_time(line.time) or (instant_of_stamp(line.time) or 0) > desk.now + AHEAD
    ]


def _take_inspections(paper: FiledDocument, desk: KoreaDesk) -> KoreaAnswer:
    facts = paper.facts
    faults = _bad_times_of_lines(facts, desk)
    for element, allowed in (("method", "123"), ("result", "123")):
        faults += [
            bad(line.gnum, element, getattr(line, element), " ".join(allowed))
            for line in facts.lines
            if getattr(line, element) not in tuple(allowed)
        ]
    if faults:
        return KoreaAnswer(answers.REFUSED, faults)
    known = desk.repository.inspections({line.hbl_no for line in facts.lines})
    told: dict[str, KoreaInspected] = {}
    for line in facts.lines:
        at = instant_of_stamp(line.time) or 0
        row = KoreaInspected(
            hbl_no=line.hbl_no,
            container_no=line.container_no,
            seal_no=line.seal_no,
            method=line.method,
            result=line.result,
            at=at,
            told_at=desk.now,
            document_id=paper.id,
        )
        before = told.get(line.hbl_no) or known.get(line.hbl_no)
        if before is None or before.at <= at:
            told[line.hbl_no] = row
    desk.repository.put_inspections(list(told.values()))
    return KoreaAnswer(answers.TAKEN_IN, (Reason(INSPECTED, {"parcels": str(len(facts.lines))}),))


def _take_companies(paper: FiledDocument, desk: KoreaDesk) -> KoreaAnswer:
    facts = paper.facts
    named = {line.company_code for line in facts.lines if line.company_code}
    registered = desk.repository.registered(named)
    faults: list[Reason] = []
    for line in facts.lines:
        if not AEO_NUMBER.fullmatch(line.aeo_no):
            faults.append(Reason(BAD_AEO, {"line": line.gnum, "number": line.aeo_no}))
        if line.company_code and line.company_code not in registered:
            faults.append(Reason(NO_COMPANY, {"line": line.gnum, "company": line.company_code}))
        if line.status not in (VALID, SUSPENDED, REVOKED):
            faults.append(bad(line.gnum, "status", line.status, "1 2 3"))
        days = (("since", line.since), ("until", line.until or "20991231"))
        faults += [bad(line.gnum, element, day, "yyyyMMdd") for element, day in days if not day_told(day)]
    if faults:
        return KoreaAnswer(answers.REFUSED, faults)
    desk.repository.put_aeo([_status(line, paper.id, desk) for line in facts.lines])
    companies = len({line.aeo_no for line in facts.lines})
    return KoreaAnswer(answers.TAKEN_IN, (Reason(AEO_TAKEN, {"companies": str(companies)}),))


def _status(line: Any, document_id: int, desk: KoreaDesk) -> KoreaAeoStatus:
    return KoreaAeoStatus(
        key=f"{line.aeo_no}|{day_told(line.since)}",
        aeo_no=line.aeo_no,
        company_code=line.company_code,
        name=line.name,
        status=line.status,
        since=day_told(line.since),
        until=day_told(line.until),
        told_at=desk.now,
        document_id=document_id,
    )


def day_told(text: str) -> str:
    """Return a day that is told as yyyyMMdd as yyyy-MM-dd; empty for anything else."""
    if len(text) != 8 or not (text.isascii() and text.isdigit()):
        return ""
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:])).isoformat()
    except ValueError:
        return ""
