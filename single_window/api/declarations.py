"""Where a declaration stands, found by any of its numbers."""

from __future__ import annotations

from typing import Any

import msgspec
from apiflask import APIBlueprint
from flask import Response
from sqlalchemy import Connection, or_, select

from declarations.calendar import utc_text
from declarations.lifecycle import LIFECYCLE_OF, lifecycles
from declarations.money import plain
from declarations.reasons import Reason
from declarations.tax.assessment import Assessment
from schemas import receipt_texts
from single_window.api import guard
from single_window.api.documentation import DeclarationsOut, RefusedOut, answer
from single_window.api.ports import ports
from single_window.api.problems import json_response, problem
from single_window.store.bulk import chunks
from single_window.store.engine import reading
from single_window.store.tables import declaration, document, tax_bill

blueprint = APIBlueprint("declarations", __name__, tag="declarations")
MOST = 50
_NUMBERS = ("cop_no", "pre_no", "invt_no", "order_no")
_SHOWN = (*_NUMBERS, "ebc_code", "agent_code", "customs_code", "trade_mode", "lane", "detention")


@blueprint.get("/declarations/<path:number>")
@blueprint.doc(responses={
    200: answer("all that has this number", DeclarationsOut),
    404: answer("nothing has it", RefusedOut)})
def show(number: str) -> Response:
    """Where a declaration stands.

    `number` is a copNo, preNo, invtNo or orderNo. Several declarations may have it (an enterprise's numbers are its
    own affair): all are listed, at most 50. `documents` are those of their orders, and of an order that nothing
    declares yet."""
    at, sandbox = ports(), guard.sandbox_name()
    with reading(at.window.engine) as connection:
        rows = connection.execute(
            select(declaration).where(declaration.c.sandbox == sandbox,
                                      or_(*[declaration.c[name] == number for name in _NUMBERS]))
            .order_by(declaration.c.id.desc()).limit(MOST)).all()
        orders = list(dict.fromkeys([row.order_no for row in rows] or [number]))
        documents = _documents(connection, sandbox, orders)
        taxes = _taxes(connection, [row.id for row in rows])
    if not rows and not documents:
        at.window.sandbox(sandbox)
        raise problem("no-such-declaration", sandbox=sandbox, number=number)
    return json_response({"number": number, "declarations": [_shown(row, taxes.get(row.id)) for row in rows],
                          "documents": documents})


def _documents(connection: Connection, sandbox: str, orders: list[str]) -> list[dict[str, Any]]:
    names = ("kind", "key", "order_no", "state", "app_time", "message_id")
    rows = connection.execute(
        select(*[document.c[name] for name in names])
        .where(document.c.sandbox == sandbox, document.c.order_no.in_(orders)).order_by(document.c.id))
    return [{**row._mapping, **_labels(row.kind, row.state)} for row in rows]


def _taxes(connection: Connection, ids: list[int]) -> dict[int, dict[str, str]]:
    """The latest tax bill of each declaration."""
    found = {}
    for part in chunks(ids):
        rows = connection.execute(
            select(tax_bill.c.declaration_id, tax_bill.c.state, tax_bill.c.tax_no, tax_bill.c.assessment)
            .where(tax_bill.c.declaration_id.in_(part)).order_by(tax_bill.c.sequence))
        for number, state, tax_no, assessment in rows:
            found[number] = {"state": state, "tax_no": tax_no, **_amounts(assessment)}
    return found


def _amounts(text: str) -> dict[str, str]:
    if not text:
        return {}
    assessed = msgspec.json.decode(text, type=Assessment)
    return {name: plain(getattr(assessed, name)) for name in ("value", "duty", "consumption", "vat", "total")}


def _shown(row: Any, tax: dict[str, str] | None) -> dict[str, Any]:
    reasons = msgspec.json.decode(row.reasons, type=list[Reason]) if row.reasons else []
    return {
        **{name: getattr(row, name) for name in _SHOWN}, "state": row.state, **_labels("inventory", row.state),
        "value": plain(row.value), "full_tax": bool(row.full_tax),
        **{name: utc_text(getattr(row, name)) if getattr(row, name) else ""
           for name in ("accepted_at", "released_at", "closed_at")},
        "reasons": [in_words(one) for one in reasons], "tax": tax,
    }


def _labels(kind: str, state: str) -> dict[str, str]:
    known = lifecycles()[LIFECYCLE_OF[kind]].states.get(state) if kind in LIFECYCLE_OF else None
    return {"state_zh": known.zh if known else state, "state_en": known.en if known else state}


def in_words(reason: Reason) -> dict[str, Any]:
    """A reason as the API tells it: permanent code, words in both languages, the dated values it rests on."""
    said = {f"{language}": _said(reason, language) for language in ("zh", "en")}
    return {"code": reason.rule, **said, "parameters": list(reason.parameters)}


def _said(reason: Reason, language: str) -> str:
    try:
        return receipt_texts.words(reason.rule, reason.values, language)
    except receipt_texts.NoWords:
        return reason.rule
