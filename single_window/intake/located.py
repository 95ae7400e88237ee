"""Turns reasons into findings that locate each field concerned in the documents as they were sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, or_, select

from declarations.concerned_fields import ConcernedDocument, ConcernedField, concerned_fields, found_and_expected
from declarations.documents import DOCUMENTS, unpack
from declarations.documents.extraction import field_name
from declarations.reasons import Reason
from schemas import catalogue
from schemas.code_names import naming_code
from schemas.findings import Finding
from schemas.locating import Tree
from schemas.packing import MESSAGES
from schemas.parsing import Unreadable
from schemas.reading import open_message
from schemas.remedies import remedy
from single_window.language import phrases
from single_window.store.bulk import one_of
from single_window.store.tables import archive, document, message

MAX_LOCATED_BYTES = 1_000_000
"""Size of a stored message above which lines are not located."""
MAX_LOCATED_MESSAGES = 12
"""Maximum number of stored messages in which lines are located for one response."""

MAX_DECLARATIONS = 10
"""Maximum number of declarations whose reasons are located in one response."""
MAX_DOCUMENTS_OF_DECLARATION = 20
_PARTNERS = {"I": ("order", "payment", "waybill"), "E": ("export_order", "collection", "export_waybill")}


class Located(NamedTuple):
    """A document that findings may concern; `tree`: its parsed message, None if it is not available."""

    source: ConcernedDocument
    tree: Tree | None = None
    message: int | None = None
    """Id of the stored message; None: the document is part of the upload."""


class StagedFinding(NamedTuple):
    """A finding and its stage: form (schema), port or customs; the last two have the fields concerned."""

    stage: str
    finding: Finding
    fields: tuple[ConcernedField, ...] = ()


def number_of(kind: str, facts: Any) -> str:
    """The sender's own number of a document."""
    return str(getattr(facts, field_name(catalogue.by_kind(kind).number), ""))


def max_reasons(facts: Any) -> int:
    """Maximum number of reasons for a document; lower if it has many lines, because each reason is searched in them."""
    return max(20, min(1_000, 2_000_000 // (1 + len(getattr(facts, "lines", ())))))


def fields_of(reason: Reason, documents: Sequence[Located]) -> tuple[ConcernedField, ...]:
    """The fields that a reason concerns, each with its line number in the sent message."""
    trees = {
        (located.source.kind, located.source.number, located.source.position): located.tree for located in documents
    }
    return tuple(
        _locate(field, trees.get((field.kind, field.number, field.document)))
        for field in concerned_fields(reason, [located.source for located in documents])
    )


def _locate(field: ConcernedField, tree: Tree | None) -> ConcernedField:
    if tree is None:
        return field
    at = tree.locate(field.path)
    return field._replace(line=at.line, found=field.found or at.text)


def staged_finding(stage: str, reason: Reason, documents: Sequence[Located], warning: bool = False) -> StagedFinding:
    """A reason as a finding about the first of these documents."""
    own, fields = documents[0], fields_of(reason, documents)
    text, row, (found, expected) = phrases.of_reason(reason), remedy(reason.rule), found_and_expected(reason, fields)
    place = fields[0] if fields and fields[0].kind == own.source.kind else ConcernedField("", "", 0, own.source.path)
    finding = Finding(
        code=reason.rule,
        zh=text.zh,
        en=text.en,
        document=own.source.position,
        path=place.path,
        line=place.line,
        expected=expected,
        found=found,
        remedy_zh=row.zh,
        remedy_en=row.en,
        warning=warning,
    )
    return StagedFinding(stage, naming_code(finding, place.path.rpartition("/")[2], place.found), fields)


def locate_stored(connection: Connection, sandbox: str, ids: Iterable[int]) -> dict[int, Located]:
    """Documents by id, with the trees of their messages if these are small enough to parse."""
    rows = connection.execute(
        select(
            *(document.c[name] for name in ("id", "sandbox", "kind", "facts", "position", "message_id")),
            message.c.documents,
            message.c.size,
            message.c.state,
        )
        .outerjoin(message, message.c.id == document.c.message_id)
        # no condition on the sandbox, because SQLite would scan all of its documents
        .where(one_of(connection, document.c.id, sorted(set(ids))))
    ).all()
    small = sorted({row.message_id for row in rows if row.message_id and (row.size or 0) <= MAX_LOCATED_BYTES})[
        -MAX_LOCATED_MESSAGES:
    ]
    trees = _trees(connection, small) if small else {}
    by_id = {}
    for row in rows:
        if row.sandbox != sandbox:
            continue
        facts = unpack(DOCUMENTS[row.kind], row.facts)
        source = ConcernedDocument(row.kind, number_of(row.kind, facts), facts, row.position, row.documents or 1)
        by_id[row.id] = Located(source, trees.get(row.message_id), row.message_id)
    return by_id


def _trees(connection: Connection, ids: Sequence[int]) -> dict[int, Tree]:
    trees = {}
    for number, body in connection.execute(
        select(archive.c.message_id, archive.c.body).where(one_of(connection, archive.c.message_id, list(ids)))
    ):
        try:
            trees[number] = Tree(open_message(MESSAGES.unpack(body)).tree)
        except Unreadable:
            continue
    return trees


def of_declarations(connection: Connection, sandbox: str, rows: Sequence[Any]) -> dict[int, list[Located]]:
    """Declaration id → its documents: the list first, then order, payment, waybill, collection, and other documents
    with the same order number.
    """
    wanted = {row.id: _documents_of(connection, sandbox, row) for row in rows[:MAX_DECLARATIONS]}
    if not wanted:
        return {}
    documents = locate_stored(connection, sandbox, [number for numbers in wanted.values() for number in numbers])
    return {
        row_id: [documents[number] for number in numbers if number in documents] for row_id, numbers in wanted.items()
    }


def _documents_of(connection: Connection, sandbox: str, row: Any) -> list[int]:
    kinds = _PARTNERS[row.flow]
    waybill = and_(document.c.kind == kinds[-1], document.c.key == row.logistics_key)
    rows = connection.execute(
        select(document.c.id, document.c.key)
        .where(
            document.c.sandbox == sandbox,
            or_(
                document.c.id == row.document_id,
                waybill,
                and_(document.c.order_no == row.order_no, document.c.kind.in_(kinds), document.c.order_no != ""),
            ),
        )
        .order_by(
            (document.c.id != row.document_id), document.c.key.not_in([row.key, row.logistics_key]), document.c.id
        )
        .limit(MAX_DOCUMENTS_OF_DECLARATION)
    )
    return [number for number, _ in rows]
