"""Where a declaration stands, found by any of its numbers; declarations page by page; notes of transport."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import msgspec
from apiflask import APIBlueprint
from flask import Response
from sqlalchemy import ColumnElement, CompoundSelect, Connection, Select, SelectBase, and_, or_, select, union_all

from declarations.lifecycle import LIFECYCLE_OF, lifecycles
from declarations.money import plain
from declarations.reasons import Reason
from declarations.tax.assessment import Assessment
from gateways.customs.outcome import LIST
from schemas import catalogue
from single_window.api import awaited, guard
from single_window.api.answers import reason_out
from single_window.api.awaited import Look
from single_window.api.declaration_documentation import (
    AwaitedIn,
    DeclarationOut,
    DeclarationsIn,
    DeclarationsOut,
    DeclarationsPageOut,
    DocumentOut,
    NotesOut,
    TaxOut,
)
from single_window.api.documentation import RefusedOut, answer
from single_window.api.ports import Ports, ports
from single_window.api.problems import json_response, problem
from single_window.api.shapes import page
from single_window.cases import stories
from single_window.cases.stories import agencies
from single_window.cases.stories.gathering import SHARED
from single_window.intake import located
from single_window.intake.located import Located
from single_window.language.plainly import plainly
from single_window.store.bulk import chunks
from single_window.store.engine import reading
from single_window.store.tables import batch, batch_member, declaration, document, request, tax_bill

blueprint = APIBlueprint("declarations", __name__, tag="declarations")
MOST = 50
_NUMBERS = ("cop_no", "pre_no", "invt_no", "order_no", "bill_no")
_OF_IMPORTS = tuple(kind for kind in catalogue.handled() if catalogue.by_kind(kind).flow == "import")


@blueprint.get("/declarations")
@blueprint.input(DeclarationsIn, location="query", arg_name="asked")
@blueprint.doc(
    responses={
        200: answer("declarations of the sandbox, newest first", DeclarationsPageOut),
        400: answer("the request is not as described", RefusedOut),
        404: answer("no such sandbox", RefusedOut),
    }
)
def listed(asked: dict[str, Any]) -> Response:
    """List declarations.

    Imports and exports, newest first; `flow`, `state`, `batch` and `bill_no` narrow them."""
    at, sandbox = ports(), guard.sandbox_name()
    at.window.sandbox(sandbox)
    with reading(at.window.engine) as connection:
        rows = connection.execute(
            select(declaration)
            .where(declaration.c.sandbox == sandbox, *_asked(sandbox, asked))
            .order_by(declaration.c.id.desc())
            .limit(asked["limit"] + 1)
        ).all()
        shown, following = page(rows, asked["limit"])
        taxes = _taxes(connection, [row.id for row in shown if row.flow == "I"])
    declarations = tuple(_declaration(row, taxes.get(row.id)) for row in shown)
    return json_response(DeclarationsPageOut(declarations=declarations, next=following))


def _asked(sandbox: str, asked: dict[str, Any]) -> list[ColumnElement[bool]]:
    where = [declaration.c[name] == asked[name] for name in ("flow", "state", "bill_no") if asked[name]]
    if asked["bill_no"]:
        where.append(declaration.c.bill_no != "")  # as the index has it
    if asked["batch"]:
        members = select(batch_member.c.declaration_id).join(batch, batch.c.id == batch_member.c.batch_id)
        where.append(
            declaration.c.id.in_(members.where(batch.c.sandbox == sandbox, batch.c.batch_no == asked["batch"]))
        )
    if asked["before"]:
        where.append(declaration.c.id < asked["before"])
    return where


@blueprint.get("/declarations/<path:number>")
@blueprint.input(AwaitedIn, location="query", arg_name="asked")
@blueprint.doc(
    responses={
        200: answer("all that has this number", DeclarationsOut),
        400: answer("the request is not as described", RefusedOut),
        404: answer("nothing has it", RefusedOut),
        503: answer("too many wait already; ask again after Retry-After seconds", RefusedOut),
    }
)
def show(number: str, asked: dict[str, Any]) -> Response:
    """Where a declaration stands.

    `number` is a copNo, preNo, invtNo, orderNo, billNo, or the logisticsNo of a waybill. Several declarations may have
    it (an enterprise's numbers are its own affair; an import and an export may share one): all are listed, at most 50,
    or with `flow` those of imports or exports. `documents` are those of their orders, of exports with waybill and
    requests, and of an order that nothing declares yet.

    With `wait_for` it is answered as soon as one of these was given, or when `timeout` is over, or when nothing comes
    before that unless a clock is moved or a person acts (`settled`)."""
    at, sandbox = ports(), guard.sandbox_name()
    look = partial(_look, at, sandbox, number, asked["flow"], asked["wait_for"])
    seen = awaited.wait(at, look, asked["timeout"]) if asked["wait_for"] else look()
    if seen.found is None:
        at.window.sandbox(sandbox)
        raise problem("no-such-declaration", sandbox=sandbox, number=number)
    waited = {"given": tuple(seen.given), "settled": seen.settled} if asked["wait_for"] else {}
    return json_response(msgspec.structs.replace(seen.found, **waited))


def _look(at: Ports, sandbox: str, number: str, flow: str, wanted: Sequence[str]) -> Look:
    """What has a number at this moment; and, where statuses are waited for, which of them were given."""
    with at.places.reading() if wanted else reading(at.window.engine) as connection:
        # asked first: what is done between the two may be seen, and never the other way round
        settled, next_due = awaited.state_of(connection, sandbox) if wanted else (False, None)
        rows = _rows(connection, _numbered(sandbox, number), flow) if number else []
        documents = _shown_documents(connection, sandbox, rows, number, flow)
        if number and not rows and not documents:
            rows = _rows(connection, _of_waybill(sandbox, number), flow)
            documents = _shown_documents(connection, sandbox, rows, number, flow)
        taxes = _taxes(connection, [row.id for row in rows if row.flow == "I"])
        there = located.of_declarations(connection, sandbox, [row for row in rows if row.reasons])
        given = awaited.given(connection, sandbox, rows, wanted) if wanted else []
    found = (
        DeclarationsOut(
            number=number,
            declarations=tuple(_declaration(row, taxes.get(row.id), there.get(row.id, ())) for row in rows),
            documents=tuple(documents),
        )
        if rows or documents
        else None
    )
    return Look(found, given, settled, next_due)


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
        .limit(MOST)
    ).all()


@blueprint.get("/notes/<path:number>")
@blueprint.doc(responses={200: answer("notes with this number", NotesOut), 404: answer("nothing has it", RefusedOut)})
def note(number: str) -> Response:
    """Where a note of transport stands.

    `number` is the sender's own (copNo) of an arrival note (507), departure note (509) or consolidation (607): which of
    its parts are there, which are missing, and in which state the lists of its parcels are."""
    at, sandbox = ports(), guard.sandbox_name()
    at.window.sandbox(sandbox)
    with reading(at.window.engine) as connection:
        found = [
            stories.of_note(connection, sandbox, one.id)
            for one in stories.find(connection, sandbox, number)
            if one.what == "note"
        ]
    if not found:
        raise problem("no-such-declaration", sandbox=sandbox, number=number)
    return json_response(NotesOut(number=number, notes=tuple(plainly(one) for one in found)))


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
    found = connection.execute(
        select(*[document.c[name] for name in names])
        .where(document.c.sandbox == sandbox, or_(*[_of(row) for row in rows] or [document.c.order_no == number]))
        .order_by(document.c.id)
    )
    return [_document(connection, sandbox, row) for row in found.all()]


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
    asked = select(request.c.document_id).where(request.c.declaration_id == row.id)
    return or_(
        and_(document.c.kind.in_(SHARED), document.c.key == row.key),
        and_(document.c.kind == "export_waybill", document.c.key == row.logistics_key),
        document.c.id.in_(asked),
    )


def _taxes(connection: Connection, ids: list[int]) -> dict[int, TaxOut]:
    """The latest tax bill of each declaration."""
    found = {}
    for part in chunks(ids):
        rows = connection.execute(
            select(tax_bill.c.declaration_id, tax_bill.c.state, tax_bill.c.tax_no, tax_bill.c.assessment)
            .where(tax_bill.c.declaration_id.in_(part))
            .order_by(tax_bill.c.sequence)
        )
        for number, state, tax_no, assessment in rows:
            found[number] = TaxOut(state=state, tax_no=tax_no, **_amounts(assessment))
    return found


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
