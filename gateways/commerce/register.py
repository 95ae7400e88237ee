"""The register answers queries about licences: the registrar's, and those that companies send. It answers after its
time, and can be told to be at fault; silence is never an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from declarations.calendar import DAY, HOUR, stamp14
from declarations.commerce.days import iso_day
from declarations.commerce.licences import LicenceAnswer, LicenceState, answer_of, digest_of, record_on
from declarations.reasons import Reason
from gateways.commerce.outcomes import CONTRADICTING, REFUSED, SILENT, CaseFinding, answer, refusal_of_sender, settle
from gateways.commerce.repository import CommerceDesk, LicenceQueryRow
from gateways.forced import ForcedQuery, RegisterFault
from gateways.records import FiledDocument
from gateways.topics.commerce import LicenceAnswered, LicenceAsked, LicenceDue, LicenceOverdue
from gateways.topics.shared import DocumentFiled

NO_SUCH_CODE, NOT_AUTHORISED, ANSWERED, BAD_DAY = "26101", "26102", "26112", "26115"
CONTRADICTED, UNANSWERED = "26107", "26108"
REGISTRATION = "registration"


def handle_asked(asked: Sequence[LicenceAsked], desk: CommerceDesk) -> None:
    """Note what the registrar asks."""
    for one in asked:
        _note(LicenceQueryRow(0, one.credit_code, one.as_of, one.code, REGISTRATION, 0, one.document_version), desk)


def handle_queries(documents: Sequence[DocumentFiled], desk: CommerceDesk) -> None:
    """Note what companies ask about themselves, or about who authorised them; others are refused (26102)."""
    papers = desk.repository.documents(sorted({document.document_id for document in documents}))
    codes = sorted({paper.facts.company_code for paper in papers.values()})
    boxes = desk.repository.mailboxes(codes) if desk.options.commerce != "off" else {}
    own = desk.repository.credit_codes(codes) if desk.options.commerce != "off" else {}
    for paper in papers.values():
        facts = paper.facts
        refusal = refusal_of_sender(paper, facts.company_code, boxes, desk) or _refusal(paper, own, desk)
        if refusal:
            answer(paper, REFUSED, (refusal,), desk)
            continue
        day = iso_day(facts.as_of)
        named = (facts.credit_code, day, facts.company_code, facts.purpose, paper.id, paper.version)
        _note(LicenceQueryRow(0, *named), desk)


def _refusal(paper: FiledDocument, own: Mapping[str, str], desk: CommerceDesk) -> Reason | None:
    facts = paper.facts
    if not (day := iso_day(facts.as_of)) or day > desk.day.isoformat():
        return Reason(BAD_DAY, {"day": facts.as_of or "–"})
    if own.get(facts.company_code) == facts.credit_code:
        return None
    given = desk.repository.authorisation(facts.credit_code, facts.auth_no) if facts.auth_no else None
    holders = {facts.company_code, own.get(facts.company_code, "")}
    if given and given.holder in holders and not given.withdrawn and desk.day.isoformat() <= given.until:
        return None
    return Reason(NOT_AUTHORISED, {"credit_code": facts.credit_code, "auth_no": facts.auth_no or "–"})


def _note(query: LicenceQueryRow, desk: CommerceDesk) -> None:
    """Note a query: the register answers it in its time; an officer looks where it does not."""
    query.id, query.asked_at = desk.repository.new_id(), desk.now
    query.due_at = desk.instant_after("commerce.silence_hours")
    desk.repository.put_query(query)
    desk.schedule(desk.instant_after("commerce.answer_hours"), LicenceDue(query.id))
    desk.schedule(query.due_at, LicenceOverdue(query.id))


def handle_due(due: Sequence[LicenceDue], desk: CommerceDesk) -> None:
    """Let the register answer queries by what it holds now; a test may force a fault of it."""
    queries = desk.repository.queries([one.query_id for one in due])
    licences = desk.repository.licences({query.credit_code for query in queries.values()})
    answered: dict[int, LicenceQueryRow] = {}
    for one in due:
        query = queries[one.query_id]
        fault = one.fault or desk.forced.licence(_named(query))
        if fault == RegisterFault.SILENT:
            continue
        if fault == RegisterFault.LATE and not one.fault:
            desk.schedule(query.due_at + DAY, LicenceDue(query.id, RegisterFault.LATE))
            continue
        day = date.fromisoformat(query.as_of)
        said = answer_of(record_on(licences.get(query.credit_code, ()), day), query.credit_code, day, desk.now)
        told = [said, *([said] if fault == RegisterFault.TWICE else [])]
        if fault == RegisterFault.CONTRADICTING:
            told.append(said._replace(state=_other(said.state)))
        if any([_take_in(answer, query) for answer in told]):
            answered[query.id] = query
    for query in answered.values():
        _pass_on(query, desk)


def _named(query: LicenceQueryRow) -> ForcedQuery:
    kind = REGISTRATION if query.of_registration else "licence_query"
    return ForcedQuery(f"{query.credit_code}|{query.code}", query.code, kind)


def _other(state: str) -> str:
    return LicenceState.REVOKED if state == LicenceState.OPEN else LicenceState.OPEN


def _take_in(said: LicenceAnswer, query: LicenceQueryRow) -> bool:
    """Take in an answer; False if it says what was said before."""
    query.times_answered += 1
    if any(known.said == said.said for known in query.answers):
        return False
    query.answers = (*query.answers, said)
    query.answered_at = query.answered_at or said.answered_at
    return True


def _pass_on(query: LicenceQueryRow, desk: CommerceDesk) -> None:
    """Tell who asked, and look at the query's cases."""
    if query.of_registration:
        filings = desk.repository.filings([query.credit_code])
        query.filing_no = filings[query.credit_code].filing_no if query.credit_code in filings else ""
        desk.send(LicenceAnswered(query.code, query.document_version, query.answers, query.filing_no))
    else:
        for paper in desk.repository.documents([query.document_id]).values():
            _answer_query(paper, query.answers[-1], desk)
    desk.repository.put_query(query)
    look(query, desk)


def _answer_query(paper: FiledDocument, said: LicenceAnswer, desk: CommerceDesk) -> None:
    named = {"credit_code": said.credit_code, "day": said.as_of}
    if not said.state:
        answer(paper, REFUSED, (Reason(NO_SUCH_CODE, named),), desk)
        return
    elements = elements_of(said)
    reason = Reason(ANSWERED, {**named, "licence_state": said.state})
    answer(paper, "399", (reason,), desk, {**elements, "digest": digest_of(elements)})


def elements_of(said: LicenceAnswer) -> dict[str, str]:
    """Return an answer by the elements of `LicenceAnswer`, without those that say nothing."""
    elements = {
        "creditCode": said.credit_code,
        "asOf": said.as_of.replace("-", ""),
        "name": said.name,
        "state": said.state,
        "legalPerson": said.legal_person,
        "foundedDay": said.founded.replace("-", ""),
        "scope": said.scope,
        "abnormal": said.abnormal,
        "severe": said.severe,
        "answeredAt": stamp14(said.answered_at),
    }
    return {name: value for name, value in elements.items() if value}


def handle_overdue(overdue: Sequence[LicenceOverdue], desk: CommerceDesk) -> None:
    """Look at queries whose time has run out."""
    for query in desk.repository.queries([one.query_id for one in overdue]).values():
        look(query, desk)


def look(query: LicenceQueryRow, desk: CommerceDesk) -> None:
    """Compare a query with its cases: the register is silent, or contradicts itself."""
    found: dict[str, CaseFinding] = {}
    silent, contradicting = f"S|{query.id}", f"X|{query.id}"
    named = {"credit_code": query.credit_code, "day": query.as_of}
    of = {"credit_code": query.credit_code}
    if not query.answers and desk.now >= query.due_at:
        hours = str((query.due_at - query.asked_at) // HOUR)
        found[silent] = CaseFinding(SILENT, Reason(UNANSWERED, {**named, "hours": hours}), **of)
    if len(query.answers) > 1:
        states = " / ".join(said.state or "–" for said in query.answers)
        found[contradicting] = CaseFinding(CONTRADICTING, Reason(CONTRADICTED, {**named, "states": states}), **of)
    settle(f"Q|{query.credit_code}", found, desk, among=(silent, contradicting))
