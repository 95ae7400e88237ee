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
from gateways.customs.requests import new_request, step
from gateways.records import FiledDocument, TimelineEvent
from gateways.topics.customs import PartsOverdue
from gateways.topics.shared import DocumentFiled

MISSING: Mapping[str, str] = {
    "consolidation": "17304",
    "arrival_note": "17304",
    "departure_note": "17304",
    "summary_request": "18009",
}
"""Kinds that come in parts → code of the refusal when parts are missing at the deadline."""
_OPEN = frozenset({"declared", "incomplete", "rejected"})
"""States of a part that its sender may still delete or replace."""
_STARTED = frozenset({"accepted", "awaiting_release", "checking", "summarised"})
MAX_NAMED = 10
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
    def of(self) -> int:
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
    by_meeting = desk.repository.meet(sorted({document.place for document in documents}))
    notes = {
        name: of_note
        for name, of_note in _by_note(by_meeting.values()).items()
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


def handle_missing(overdue: Sequence[PartsOverdue], desk: CustomsDesk) -> None:
    """Refuse all waiting parts of the notes whose deadline has come.

    The deadline of the first part counts for the whole note.
    """
    by_meeting = desk.repository.meet(sorted({deadline.place for deadline in overdue}))
    requests = desk.repository.requests_by_id([deadline.request_id for deadline in overdue])
    late = {
        requests[deadline.request_id].document_id
        for deadline in overdue
        if deadline.request_id in requests
        and requests[deadline.request_id].state == "incomplete"
        and requests[deadline.request_id].document_version == deadline.document_version
    }
    for of_note in _by_note(by_meeting.values()).values():
        if any(document.id in late for document in of_note):
            parts = _parts(of_note, desk.repository)
            waiting = [part for part in parts if part.request.state == "incomplete"]
            reason = _missing(parts, waiting[0].of, desk)
            for part in waiting:
                refuse_request(part.request, part.filed.order_no, [reason], desk)


def _by_note(meetings: Iterable[Sequence[FiledDocument]]) -> dict[tuple[str, str], list[FiledDocument]]:
    """Group documents by note: (kind, key without the part's number) → its parts."""
    notes: dict[tuple[str, str], list[FiledDocument]] = {}
    for filed in meetings:
        for document in filed:
            if document.kind in MISSING:
                notes.setdefault((document.kind, document.key.rpartition("|")[0]), []).append(document)
    return notes


def _parts(of_note: Sequence[FiledDocument], repository: CustomsRepository) -> list[Part]:
    """The parts of a note that customs has handled before."""
    rows = repository.requests(of_note[0].kind, [document.key for document in of_note])
    return [Part(document, rows[document.key]) for document in of_note if document.key in rows]


def _handle_note(
    of_note: Sequence[FiledDocument], rows: Mapping[str, Request], rules: MultipartRules, desk: CustomsDesk
) -> None:
    earlier, new = [], []
    for document in of_note:
        old = rows.get(document.key)
        if document.state == "declared" and (old is None or old.document_version < document.version):
            new.append(Part(document, new_request(document, None, old, desk.repository, desk.now)))
        elif document.state == "deleted" and old is not None and old.state in _OPEN:
            step(old, "delete")
            desk.repository.put_request(old)
        elif old is not None and (old.state == "incomplete" or old.state in _STARTED):
            earlier.append(Part(document, old))
    if new:
        _complete(earlier, new, rules, desk)


def _complete(earlier: Sequence[Part], new: Sequence[Part], rules: MultipartRules, desk: CustomsDesk) -> None:
    """Refuse the new parts that contradict the first; start on the note if it is complete, else wait."""
    first = (*earlier, *new)[0]
    parts = list(earlier)
    for part in new:
        if contradictions := rules.contradictions(part.filed.facts, first.filed.facts):
            refuse_request(part.request, part.filed.order_no, contradictions, desk)
        else:
            parts.append(part)
    waiting = [part for part in parts if part.request.state not in _STARTED]
    if len(_numbers(parts)) == first.of:
        rules.start(waiting, desk)
        return
    for part in waiting:
        if part.request.state == "declared":
            _wait(part, _missing(parts, first.of, desk), desk)


def _numbers(parts: Iterable[Part]) -> set[int]:
    return {
        part.number
        for part in parts
        if 1 <= part.number <= part.of and part.request.state not in {"rejected", "deleted"}
    }


def _missing(parts: Sequence[Part], count: int, desk: CustomsDesk) -> Reason:
    """The reason that names the missing parts, at most the first `_NAMED`."""
    window = desk.in_force("windows.parts")
    received, named, number = _numbers(parts), list[str](), 0
    while number < count and len(named) <= MAX_NAMED:
        number += 1
        if number not in received:
            named.append(str(number) if len(named) < MAX_NAMED else "…")
    values = {"missing": ",".join(named), "found": str(len(received)), "hours": f"{window.amount:f}"}
    return Reason(MISSING[parts[0].filed.kind], {**values, "count": str(count), "expected": str(count)}, (window.id,))


def _wait(part: Part, missing: Reason, desk: CustomsDesk) -> None:
    step(part.request, "wait_for_parts")
    desk.repository.put_request(part.request)
    desk.note(part_event(part, desk.now, "waiting", [missing]))
    overdue = PartsOverdue(part.request.id, part.request.document_version, part.filed.order_no)
    desk.deadline(desk.due_in("windows.parts"), overdue)


def part_event(part: Part, now: int, name: str, reasons: Sequence[Reason] = ()) -> TimelineEvent:
    """Return a timeline event about a part of a note."""
    return TimelineEvent(
        order_no=part.filed.order_no,
        kind=part.filed.kind,
        key=part.filed.key,
        at=now,
        actor="customs",
        event=name,
        state=part.request.state,
        reasons=reasons,
    )
