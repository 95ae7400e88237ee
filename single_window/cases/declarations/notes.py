"""The story of a transport note (507, 509, 607): its received and missing parts, and the states of its parcels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, and_, select

from declarations.documents import DOCUMENTS, unpack
from declarations.parameters import Parameters
from declarations.reasons import Reason
from gateways.customs.export.notes import NOTES
from gateways.customs.outcome import may_start_over
from single_window.cases.declarations import gathering
from single_window.cases.declarations.assembly import answer
from single_window.cases.declarations.coming_next import open_deadlines_of
from single_window.cases.declarations.gathering import Gathered
from single_window.cases.declarations.happenings import happenings_of
from single_window.cases.declarations.note_parts import NotePart, NoteStory, Parcel
from single_window.cases.declarations.papers import papers_of
from single_window.cases.declarations.parts import GivenReceiptOut, Paper
from single_window.frame.typed import instant_text
from single_window.language import phrases
from single_window.language.words import Words
from single_window.refused import LARGEST_ID, NotFound
from single_window.store import sandboxes
from single_window.store.bulk import chunks
from single_window.store.gateways.customs import DECLARATIONS
from single_window.store.law_books import law_of
from single_window.store.tables import declaration, document, request
from single_window.work.dispatch import open_deliveries

MAX_PARCELS, MAX_MISSING = 100, 20
"""Maximum numbers of parcels and of missing parts that are listed; all are counted."""
_decode = msgspec.json.Decoder(tuple[Reason, ...]).decode


class _Part(NamedTuple):
    """A stored part: its document row, the document's facts, and customs' state, request id and reasons."""

    row: Any
    facts: Any
    state: str
    request_id: int
    reasons: tuple[Reason, ...]


def of_note(connection: Connection, sandbox: str, document_id: int, law: Parameters | None = None) -> NoteStory:
    """Return the story of the note that a document is a part of; raises `NotFound`."""
    law = law or law_of(connection, sandbox)
    row = connection.execute(
        select(document).where(
            document.c.sandbox == sandbox, document.c.id == min(document_id, LARGEST_ID), document.c.kind.in_(NOTES)
        )
    ).first()
    if row is None:
        raise NotFound(document_id, sandbox)
    parts = _parts(connection, sandbox, row)
    keys = {part.row.key for part in parts}
    where = and_(document.c.kind == row.kind, document.c.order_no == row.order_no, document.c.key.in_(sorted(keys)))
    gathered = Gathered((where,), (row.order_no,), lambda kind, key: kind == row.kind and key in keys)
    received = gathering.answers_of(connection, sandbox, gathered)
    answers = [answer(box, receipt) for box, receipt in received]
    by_key = {paper.key: paper for paper in papers_of(connection, sandbox, gathered.where, answers)}
    count = parts[0].facts.msg_count
    present = {part.facts.msg_seq_no for part in parts if part.state not in {"rejected", "deleted"}}
    parcels = _parcels(connection, sandbox, parts)
    return NoteStory(
        sandbox=sandbox,
        now=instant_text(sandboxes.find(connection, sandbox).clock.now()),
        kind=row.kind,
        words=phrases.kind(row.kind),
        number=parts[0].facts.cop_no,
        count=count,
        missing=_missing(present, count),
        parts=tuple(_note_part(connection, sandbox, part, by_key[part.row.key], law) for part in parts),
        states=_states(parcels),
        parcels=tuple(parcels[:MAX_PARCELS]),
        parcels_more=max(0, len(parcels) - MAX_PARCELS),
        timeline=tuple(
            happenings_of(
                connection, sandbox, gathered.places, [receipt for _, receipt in received], gathered.concerns, law
            )
        ),
        receipts=_of(answers, gathered),
        open_deliveries=open_deliveries(connection, sandbox),
    )


def _of(answers: Iterable[GivenReceiptOut], gathered: Gathered) -> tuple[GivenReceiptOut, ...]:
    return tuple(paper_answer for paper_answer in answers if gathered.concerns(paper_answer.kind, paper_answer.key))


def _parts(connection: Connection, sandbox: str, row: Any) -> list[_Part]:
    """Return the parts of a note, ordered: documents of the same kind, sender and number."""
    note = row.key.rpartition("|")[0]
    columns = [request.c.state.label("standing"), request.c.id.label("request_id"), request.c.reasons]
    rows = connection.execute(
        select(document, *columns)
        .outerjoin(
            request,
            and_(request.c.sandbox == sandbox, request.c.kind == document.c.kind, request.c.key == document.c.key),
        )
        .where(document.c.sandbox == sandbox, document.c.kind == row.kind, document.c.order_no == row.order_no)
        .order_by(document.c.id)
    ).all()
    parts = [
        _Part(
            row,
            unpack(DOCUMENTS[row.kind], row.facts),
            row.standing or row.state,
            row.request_id or 0,
            _decode(row.reasons) if row.reasons else (),
        )
        for row in rows
        if row.key.rpartition("|")[0] == note
    ]
    return sorted(parts, key=lambda part: part.facts.msg_seq_no)


def _missing(present: set[int], count: int) -> tuple[int, ...]:
    numbers: list[int] = []
    number = 0
    while number < count and len(numbers) < MAX_MISSING:
        number += 1
        if number not in present:
            numbers.append(number)
    return tuple(numbers)


def _note_part(connection: Connection, sandbox: str, part: _Part, paper: Paper, law: Parameters) -> NotePart:
    return NotePart(
        part.facts.msg_seq_no,
        len(part.facts.lines),
        part.state,
        phrases.state(part.state, part.row.kind),
        paper,
        tuple(phrases.because(reason, law) for reason in part.reasons) if part.state == "rejected" else (),
        open_deadlines_of(connection, sandbox, part.request_id, part.state) if part.request_id else (),
    )


def _parcels(connection: Connection, sandbox: str, parts: Sequence[_Part]) -> list[Parcel]:
    """Return all parcels of a note with their lists."""
    named = [
        (part.facts.msg_seq_no, f"{part.facts.logistics_code}|{line.logistics_no}")
        for part in parts
        for line in part.facts.lines
    ]
    lists = _lists(connection, sandbox, [key for _, key in named])
    return [_parcel(number, key, lists.get(key)) for number, key in named]


def _parcel(number: int, key: str, row: Any) -> Parcel:
    logistics_no = key.partition("|")[2]
    if row is None:
        return Parcel(number, logistics_no, 0, "", "", Words("", ""))
    return Parcel(number, logistics_no, row.id, row.order_no, row.state, phrases.state(row.state))


def _lists(connection: Connection, sandbox: str, keys: Sequence[str]) -> Mapping[str, Any]:
    """Return export lists by parcel key. If several lists declare a parcel, an active one is taken, else the newest."""
    lists: dict[str, Any] = {}
    for part in chunks(keys):
        rows = connection.execute(
            DECLARATIONS.select()
            .where(declaration.c.sandbox == sandbox, declaration.c.flow == "E", declaration.c.logistics_key.in_(part))
            .order_by(declaration.c.id)
        )
        for listed in map(DECLARATIONS.make, rows):
            before = lists.get(listed.logistics_key)
            if before is None or may_start_over(before):
                lists[listed.logistics_key] = listed
    return lists


def _states(parcels: Sequence[Parcel]) -> tuple[tuple[str, Words, int], ...]:
    counted = Counter(parcel.state for parcel in parcels)
    return tuple(
        (state, phrases.state(state) if state else phrases.phrase("label", "no_list_here"), count)
        for state, count in sorted(counted.items())
    )
