"""Queries of declarations by conditions or numbers, and of their documents and tax bills."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Connection,
    Row,
    Select,
    Table,
    and_,
    bindparam,
    func,
    or_,
    select,
    union_all,
)

from declarations.lifecycle import LIFECYCLE_OF, all_lifecycles
from declarations.money import amount_text
from declarations.reasons import Reason
from declarations.tax.assessment import Assessment
from gateways.customs.outcome import KIND_OF_LIST
from schemas import catalogue
from single_window.cases.declarations import undeclared
from single_window.cases.declarations.answers import (
    DECLARATION_KIND,
    DECLARATIONS,
    DeclarationOut,
    DeclarationsOut,
    DocumentOut,
    TaxOut,
)
from single_window.cases.declarations.gathering import SHARED, flow_of
from single_window.frame.case_rows import CaseReader
from single_window.frame.kinds import DEFAULT_PAGE_SIZE
from single_window.frame.typed import reason_out
from single_window.intake import located
from single_window.intake.located import Located
from single_window.store.bulk import array_value, in_array, per_dialect
from single_window.store.prepared import fetch_all
from single_window.store.seals import checked, fetch, with_seals
from single_window.store.tables import (
    batch,
    batch_member,
    declaration,
    document,
    message,
    metadata,
    refund_paper,
    request,
    tax_bill,
)

_NUMBERS = ("cop_no", "pre_no", "invt_no", "order_no", "bill_no")
_OF_IMPORTS = tuple(kind for kind in catalogue.handled() if catalogue.by_kind(kind).flow == "import")
_DOCUMENT = [document.c[name] for name in ("kind", "key", "order_no", "state", "app_time", "message_id")]
Rows = Sequence[Row[Any]]
_NO_DOCUMENTS: Mapping[int, Sequence[Located]] = MappingProxyType({})

REQUESTS = frozenset(kind for kind, handling in catalogue.handled().items() if handling.outcome_table == "request")
"""Kinds of documents about lists, which customs stores separately."""
OUTCOME_TABLES: Mapping[str, Table] = {
    kind: metadata.tables[handling.outcome_table]
    for kind, handling in catalogue.handled().items()
    if catalogue.by_kind(kind).flow == "agency" and handling.outcome_table
}
"""The table in which an agency (other than customs) stores the outcome of a kind of document."""


def declarations(
    connection: Connection,
    sandbox: str,
    *where: ColumnElement[bool],
    flow: str = "",
    state: str = "",
    bill_no: str = "",
    limit: int,
) -> Rows:
    """Return at most `limit` declarations that meet all conditions, newest first; rows as of
    `_statement_of_newest`."""
    filters = {"flow": flow, "state": state, "bill_no": bill_no}
    conditions = [*where, *(declaration.c[name] == value for name, value in filters.items() if value)]
    if bill_no:
        conditions.append(declaration.c.bill_no != "")  # the partial index has this condition
    newest = _statement_of_newest(declaration.c.sandbox == sandbox, *conditions).limit(limit)
    return checked(connection.execute(newest).all(), declaration)


def _statement_of_newest(*conditions: ColumnElement[bool]) -> Select[Any]:
    """Return the query of declarations, newest first. `received_at` of a row is when the message with its newest
    version was received (0: unknown)."""
    newest = (
        select(declaration, func.coalesce(message.c.received_at, 0).label("received_at"))
        .outerjoin(document, document.c.id == declaration.c.document_id)
        .outerjoin(message, message.c.id == document.c.message_id)
        .where(*conditions)
        .order_by(declaration.c.id.desc())
    )
    return with_seals(newest, declaration)


def _statement_of_ids() -> CompoundSelect[Any]:
    """Return the query of the ids of declarations with a number, with one subquery for each indexed column. Export
    waybills are found through their documents."""
    sandbox: BindParameter[str] = bindparam("of_sandbox")
    number: BindParameter[str] = bindparam("of_number")
    ids = select(declaration.c.id).where(declaration.c.sandbox == sandbox)
    parcels = select(document.c.key).where(
        document.c.sandbox == sandbox, document.c.order_no == number, document.c.kind == "export_waybill"
    )
    return union_all(
        *[ids.where(declaration.c[name] == number, declaration.c[name] != "") for name in _NUMBERS],
        ids.where(declaration.c.flow == "E", declaration.c.logistics_key.in_(parcels)),
    )


@cache
def _statement_of_number(with_flow: bool) -> Select[Any]:
    """Return the query of the declarations with a number, of one flow or of both. Built once: building it costs more
    than running it."""
    flow = [declaration.c.flow == bindparam("of_flow")] if with_flow else []
    return _statement_of_newest(
        declaration.c.sandbox == bindparam("of_sandbox"), declaration.c.id.in_(_statement_of_ids()), *flow
    ).limit(DECLARATIONS)


def of_waybill(sandbox: str, number: str) -> Select[Any]:
    """Return the query of the ids of declarations of a waybill of any carrier; it scans the sandbox's declarations."""
    carried = declaration.c.logistics_key.endswith(f"|{number}", autoescape=True)
    return select(declaration.c.id).where(declaration.c.sandbox == sandbox, carried)


def of_batch(sandbox: str, batch_no: str) -> Select[Any]:
    """Return the query of the ids of a batch's members."""
    members = select(batch_member.c.declaration_id).join(batch, batch.c.id == batch_member.c.batch_id)
    return members.where(batch.c.sandbox == sandbox, batch.c.batch_no == batch_no)


def documents_of(connection: Connection, sandbox: str, declared: Rows, number: str) -> Rows:
    """Return the documents of these declarations; if there are none, those of the order with this number."""
    chosen = or_(*[_condition_of_documents(row) for row in declared] or [document.c.order_no == number])
    of_them = select(*_DOCUMENT).where(document.c.sandbox == sandbox, chosen).order_by(document.c.id)
    return fetch(connection, of_them, document)


def _condition_of_documents(row: Any) -> ColumnElement[bool]:
    if row.flow == "I":
        return and_(document.c.order_no == row.order_no, document.c.kind.in_(_OF_IMPORTS))
    requested = select(request.c.document_id).where(request.c.declaration_id == row.id)
    return or_(
        and_(document.c.kind.in_(SHARED), document.c.key == row.key),
        and_(document.c.kind == "export_waybill", document.c.key == row.logistics_key),
        document.c.id.in_(requested),
    )


def tax_bills(connection: Connection, ids: Sequence[int]) -> Rows:
    """Return the tax bills of declarations, ordered by sequence: later bills replace earlier ones."""
    if not ids:
        return []
    rows = fetch_all(connection, _statement_of_tax_bills(connection), {"ids": array_value(connection, ids)})
    return checked(rows, tax_bill)


@per_dialect
def _statement_of_tax_bills(sqlite: bool) -> Select[Any]:
    columns = [tax_bill.c[name] for name in ("declaration_id", "state", "tax_no", "assessment")]
    chosen = in_array(sqlite, tax_bill.c.declaration_id, "ids")
    return with_seals(select(*columns).where(chosen).order_by(tax_bill.c.sequence), tax_bill)


class WithNumber(NamedTuple):
    """What has a number: declarations, else documents alone. `requests`: the documents about a list whose own number it
    is (cancellations, returns, notes); the declarations are then those that they concern."""

    rows: Rows = ()
    alone: Rows = ()
    requests: Rows = ()


def with_number(connection: Connection, sandbox: str, number: str, flow: str = "") -> WithNumber:
    """Return the rows of the declarations with a number, and of the documents with it if no declaration has it."""
    if rows := _rows_with_number(connection, sandbox, number, flow) if number else []:
        return WithNumber(rows)
    alone = _documents_in_flow(connection, sandbox, rows, number, flow)
    requests = [row for row in alone if row.kind in REQUESTS and number in row.key.split("|")]
    if number and (requests or not alone):
        requests += _requests_of_orders(connection, sandbox, number, flow)
    if requests:
        concerned = declaration.c.id.in_(_concerned(sandbox, requests))
        concerned_rows = declarations(connection, sandbox, concerned, limit=DECLARATIONS)
        return WithNumber(concerned_rows, () if concerned_rows else requests, requests)
    if alone or not number:
        return WithNumber(alone=alone)
    carried = declaration.c.id.in_(of_waybill(sandbox, number))
    return WithNumber(declarations(connection, sandbox, carried, flow=flow, limit=DECLARATIONS))


def _requests_of_orders(connection: Connection, sandbox: str, number: str, flow: str) -> Rows:
    """Return the requests with this number of their own that are stored under the order of their list."""
    kinds = [kind for kind in REQUESTS if catalogue.handling(kind).of_order and flow in {"", flow_of(kind)}]
    own = document.c.key.endswith(f"|{number}", autoescape=True)
    where = (document.c.sandbox == sandbox, document.c.kind.in_(kinds), own)
    of_them = select(*_DOCUMENT).where(*where).order_by(document.c.id).limit(DECLARATIONS)
    return fetch(connection, of_them, document)


def _concerned(sandbox: str, requests: Rows) -> Select[Any]:
    """Return the query of the ids of the declarations that these documents are about."""
    keys = [and_(request.c.kind == row.kind, request.c.key == row.key) for row in requests]
    return select(request.c.declaration_id).where(request.c.sandbox == sandbox, or_(*keys))


def _documents_in_flow(connection: Connection, sandbox: str, declared: Rows, number: str, flow: str) -> Rows:
    """Return the documents of these declarations, of one flow or of both; if there are none, as `documents_of`."""
    return [row for row in documents_of(connection, sandbox, declared, number) if flow in {"", flow_of(row.kind)}]


def _rows_with_number(connection: Connection, sandbox: str, number: str, flow: str) -> Rows:
    values = {"of_sandbox": sandbox, "of_number": number} | ({"of_flow": flow} if flow else {})
    return checked(fetch_all(connection, _statement_of_number(bool(flow)), values), declaration)


def answer_about(
    connection: Connection, sandbox: str, number: str, found: WithNumber, flow: str = ""
) -> DeclarationsOut:
    """Return the answer about a number from the rows by `with_number`, with the documents of the orders."""
    rows, alone, _ = found
    documents = _documents_in_flow(connection, sandbox, rows, number, flow) if rows else alone
    documents_by_id = located.of_declarations(connection, sandbox, [row for row in rows if row.reasons])
    declarations = tuple(_declarations_out(connection, rows, documents_by_id))
    orders = {row.order_no for row in rows if row.order_no}
    refused = (
        undeclared.beside(connection, sandbox, number, orders, flow)
        if declarations
        else undeclared.with_number(connection, sandbox, number, flow)
    )
    return DeclarationsOut(
        number=number,
        declarations=declarations,
        documents=tuple(_document_out(connection, sandbox, row) for row in documents),
        undeclared=tuple(refused),
    )


def _find_declarations(
    connection: Connection,
    sandbox: str,
    *,
    batch: str = "",
    before: int = 0,
    limit: int = DEFAULT_PAGE_SIZE,
    **given: str,
) -> Sequence[DeclarationOut]:
    where: list[ColumnElement[bool]] = [declaration.c.id.in_(of_batch(sandbox, batch))] if batch else []
    if before:
        where.append(declaration.c.id < before)
    return _declarations_out(connection, declarations(connection, sandbox, *where, limit=limit, **given))


def _show(connection: Connection, sandbox: str, number: str) -> DeclarationsOut | None:
    found = with_number(connection, sandbox, number)
    answer = answer_about(connection, sandbox, number, found)
    return answer if found.rows or found.alone or answer.undeclared else None


def _document_out(connection: Connection, sandbox: str, row: Any) -> DocumentOut:
    """Return the answer about a document, with the state that the responsible agency has given it."""
    state = state_of(connection, sandbox, row) if row.kind in OUTCOME_TABLES or row.kind in REQUESTS else row.state
    words = all_lifecycles()[LIFECYCLE_OF[row.kind]].states.get(state) if row.kind in LIFECYCLE_OF else None
    return DocumentOut.of(
        row, state=state, state_zh=words.zh if words else state, state_en=words.en if words else state
    )


def _taxes_out(connection: Connection, ids: list[int]) -> dict[int, TaxOut]:
    """Return the latest tax bill of each declaration."""
    return {
        bill.declaration_id: TaxOut(state=bill.state, tax_no=bill.tax_no, **_amounts(bill.assessment))
        for bill in tax_bills(connection, ids)
    }


def _amounts(text: str) -> dict[str, str]:
    if not text:
        return {}
    assessed = msgspec.json.decode(text, type=Assessment)
    return {name: amount_text(getattr(assessed, name)) for name in ("value", "duty", "consumption", "vat", "total")}


def _declarations_out(
    connection: Connection, rows: Sequence[Any], documents_by_id: Mapping[int, Sequence[Located]] = _NO_DOCUMENTS
) -> list[DeclarationOut]:
    taxes = _taxes_out(connection, [row.id for row in rows if row.flow == "I"])
    return [_declaration_out(row, taxes.get(row.id), documents_by_id.get(row.id, ())) for row in rows]


def _declaration_out(row: Any, tax: TaxOut | None, documents: Sequence[Located]) -> DeclarationOut:
    """Return the answer about a declaration. If `documents` are given, its reasons name the fields that they
    concern."""
    reasons = msgspec.json.decode(row.reasons, type=list[Reason]) if row.reasons else []
    limit = located.max_reasons(documents[0].source.facts) if documents else 0
    fields = [located.fields_of(reason, documents) if place < limit else () for place, reason in enumerate(reasons)]
    return DeclarationOut.of(
        row,
        kind=KIND_OF_LIST[row.flow],
        logistics_no=row.logistics_key.partition("|")[2],
        full_tax=bool(row.full_tax),
        reasons=tuple(map(reason_out, reasons, fields)),
        tax=tax,
    )


def number_of(kind: str, key: str) -> str:
    """Return the sender's number of a document for another agency than customs (the last part of its key), else the
    key."""
    return key.rpartition("|")[2] if kind in OUTCOME_TABLES else key


def state_of(connection: Connection, sandbox: str, row: Any) -> str:
    """Return the agency's state of a document; the window's state if the document has not reached the agency."""
    table = OUTCOME_TABLES.get(row.kind, request)
    where = [table.c.sandbox == sandbox, table.c.key == row.key]
    if table in {refund_paper, request}:
        where.append(table.c.kind == row.kind)
    return connection.execute(select(table.c.state).where(*where)).scalar() or str(row.state)


DECLARATION_CASES = CaseReader(
    kind=DECLARATION_KIND, listed=_find_declarations, out=lambda declaration: declaration, show=_show
)
