"""Takes in what the register records later about companies that were registered on its answer: a late correction of the
day that was asked for, or a licence that ended since, is a case for an officer. Neither undoes the registration by
itself; but while a licence is revoked or deregistered, lists that name the company wait until the case is settled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from declarations.calendar import instant_of
from declarations.commerce.licences import LicenceRecord, LicenceState, record_on
from declarations.reasons import Reason
from gateways.commerce.outcomes import CORRECTED, ENDED, CaseFinding, settle
from gateways.commerce.repository import CommerceDesk, LicenceQueryRow
from gateways.topics.commerce import LicenceChangeDue, LicencesRecorded

CORRECTED_LATER, ENDED_SINCE = "26109", "26110"
GONE = frozenset({LicenceState.REVOKED, LicenceState.DEREGISTERED})
"""States of a company that may not trade; one that moved may."""


def handle_recorded(recorded: Sequence[LicencesRecorded], desk: CommerceDesk) -> None:
    """Compare what the register answered the registrar about these companies with what it holds now."""
    codes = sorted({one.credit_code for one in recorded})
    licences = desk.repository.licences(codes)
    asked: dict[str, list[LicenceQueryRow]] = {code: [] for code in codes}
    for query in desk.repository.queries_about(codes):
        if query.answers:
            asked[query.credit_code].append(query)
    for code in codes:
        records = licences.get(code, ())
        today = record_on(records, desk.day)
        gone = today is not None and today.state in GONE
        settle(f"L|{code}", dict(_found(asked[code], records, desk)), desk, holds=gone)
        for record in records if asked[code] else ():
            begins = instant_of(date.fromisoformat(record.since))
            if begins > desk.now:
                desk.schedule(begins, LicenceChangeDue(code, record.since))


def handle_change_due(due: Sequence[LicenceChangeDue], desk: CommerceDesk) -> None:
    """Compare again on the day from which something recorded before holds."""
    handle_recorded([LicencesRecorded(one.credit_code) for one in due], desk)


def _found(
    queries: Sequence[LicenceQueryRow], records: Sequence[LicenceRecord], desk: CommerceDesk
) -> Iterator[tuple[str, CaseFinding]]:
    today = record_on(records, desk.day)
    for query in queries:
        answered = query.answers[-1].state
        then = record_on(records, date.fromisoformat(query.as_of))
        named = {"credit_code": query.credit_code, "day": query.as_of, "answered": answered or "–"}
        state = then.state if then else ""
        if state != answered:
            reason = Reason(CORRECTED_LATER, {**named, "licence_state": state or "–"})
            yield f"L|{query.id}", CaseFinding(CORRECTED, reason, query.code, query.credit_code)
        elif answered == LicenceState.OPEN and today is not None and today.state != LicenceState.OPEN:
            reason = Reason(ENDED_SINCE, {**named, "licence_state": today.state, "since": today.since})
            yield f"V|{query.id}", CaseFinding(ENDED, reason, query.code, query.credit_code)
