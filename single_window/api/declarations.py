"""Where a declaration stands, found by any of its numbers; declarations page by page; notes of transport."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import msgspec
from apiflask import APIBlueprint
from flask import Response
from sqlalchemy import ColumnElement, CompoundSelect, Connection, Select, SelectBase, and_, or_, select, union_all

from declarations.calendar import utc_text
from declarations.concerned_fields import stated
from declarations.lifecycle import LIFECYCLE_OF, lifecycles
from declarations.money import plain
from declarations.reasons import Reason
from declarations.tax.assessment import Assessment
from gateways.customs.outcome import LIST
from schemas import catalogue, receipt_texts
from schemas.remedies import remedy
from single_window.api import awaited, guard
from single_window.api.awaited import Look
from single_window.api.declaration_documentation import (
    AwaitedIn,
    DeclarationsIn,
    DeclarationsOut,
    DeclarationsPageOut,
    NotesOut,
)
from single_window.api.documentation import RefusedOut, answer
from single_window.api.ports import Ports, ports
from single_window.api.problems import json_response, problem
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
_SHOWN = (
    "id",
    "flow",
    *_NUMBERS,
    "batch_no",
    "statistics_flag",
    "ebc_code",
    "agent_code",
    "customs_code",
    "trade_mode",
    "lane",
    "detention",
)
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
        page = rows[: asked["limit"]]
        taxes = _taxes(connection, [row.id for row in page if row.flow == "I"])
    return json_response(
        {
            "declarations": [_shown(row, taxes.get(row.id)) for row in page],
            "next": page[-1].id if len(rows) > len(page) else None,
        }
    )


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
    waited = {"given": seen.given, "settled": seen.settled} if asked["wait_for"] else {}
    return json_response({**seen.found, **waited})


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
        {
            "number": number,
            "declarations": [_shown(row, taxes.get(row.id), there.get(row.id, ())) for row in rows],
            "documents": documents,
        }
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
    return json_response({"number": number, "notes": [plainly(one) for one in found]})


def _shown_documents(
    connection: Connection, sandbox: str, rows: Sequence[Any], number: str, flow: str
) -> list[dict[str, Any]]:
    return [one for one in _documents(connection, sandbox, rows, number) if flow in {"", stories.flow_of(one["kind"])}]


def _documents(connection: Connection, sandbox: str, rows: Sequence[Any], number: str) -> list[dict[str, Any]]:
    """The documents of these declarations; without any those of an order of this number."""
    names = ("kind", "key", "order_no", "state", "app_time", "message_id")
    found = connection.execute(
        select(*[document.c[name] for name in names])
        .where(document.c.sandbox == sandbox, or_(*[_of(row) for row in rows] or [document.c.order_no == number]))
        .order_by(document.c.id)
    )
    return [_document(connection, sandbox, row) for row in found.all()]


def _document(connection: Connection, sandbox: str, row: Any) -> dict[str, Any]:
    """A document with what the agency that decides about its kind has made of it."""
    state = agencies.state_of(connection, sandbox, row) if row.kind in agencies.KEPT else row.state
    return {**row._mapping, "state": state, **_labels(row.kind, state)}


def _of(row: Any) -> ColumnElement[bool]:
    if row.flow == "I":
        return and_(document.c.order_no == row.order_no, document.c.kind.in_(_OF_IMPORTS))
    asked = select(request.c.document_id).where(request.c.declaration_id == row.id)
    return or_(
        and_(document.c.kind.in_(SHARED), document.c.key == row.key),
        and_(document.c.kind == "export_waybill", document.c.key == row.logistics_key),
        document.c.id.in_(asked),
    )


def _taxes(connection: Connection, ids: list[int]) -> dict[int, dict[str, str]]:
    """The latest tax bill of each declaration."""
    found = {}
    for part in chunks(ids):
        rows = connection.execute(
            select(tax_bill.c.declaration_id, tax_bill.c.state, tax_bill.c.tax_no, tax_bill.c.assessment)
            .where(tax_bill.c.declaration_id.in_(part))
            .order_by(tax_bill.c.sequence)
        )
        for number, state, tax_no, assessment in rows:
            found[number] = {"state": state, "tax_no": tax_no, **_amounts(assessment)}
    return found


def _amounts(text: str) -> dict[str, str]:
    if not text:
        return {}
    assessed = msgspec.json.decode(text, type=Assessment)
    return {name: plain(getattr(assessed, name)) for name in ("value", "duty", "consumption", "vat", "total")}


def _shown(row: Any, tax: dict[str, str] | None, there: Sequence[Located] = ()) -> dict[str, Any]:
    reasons = msgspec.json.decode(row.reasons, type=list[Reason]) if row.reasons else []
    most = located.most_told(there[0].source.facts) if there else 0
    return {
        **{name: getattr(row, name) for name in _SHOWN},
        "kind": LIST[row.flow],
        "logistics_no": row.logistics_key.partition("|")[2],
        "state": row.state,
        **_labels("inventory", row.state),
        "value": plain(row.value),
        "full_tax": bool(row.full_tax),
        **{
            name: utc_text(getattr(row, name)) if getattr(row, name) else ""
            for name in ("accepted_at", "arrived_at", "released_at", "closed_at")
        },
        "reasons": [in_words(one, there if place < most else ()) for place, one in enumerate(reasons)],
        "tax": tax,
    }


def _labels(kind: str, state: str) -> dict[str, str]:
    known = lifecycles()[LIFECYCLE_OF[kind]].states.get(state) if kind in LIFECYCLE_OF else None
    return {"state_zh": known.zh if known else state, "state_en": known.en if known else state}


def in_words(reason: Reason, documents: Sequence[Located] = ()) -> dict[str, Any]:
    """A reason as the API tells it: permanent code, words in both languages, the dated values it rests on, what to do;
    with `documents` the fields concerned."""
    said = {f"{language}": _said(reason, language) for language in ("zh", "en")}
    row = remedy(reason.rule)
    fields = located.fields_of(reason, documents) if documents else ()
    found, expected = stated(reason, fields)
    return {
        "code": reason.rule,
        **said,
        "parameters": list(reason.parameters),
        "found": found,
        "expected": expected,
        "remedy_zh": row.zh,
        "remedy_en": row.en,
        "fields": [field._asdict() for field in fields],
    }


def _said(reason: Reason, language: str) -> str:
    try:
        return receipt_texts.words(reason.rule, reason.values, language)
    except receipt_texts.NoWords:
        return reason.rule
