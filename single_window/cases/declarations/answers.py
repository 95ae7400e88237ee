"""Answers about declarations, with the documents of their orders, and about notes of transport."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar

import msgspec
from msgspec import UNSET, Meta, UnsetType
from sqlalchemy import ColumnElement, CompoundSelect, Connection, Select, SelectBase, and_, or_, select, union_all

from declarations.lifecycle import LIFECYCLE_OF, lifecycles
from declarations.money import plain
from declarations.reasons import Reason
from declarations.tax.assessment import Assessment
from gateways.customs.outcome import LIST
from schemas import catalogue
from single_window.cases import declarations as stories
from single_window.cases.declarations import agencies
from single_window.cases.declarations.gathering import SHARED
from single_window.frame.kinds import MOST, CaseKind, Column
from single_window.frame.typed import Amount, Answer, CaseOut, Instant, Reasons, local, reason_out
from single_window.intake import located
from single_window.intake.located import Located
from single_window.language import words
from single_window.language.words import Words
from single_window.store.bulk import chunks
from single_window.store.tables import batch, batch_member, declaration, document, request, tax_bill

DECLARATIONS = 50
"""Declarations that an answer about a number holds at most."""
_NUMBERS = ("cop_no", "pre_no", "invt_no", "order_no", "bill_no")
_OF_IMPORTS = tuple(kind for kind in catalogue.handled() if catalogue.by_kind(kind).flow == "import")


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
    accepted_at: Instant
    arrived_at: Instant
    released_at: Instant
    closed_at: Instant
    reasons: Reasons
    tax: Annotated[TaxOut | None, Meta(description="of an import")]


class DeclarationsOut(Answer, frozen=True, kw_only=True):
    """What has a number."""

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
    notes: tuple[dict[str, Any], ...]


def numbered(
    connection: Connection, sandbox: str, number: str, flow: str = ""
) -> tuple[Sequence[Any], DeclarationsOut | None]:
    """What has a number: the rows of its declarations, and the answer about them, None where nothing has it."""
    rows = _rows(connection, _numbered(sandbox, number), flow) if number else []
    documents = _shown_documents(connection, sandbox, rows, number, flow)
    if number and not rows and not documents:
        rows = _rows(connection, _of_waybill(sandbox, number), flow)
        documents = _shown_documents(connection, sandbox, rows, number, flow)
    if not (rows or documents):
        return rows, None
    taxes = _taxes(connection, [row.id for row in rows if row.flow == "I"])
    there = located.of_declarations(connection, sandbox, [row for row in rows if row.reasons])
    declarations = tuple(_declaration(row, taxes.get(row.id), there.get(row.id, ())) for row in rows)
    return rows, DeclarationsOut(number=number, declarations=declarations, documents=tuple(documents))


def _listed(
    connection: Connection,
    sandbox: str,
    *,
    flow: str = "",
    state: str = "",
    batch: str = "",
    bill_no: str = "",
    before: int = 0,
    most: int = MOST,
) -> list[DeclarationOut]:
    given = {"flow": flow, "state": state, "bill_no": bill_no}
    where = [declaration.c[name] == value for name, value in given.items() if value]
    if bill_no:
        where.append(declaration.c.bill_no != "")  # as the index has it
    if batch:
        where.append(declaration.c.id.in_(_of_batch(sandbox, batch)))
    if before:
        where.append(declaration.c.id < before)
    rows = connection.execute(
        select(declaration)
        .where(declaration.c.sandbox == sandbox, *where)
        .order_by(declaration.c.id.desc())
        .limit(most)
    ).all()
    taxes = _taxes(connection, [row.id for row in rows if row.flow == "I"])
    return [_declaration(row, taxes.get(row.id)) for row in rows]


def _of_batch(sandbox: str, batch_no: str) -> Select[Any]:
    members = select(batch_member.c.declaration_id).join(batch, batch.c.id == batch_member.c.batch_id)
    return members.where(batch.c.sandbox == sandbox, batch.c.batch_no == batch_no)


def _show(connection: Connection, sandbox: str, number: str) -> DeclarationsOut | None:
    return numbered(connection, sandbox, number)[1]


def _numbered(sandbox: str, number: str) -> CompoundSelect[Any]:
    """The ids of declarations that have a number, each column by its own index; a waybill of an export stands under
    its own number."""
    ids = select(declaration.c.id).where(declaration.c.sandbox == sandbox)
    parcels = select(document.c.key).where(
        document.c.sandbox == sandbox, document.c.order_no == number, document.c.kind == "export_waybill"
    )
    return union_all(
        *[ids.where(declaration.c[name] == number, declaration.c[name] != "") for name in _NUMBERS],
        ids.where(declaration.c.flow == "E", declaration.c.logistics_key.in_(parcels)),
    )


def _of_waybill(sandbox: str, number: str) -> Select[Any]:
    """The ids of declarations of a waybill, whoever carries it: the database looks through the parcels of a sandbox."""
    carried = declaration.c.logistics_key.endswith(f"|{number}", autoescape=True)
    return select(declaration.c.id).where(declaration.c.sandbox == sandbox, carried)


def _rows(connection: Connection, ids: SelectBase, flow: str) -> Sequence[Any]:
    return connection.execute(
        select(declaration)
        .where(declaration.c.id.in_(ids), *([declaration.c.flow == flow] if flow else []))
        .order_by(declaration.c.id.desc())
        .limit(DECLARATIONS)
    ).all()


def _shown_documents(
    connection: Connection, sandbox: str, rows: Sequence[Any], number: str, flow: str
) -> list[DocumentOut]:
    return [
        document
        for document in _documents(connection, sandbox, rows, number)
        if flow in {"", stories.flow_of(document.kind)}
    ]


def _documents(connection: Connection, sandbox: str, rows: Sequence[Any], number: str) -> list[DocumentOut]:
    """The documents of these declarations; without any those of an order of this number."""
    names = ("kind", "key", "order_no", "state", "app_time", "message_id")
    result = connection.execute(
        select(*[document.c[name] for name in names])
        .where(document.c.sandbox == sandbox, or_(*[_of(row) for row in rows] or [document.c.order_no == number]))
        .order_by(document.c.id)
    )
    return [_document(connection, sandbox, row) for row in result.all()]


def _document(connection: Connection, sandbox: str, row: Any) -> DocumentOut:
    """A document with what the agency that decides about its kind has made of it."""
    state = agencies.state_of(connection, sandbox, row) if row.kind in agencies.KEPT else row.state
    words = lifecycles()[LIFECYCLE_OF[row.kind]].states.get(state) if row.kind in LIFECYCLE_OF else None
    return DocumentOut.of(
        row, state=state, state_zh=words.zh if words else state, state_en=words.en if words else state
    )


def _of(row: Any) -> ColumnElement[bool]:
    if row.flow == "I":
        return and_(document.c.order_no == row.order_no, document.c.kind.in_(_OF_IMPORTS))
    documents = select(request.c.document_id).where(request.c.declaration_id == row.id)
    return or_(
        and_(document.c.kind.in_(SHARED), document.c.key == row.key),
        and_(document.c.kind == "export_waybill", document.c.key == row.logistics_key),
        document.c.id.in_(documents),
    )


def _taxes(connection: Connection, ids: list[int]) -> dict[int, TaxOut]:
    """The latest tax bill of each declaration."""
    taxes = {}
    for part in chunks(ids):
        rows = connection.execute(
            select(tax_bill.c.declaration_id, tax_bill.c.state, tax_bill.c.tax_no, tax_bill.c.assessment)
            .where(tax_bill.c.declaration_id.in_(part))
            .order_by(tax_bill.c.sequence)
        )
        for number, state, tax_no, assessment in rows:
            taxes[number] = TaxOut(state=state, tax_no=tax_no, **_amounts(assessment))
    return taxes


def _amounts(text: str) -> dict[str, str]:
    if not text:
        return {}
    assessed = msgspec.json.decode(text, type=Assessment)
    return {name: plain(getattr(assessed, name)) for name in ("value", "duty", "consumption", "vat", "total")}


def _declaration(row: Any, tax: TaxOut | None, documents: Sequence[Located] = ()) -> DeclarationOut:
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
        Column(Words("清单", "list"), lambda declaration: declaration.invt_no or declaration.pre_no),
        Column(Words("订单", "order"), lambda declaration: declaration.order_no),
        Column(Words("企业内部编号", "copNo"), lambda declaration: declaration.cop_no),
        Column(Words("进出口", "flow"), lambda declaration: words.flow(declaration.flow)),
        Column(Words("监管方式", "mode"), lambda declaration: declaration.trade_mode),
        Column(Words("状态", "state"), lambda declaration: declaration.standing),
        Column(Words("价值", "value"), lambda declaration: declaration.value),
        Column(Words("批次", "batch"), lambda declaration: declaration.batch_no),
        Column(Words("放行", "released"), lambda declaration: local(declaration.released_at)),
    ),
    filters=("flow", "state", "batch", "bill_no"),
)
