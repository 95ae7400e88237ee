"""Takes in what the register records about registered companies: a late correction of the day that was asked for, a
licence that ended since, a company on a list of abnormal or severely unlawful ones, is a case for an officer. None
undoes the registration by itself; but while a licence is revoked or deregistered, lists that name the company wait."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date

from declarations.calendar import instant_of
from declarations.commerce.licences import LicenceRecord, LicenceState, record_on
from declarations.reasons import Reason
from gateways.commerce.outcomes import CORRECTED, ENDED, CaseFinding, settle
from gateways.commerce.repository import CommerceDesk, LicenceQueryRow
from gateways.topics.commerce import LicenceChangeDue, LicencesRecorded
from gateways.topics.facts import OptionsChanged

CORRECTED_LATER, ENDED_SINCE, ENDED_UNASKED, LISTED_SINCE = "26109", "26110", "26116", "26117"
REGISTERED_WITH = frozenset({LicenceState.OPEN, LicenceState.MOVED})
"""States with which a company is registered, the second by an officer."""
GONE = frozenset({LicenceState.REVOKED, LicenceState.DEREGISTERED})
"""States of a company that may not trade; one that moved may."""


def handle_recorded(recorded: Sequence[LicencesRecorded], desk: CommerceDesk) -> None:
    """Compare with what the register holds now about companies: what it answered the registrar, and that they are
    registered, whether it was asked or not."""
    _compare({one.credit_code for one in recorded}, desk)


def handle_options(changed: Sequence[OptionsChanged], desk: CommerceDesk) -> None:
    """Look at all registered companies where market supervision and commerce were switched on."""
    if any("commerce" in one.names for one in changed):
        _compare(desk.repository.licensed(), desk)


def _compare(credit_codes: Collection[str], desk: CommerceDesk) -> None:
    codes = sorted(credit_codes)
    licences, companies = desk.repository.licences(codes), desk.repository.companies(codes)
    asked: dict[str, list[LicenceQueryRow]] = {code: [] for code in codes}
    for query in desk.repository.queries_about(codes):
        if query.answers:
            asked[query.credit_code].append(query)
    for code in codes:
        records, own = licences.get(code, ()), companies.get(code, ())
        found = {**dict(_corrected(asked[code], records)), **dict(_ended(code, own, asked[code], records, desk.day))}
        settle(f"L|{code}", found, desk, holds=is_gone(record_on(records, desk.day)))
        for record in records if asked[code] or own else ():
            begins = instant_of(date.fromisoformat(record.since))
            if begins > desk.now:
                desk.schedule(begins, LicenceChangeDue(code, record.since))


def is_gone(record: LicenceRecord | None) -> bool:
    """True if the register says that a company may not trade any more."""
    return record is not None and record.state in GONE


def handle_change_due(due: Sequence[LicenceChangeDue], desk: CommerceDesk) -> None:
    """Compare again on the day from which something recorded before holds."""
    handle_recorded([LicencesRecorded(one.credit_code) for one in due], desk)


def _corrected(
    queries: Sequence[LicenceQueryRow], records: Sequence[LicenceRecord]
) -> Iterator[tuple[str, CaseFinding]]:
    """The answers of whose day the register says something else now."""
    for query in queries:
        answered, then = query.answers[-1].state, record_on(records, date.fromisoformat(query.as_of))
        state = then.state if then else ""
        if state != answered:
            named = {"credit_code": query.credit_code, "day": query.as_of, "answered": answered or "–"}
            reason = Reason(CORRECTED_LATER, {**named, "licence_state": state or "–"})
            yield f"L|{query.id}", CaseFinding(CORRECTED, reason, query.code, query.credit_code)


def _ended(
    credit_code: str,
    companies: Collection[str],
    queries: Sequence[LicenceQueryRow],
    records: Sequence[LicenceRecord],
    day: date,
) -> Iterator[tuple[str, CaseFinding]]:
    """The companies with a licence that was another when they were registered: by the register's last answer to that,
    open if it was never asked. What a correction of that day says already is one case, not two."""
    today = record_on(records, day)
    if today is None:
        return
    last = {query.code: query for query in queries if query.answers[-1].state in REGISTERED_WITH}
    for company in sorted({*companies, *last}):
        query = last.get(company)
        corrected = any(
            then is today and then.state != query.answers[-1].state
            for query in queries
            if query.code == company and (then := record_on(records, date.fromisoformat(query.as_of)))
        )
        if not corrected and (reason := _worse(credit_code, query, today)):
            key = f"V|{query.id}" if query else f"V|{company}|0"
            yield key, CaseFinding(ENDED, reason, company, credit_code)


def _worse(credit_code: str, query: LicenceQueryRow | None, today: LicenceRecord) -> Reason | None:
    """Why an officer looks at a company as the register has it today; None: it is as it was when it registered."""
    then = query.answers[-1] if query else None
    named = {"credit_code": credit_code, "since": today.since}
    if today.state != (then.state if then else LicenceState.OPEN) and today.state != LicenceState.OPEN:
        if then is None:
            return Reason(ENDED_UNASKED, {**named, "licence_state": today.state})
        asked = {"day": then.as_of, "answered": then.state}
        return Reason(ENDED_SINCE, {**named, **asked, "licence_state": today.state})
    before = (then.abnormal, then.severe) if then else ("0", "0")
    if any(now == "1" != was for now, was in zip((today.abnormal, today.severe), before, strict=True)):
        return Reason(LISTED_SINCE, {**named, "abnormal": today.abnormal, "severe": today.severe})
    return None
