"""Joins the parts (报文序号) of notes of transport (607, 507, 509) and summary requests (701), msgCount messages each.

Parts come in any order, repeatedly or concurrently. All parts of a note share one meeting, under the sender's number;
the worker that locks it and finds the last part starts on the note, once. A refused part may be sent again; a part that
was taken in stays. `MultipartRules` define which parts contradict each other, and the start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from declarations.documents import Document
from declarations.reasons import Reason
from gateways.customs.outcome import refuse_request
from gateways.customs.repository import CustomsDesk, CustomsRepository, Request
from gateways.customs.requests import apply_step, new_request
from gateways.records import CaseReference, FiledDocument, TimelineEvent
from gateways.topics.customs import PartsOverdue
from gateways.topics.shared import DocumentFiled

CODES_OF_MISSING_PARTS: Mapping[str, str] = {
    "consolidation": "17304",
    "arrival_note": "17304",
    "departure_note": "17304",
    "summary_request": "18009",
}
"""Kinds that come in parts → code of the refusal when parts are missing at the deadline."""
_REPLACEABLE_STATES = frozenset({"declared", "incomplete", "rejected"})
"""States of a part that its sender may still delete or replace."""
_STARTED_STATES = frozenset({"accepted", "awaiting_release", "checking", "summarised"})
MAX_MISSING_NAMED = 10
"""Maximum number of missing parts that a refusal names."""


class Part(NamedTuple):
    """One part of a note: its document, and customs' row about it."""

    filed: FiledDocument
    request: Request

    @property
    def number(self) -> int:
        """Its sequence number, from 1."""
        return int(self.filed.facts.msg_seq_no)

    @property
    def total(self) -> int:
        """The total number of parts that it states (msgCount)."""
        return int(self.filed.facts.msg_count)


Starting: TypeAlias = Callable[[Sequence[Part], Any], None]
"""Starts on a complete note: (its parts, the desk of its gateway)."""


class MultipartRules(NamedTuple):
    """The rules for a kind of note: the contradictions between two parts, and the start once it is complete."""

    contradictions: Callable[[Document, Document], Sequence[Reason]]
    start: Starting


def handle_parts(
    documents: Sequence[DocumentFiled], rules_by_kind: Mapping[str, MultipartRules], desk: CustomsDesk
) -> None:
    """Handle filed parts: start on every note that is complete."""
    incoming_ids = {document.document_id for document in documents}
    by_meeting = desk.repository.load_meetings(sorted({document.meeting_key for document in documents}))
    notes = {
        name: of_note
        for name, of_note in _group_by_note(by_meeting.values()).items()
        if name[0] in rules_by_kind and any(document.id in incoming_ids for document in of_note)
    }
    rows = _existing_rows(notes, desk.repository)
    for (kind, _), of_note in notes.items():
        _handle_note(of_note, rows[kind], rules_by_kind[kind], desk)


def _existing_rows(
    notes: Mapping[tuple[str, str], Sequence[FiledDocument]], repository: CustomsRepository
) -> dict[str, Mapping[str, Request]]:
    """Customs' existing rows about the parts, by kind and key; one query for each kind."""
    keys: dict[str, list[str]] = {}
    for (kind, _), of_note in notes.items():
        keys.setdefault(kind, []).extend(document.key for document in of_note)
    return {kind: repository.requests(kind, of_kind) for kind, of_kind in keys.items()}


def handle_missing(deadlines: Sequence[PartsOverdue], desk: CustomsDesk) -> None:
    """Refuse all waiting parts of the notes whose deadline has come.

    The deadline of the first part counts for the whole note.
    """
    by_meeting = desk.repository.load_meetings(sorted({deadline.meeting_key for deadline in deadlines}))
    requests = desk.repository.requests_by_id([deadline.request_id for deadline in deadlines])
    overdue_documents = {
        requests[deadline.request_id].document_id
        for deadline in deadlines
        if deadline.request_id in requests
        and requests[deadline.request_id].state == "incomplete"
        and requests[deadline.request_id].document_version == deadline.document_version
    }
    for of_note in _group_by_note(by_meeting.values()).values():
        if any(document.id in overdue_documents for document in of_note):
            parts = _handled_parts(of_note, desk.repository)
            waiting = [part for part in parts if part.request.state == "incomplete"]
            reason = _missing_reason(parts, waiting[0].total, desk)
            for part in waiting:
                refuse_request(part.request, part.filed.order_no, [reason], desk)


def _group_by_note(meetings: Iterable[Sequence[FiledDocument]]) -> dict[tuple[str, str], list[FiledDocument]]:
    """Group documents by note: (kind, key without the part's number) → its parts."""
    notes: dict[tuple[str, str], list[FiledDocument]] = {}
    for filed_documents in meetings:
        for document in filed_documents:
            if document.kind in CODES_OF_MISSING_PARTS:
                notes.setdefault((document.kind, document.key.rpartition("|")[0]), []).append(document)
    return notes


def _handled_parts(of_note: Sequence[FiledDocument], repository: CustomsRepository) -> list[Part]:
    """The parts of a note that customs has handled before."""
    rows = repository.requests(of_note[0].kind, [document.key for document in of_note])
    return [Part(document, rows[document.key]) for document in of_note if document.key in rows]


def _handle_note(
    of_note: Sequence[FiledDocument], rows: Mapping[str, Request], rules: MultipartRules, desk: CustomsDesk
) -> None:
    earlier_parts, new_parts = [], []
    for document in of_note:
        old_request = rows.get(document.key)
        if document.state == "declared" and (old_request is None or old_request.document_version < document.version):
            new_parts.append(Part(document, new_request(document, None, old_request, desk.repository, desk.now)))
        elif document.state == "deleted" and old_request is not None and old_request.state in _REPLACEABLE_STATES:
            apply_step(old_request, "delete")
            desk.repository.put_request(old_request)
        elif old_request is not None and (old_request.state == "incomplete" or old_request.state in _STARTED_STATES):
            earlier_parts.append(Part(document, old_request))
    if new_parts:
        _join_new_parts(earlier_parts, new_parts, rules, desk)


def _is_refused(part: Part, first_part: Part, rules: MultipartRules, desk: CustomsDesk) -> bool:
    """Refuse a part that contradicts the first one; return False if it does not."""
    contradictions = rules.contradictions(part.filed.facts, first_part.filed.facts)
    if contradictions:
        refuse_request(part.request, part.filed.order_no, contradictions, desk)
    return bool(contradictions)


def _join_new_parts(
    earlier_parts: Sequence[Part], new_parts: Sequence[Part], rules: MultipartRules, desk: CustomsDesk
) -> None:
    """Refuse the new parts that contradict the first; start on the note if it is complete, else wait."""
    first_part = (*earlier_parts, *new_parts)[0]
    parts = [*earlier_parts, *(part for part in new_parts if not _is_refused(part, first_part, rules, desk))]
    waiting = [part for part in parts if part.request.state not in _STARTED_STATES]
    if len(_received_numbers(parts)) == first_part.total:
        rules.start(waiting, desk)
        return
    for part in waiting:
        if part.request.state == "declared":
            _wait_for_parts(part, _missing_reason(parts, first_part.total, desk), desk)


def _received_numbers(parts: Iterable[Part]) -> set[int]:
    return {
        part.number
        for part in parts
        if 1 <= part.number <= part.total and part.request.state not in {"rejected", "deleted"}
    }


def _missing_reason(parts: Sequence[Part], count: int, desk: CustomsDesk) -> Reason:
    """The reason that names the missing parts, at most the first `MAX_MISSING_NAMED`."""
    window = desk.value_today("windows.parts")
    received, texts, number = _received_numbers(parts), list[str](), 0
    while number < count and len(texts) <= MAX_MISSING_NAMED:
        number += 1
        if number not in received:
            texts.append(str(number) if len(texts) < MAX_MISSING_NAMED else "…")
    values = {"missing": ",".join(texts), "found": str(len(received)), "hours": f"{window.amount:f}"}
    return Reason(
        CODES_OF_MISSING_PARTS[parts[0].filed.kind],
        {**values, "count": str(count), "expected": str(count)},
        (window.id,),
    )


def _wait_for_parts(part: Part, reason: Reason, desk: CustomsDesk) -> None:
    apply_step(part.request, "wait_for_parts")
    desk.repository.put_request(part.request)
    desk.add_event(part_event(part, desk.now, "waiting", [reason]))
    overdue = PartsOverdue(part.request.id, part.request.document_version, part.filed.order_no)
    desk.schedule(desk.instant_after("windows.parts"), overdue)


def part_event(part: Part, now: int, name: str, reasons: Sequence[Reason] = ()) -> TimelineEvent:
    """Return a timeline event about a part of a note."""
    return CaseReference(part.filed.kind, part.filed.key, part.filed.order_no).event(
        name, part.request.state, now, reasons
    )
