"""Answers about declarations, with the documents of their orders, and about notes of transport."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Any, ClassVar

import msgspec
from msgspec import UNSET, Meta, UnsetType
from sqlalchemy import ColumnElement, Connection, SelectBase

from declarations.lifecycle import LIFECYCLE_OF, lifecycles
from declarations.money import plain
from declarations.reasons import Reason
from declarations.tax.assessment import Assessment
from gateways.customs.outcome import LIST
from single_window.cases.declarations import agencies, queries
from single_window.cases.declarations.gathering import flow_of
from single_window.cases.declarations.note_parts import NoteStory
from single_window.frame.kinds import MOST, CaseKind, Column
from single_window.frame.typed import Amount, Answer, CaseOut, Instant, Reasons, local, reason_out
from single_window.intake import located
from single_window.intake.located import Located
from single_window.language import phrases
from single_window.language.words import Words
from single_window.store.tables import declaration

DECLARATIONS = 50
"""Declarations that an answer about a number holds at most."""
MINUTES = len("2026-11-20 08:00")
_NOWHERE: Mapping[int, Sequence[Located]] = MappingProxyType({})


class TaxOut(Answer, frozen=True, kw_only=True):
    """The latest tax bill of a declaration; amounts in yuan, once it is assessed."""

    state: str
    tax_no: str
    value: str | UnsetType = UNSET
    duty: str | UnsetType = UNSET
    consumption: str | UnsetType = UNSET
    vat: str | UnsetType = UNSET
    total: str | UnsetType = UNSET


class DocumentOut(Answer, frozen=True, kw_only=True):
    """A document, with what the agency that decides about its kind has made of it."""

    kind: str
    key: str
    order_no: str
    state: str
    app_time: str
    message_id: int
    state_zh: str
    state_en: str


class DeclarationOut(CaseOut, frozen=True, kw_only=True):
    """A list, of an import or an export."""

    LIFECYCLE: ClassVar[str] = "declaration"
    id: int
    flow: Annotated[str, Meta(description="I: import, E: export")]
    cop_no: str
    pre_no: str
    invt_no: str
    order_no: str
    bill_no: str
    batch_no: str
    statistics_flag: Annotated[str, Meta(description="of an export: A simplified, B full")]
    ebc_code: str
    agent_code: str
    customs_code: str
    trade_mode: str
    lane: str
    detention: str
    kind: Annotated[str, Meta(description="inventory, export_inventory")]
    logistics_no: str
    state: str
    state_zh: str
    state_en: str
    value: Annotated[Amount, Meta(description="yuan: dutiable value of an import, FOB value of an export")]
    full_tax: bool
    received_at: Annotated[Instant, Meta(description="when the message with its newest version came")]
    accepted_at: Instant
    arrived_at: Instant
    released_at: Instant
    closed_at: Instant
    reasons: Reasons
    tax: Annotated[TaxOut | None, Meta(description="of an import")]


class DeclarationsOut(Answer, frozen=True, kw_only=True):
    """The declarations that have a number."""

    number: str
    declarations: tuple[DeclarationOut, ...]
    documents: tuple[DocumentOut, ...]
    given: Annotated[tuple[str, ...] | UnsetType, Meta(description="with wait_for: which of them were given")] = UNSET
    settled: Annotated[
        bool | UnsetType,
        Meta(description="with wait_for: no work is open in the sandbox, only a clock or a person can move it on"),
    ] = UNSET


class DeclarationsPageOut(Answer, frozen=True, kw_only=True):
    """Declarations, newest first."""

    declarations: tuple[DeclarationOut, ...]
    next: Annotated[int | None, Meta(description="what to give as `before` for the next page")]


class NotesOut(Answer, frozen=True, kw_only=True):
    """Notes of transport with a number: parts that are there or missing, parcels with the state of their lists."""

    number: str
    notes: tuple[NoteStory, ...]


def numbered(
    connection: Connection, sandbox: str, number: str, flow: str = ""
) -> tuple[Sequence[Any], DeclarationsOut | None]:
    """The declarations that have a number: their rows, and the answer about them, None if nothing has it."""
    rows = _rows(connection, sandbox, queries.numbered(sandbox, number), flow) if number else []
    documents = _shown_documents(connection, sandbox, rows, number, flow)
    if number and not rows and not documents:
        rows = _rows(connection, sandbox, queries.of_waybill(sandbox, number), flow)
        documents = _shown_documents(connection, sandbox, rows, number, flow)
    if not (rows or documents):
        return rows, None
    there = located.of_declarations(connection, sandbox, [row for row in rows if row.reasons])
    declarations = tuple(_declarations(connection, rows, there))
    return rows, DeclarationsOut(number=number, declarations=declarations, documents=tuple(documents))


def _rows(connection: Connection, sandbox: str, ids: SelectBase, flow: str) -> Sequence[Any]:
    return queries.declarations(connection, sandbox, declaration.c.id.in_(ids), flow=flow, most=DECLARATIONS)


def _listed(
    connection: Connection, sandbox: str, *, batch: str = "", before: int = 0, most: int = MOST, **given: str
) -> Sequence[DeclarationOut]:
    where: list[ColumnElement[bool]] = [declaration.c.id.in_(queries.of_batch(sandbox, batch))] if batch else []
    if before:
        where.append(declaration.c.id < before)
    return _declarations(connection, queries.declarations(connection, sandbox, *where, most=most, **given))


def _show(connection: Connection, sandbox: str, number: str) -> DeclarationsOut | None:
    return numbered(connection, sandbox, number)[1]


def _shown_documents(
    connection: Connection, sandbox: str, rows: Sequence[Any], number: str, flow: str
) -> list[DocumentOut]:
    return [
        document for document in _documents(connection, sandbox, rows, number) if flow in {"", flow_of(document.kind)}
    ]


def _documents(connection: Connection, sandbox: str, rows: Sequence[Any], number: str) -> list[DocumentOut]:
    return [_document(connection, sandbox, row) for row in queries.documents(connection, sandbox, rows, number)]


def _document(connection: Connection, sandbox: str, row: Any) -> DocumentOut:
    """A document with what the agency that decides about its kind has made of it."""
    state = agencies.state_of(connection, sandbox, row) if row.kind in agencies.KEPT else row.state
    words = lifecycles()[LIFECYCLE_OF[row.kind]].states.get(state) if row.kind in LIFECYCLE_OF else None
    return DocumentOut.of(
        row, state=state, state_zh=words.zh if words else state, state_en=words.en if words else state
    )


def _taxes(connection: Connection, ids: list[int]) -> dict[int, TaxOut]:
    """The latest tax bill of each declaration."""
    return {
        bill.declaration_id: TaxOut(state=bill.state, tax_no=bill.tax_no, **_amounts(bill.assessment))
        for bill in queries.tax_bills(connection, ids)
    }


def _amounts(text: str) -> dict[str, str]:
    if not text:
        return {}
    assessed = msgspec.json.decode(text, type=Assessment)
    return {name: plain(getattr(assessed, name)) for name in ("value", "duty", "consumption", "vat", "total")}


def _declarations(
    connection: Connection, rows: Sequence[Any], there: Mapping[int, Sequence[Located]] = _NOWHERE
) -> list[DeclarationOut]:
    taxes = _taxes(connection, [row.id for row in rows if row.flow == "I"])
    return [_declaration(row, taxes.get(row.id), there.get(row.id, ())) for row in rows]


def _declaration(row: Any, tax: TaxOut | None, documents: Sequence[Located]) -> DeclarationOut:
    """A declaration; with the documents that its reasons may concern, those reasons name the fields."""
    reasons = msgspec.json.decode(row.reasons, type=list[Reason]) if row.reasons else []
    most = located.max_reasons(documents[0].source.facts) if documents else 0
    return DeclarationOut.of(
        row,
        kind=LIST[row.flow],
        logistics_no=row.logistics_key.partition("|")[2],
        full_tax=bool(row.full_tax),
        reasons=tuple(reason_out(reason, documents if place < most else ()) for place, reason in enumerate(reasons)),
        tax=tax,
    )


def _value(declared: DeclarationOut) -> str:
    return declared.value if declared.value != plain(0) else ""


DECLARATION = CaseKind(
    noun="declaration",
    command="declaration",
    path="/declarations",
    missing="no-such-declaration",
    case_type=DeclarationOut,
    page_type=DeclarationsPageOut,
    shown_type=DeclarationsOut,
    listed=_listed,
    out=lambda declaration: declaration,
    show=_show,
    columns=(
        Column(Words("订单", "order"), lambda declared: declared.order_no or declared.cop_no or declared.id),
        Column(Words("清单", "list"), lambda declared: declared.invt_no or declared.pre_no),
        Column(Words("企业内部编号", "copNo"), lambda declared: declared.cop_no, "command"),
        Column(Words("进出口", "flow"), lambda declared: phrases.flow(declared.flow)),
        Column(Words("监管方式", "mode"), lambda declared: declared.trade_mode),
        Column(Words("状态", "state"), lambda declared: declared.standing, "state"),
        Column(Words("价值", "value"), _value, "number"),
        Column(Words("批次", "batch"), lambda declared: declared.batch_no),
        Column(Words("收到", "received"), lambda declared: local(declared.received_at)[:MINUTES], "time"),
    ),
    filters=("flow", "state", "batch", "bill_no"),
)
