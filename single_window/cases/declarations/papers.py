"""Filed documents with the values that people compare, labelled from the schemas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, select, union_all

from declarations.documents import DOCUMENTS, unpack
from declarations.documents.extraction import field_name
from declarations.money import amount_text
from schemas import catalogue
from single_window.cases.declarations.parts import Amount, GivenReceiptOut, Paper
from single_window.language import phrases
from single_window.language.words import Words
from single_window.store.seals import fetch
from single_window.store.tables import document, message

_WHOLE = frozenset({"gnum", "pack_no", "msg_count", "msg_seq_no"})
_ORDER = sorted(catalogue.handled(), key=lambda kind: catalogue.handling(kind).outcome_table == "request")
"""Kinds in the order of the catalogue, but notes and requests last."""
MAX_LINES = 200
"""Maximum number of lines shown for one document; a transport note may have a hundred thousand."""


def papers_of(
    connection: Connection,
    sandbox: str,
    where: Sequence[ColumnElement[bool]],
    answers: Sequence[GivenReceiptOut],
    parcel: str = "",
) -> list[Paper]:
    """Return the documents that meet any condition of `where`, ordered by kind, each with its last receipt. Conditions
    are queried separately so that each uses its index.
    `parcel`: a waybill number; of documents with many parcels only its lines are shown.
    """
    last = {(answer.kind, answer.key): answer for answer in sorted(answers, key=lambda answer: answer.time)}
    if not where:
        return []
    named = union_all(*[select(document.c.id).where(document.c.sandbox == sandbox, condition) for condition in where])
    chosen = (
        select(document, message.c.received_at)
        .outerjoin(message, message.c.id == document.c.message_id)
        .where(document.c.id.in_(named))
        .order_by(document.c.id)
        .limit(500)
    )
    rows = fetch(connection, chosen, document, message)
    return [
        _make_paper(row, last.get((row.kind, row.key)), parcel)
        for row in sorted(rows, key=lambda row: _ORDER.index(row.kind))
    ]


def _make_paper(row: Any, last: GivenReceiptOut | None, parcel: str) -> Paper:
    facts, handling = unpack(DOCUMENTS[row.kind], row.facts), catalogue.handling(row.kind)
    return Paper.of(
        row,
        words=phrases.kind(row.kind),
        state_words=phrases.state(row.state, row.kind),
        last_status=last.status if last else "",
        last_words=last.words if last else Words("", ""),
        facts=tuple(amounts_of(row.kind, facts, handling.shown, False)),
        lines=tuple(
            tuple(amounts_of(row.kind, line, handling.shown_of_lines, True))
            for line in _line_texts(row.kind, facts, parcel)
        ),
    )


def _line_texts(kind: str, facts: Any, parcel: str) -> Sequence[Any]:
    lines = getattr(facts, "lines", ()) if catalogue.handling(kind).shown_of_lines else ()
    if parcel:
        lines = [line for line in lines if getattr(line, "logistics_no", parcel) == parcel]
    return lines[:MAX_LINES]


def amounts_of(kind: str, facts: Any, elements: Iterable[str], line: bool) -> Iterable[Amount]:
    """Yield those of these elements that a document has and that are filled in; `line`: of a line, not of its head."""
    names = labels_of(kind, line)
    for element in elements:
        name = field_name(element)
        value = getattr(facts, name, None)
        if value not in ("", None):
            yield Amount(element, names.get(element, Words(element, element)), shown_text(name, value))


def shown_text(name: str, value: Any) -> str:
    """Return a document's field as text, amounts and quantities as decimals; empty for None."""
    if value is None or isinstance(value, str):
        return value or ""
    return str(value) if name in _WHOLE else amount_text(value)


@cache
def labels_of(kind: str, line: bool) -> Mapping[str, Words]:
    """Return the labels of wire names, from the schemas; `line`: of the lines, not the head."""
    layout = catalogue.layout(catalogue.by_kind(kind).code)
    return {
        field.name: Words(field.zh or field.name, field.en or field.name)
        for field in (layout.line if line else layout.head)
    }
