"""The draft of the return (CEB213) of a parcel that Korea sent back, as its agent may send it."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import Connection, select

from declarations.calendar import day_of, stamp14
from declarations.documents import ExportInventory, unpack
from declarations.documents.extraction import wire_name
from declarations.money import amount_text
from declarations.parameters import NoValue
from declarations.parameters.tables.shape import Words
from gateways.korea.repository import KoreaParcel
from schemas.writing import write
from single_window.intake.made_messages import sender_of
from single_window.receipts.rows import NAMESPACE
from single_window.store.law_books import law_of
from single_window.store.sandboxes import clocks
from single_window.store.tables import declaration, document

SENT_BACK = "sent_back"
REASON = "境外海关退运"
_HEAD = (
    *("customs_code", "ebp_code", "ebp_name", "ebc_code", "ebc_name", "logistics_no", "logistics_code"),
    *("logistics_name", "agent_code", "agent_name", "traf_mode", "port_code", "country"),
)
_LINE = ("gnum", "gcode", "gname", "gmodel", "unit", "unit1", "unit2")
_AMOUNTS = ("qty", "qty1", "qty2")


def return_draft(connection: Connection, sandbox: str, parcel: KoreaParcel) -> bytes | None:
    """Return the message; None unless Korea sent the parcel back and there is a list of ours of it.

    The same parcel makes the same number (coElNo). Ship, voyage and bill of the way back are those told of the way out,
    until who sends it fills in others. Raises `InvalidValues` if the list has not what a return needs."""
    if parcel.state != SENT_BACK or not parcel.declaration_id:
        return None
    facts, now = _list_of(connection, parcel.declaration_id), clocks(connection)[sandbox].now()
    if facts is None:
        return None
    said = str(uuid.uuid5(NAMESPACE, f"return|{sandbox}|{parcel.parcel_no}"))
    head = {
        "guid": said.upper(),
        "appType": "1",
        "appTime": stamp14(now),
        "appStatus": "2",
        **{wire_name(name): str(getattr(facts, name)) for name in _HEAD if getattr(facts, name)},
        "coElNo": f"T{said.replace('-', '')[:15].upper()}",
        "invtNo": parcel.invt_no,
        "tradeMode": _mode_back(connection, sandbox, facts.trade_mode, now),
        "billNo": parcel.bill_no or facts.bill_no,
        "voyageNo": parcel.voyage_no or facts.voyage_no,
        "trafName": facts.traf_name or parcel.voyage_no,
        "ieFlag": "I",
        "reason": REASON,
    }
    lines = [_line(line) for line in facts.lines]
    sender = sender_of(connection, sandbox, facts.agent_code)
    kept = {name: value for name, value in head.items() if value}
    return write("213", [(kept, lines)], guid=str(uuid.uuid5(NAMESPACE, f"message|{said}")).upper(), transfer=sender)


def owners_of(connection: Connection, parcel: KoreaParcel) -> frozenset[str]:
    """Return the companies that may draft it: those of our list, which declared or own the goods."""
    column = declaration.c
    chosen = select(column.agent_code, column.ebc_code).where(column.id == parcel.declaration_id)
    row = connection.execute(chosen).first() if parcel.declaration_id else None
    return frozenset(row or ()) - {""}


def _list_of(connection: Connection, number: int) -> ExportInventory | None:
    """The export list with this id, as it was declared."""
    chosen = (
        select(document.c.facts)
        .join(declaration, declaration.c.document_id == document.c.id)
        .where(declaration.c.id == number)
    )
    packed = connection.execute(chosen).scalar()
    facts: ExportInventory | None = unpack(ExportInventory, packed) if packed else None
    return facts


def _mode_back(connection: Connection, sandbox: str, mode: str, now: int) -> str:
    """The trade mode of a return of a list of a mode (export.returns.trade_modes); empty where there is none."""
    try:
        modes = law_of(connection, sandbox).on("export.returns.trade_modes", day_of(now)).table_as(Words)
    except NoValue:
        return ""
    return modes.get(mode, "")


def _line(line: Any) -> dict[str, str]:
    words = {wire_name(name): str(getattr(line, name)) for name in _LINE if getattr(line, name)}
    amounts = {wire_name(name): amount_text(getattr(line, name)) for name in _AMOUNTS if getattr(line, name)}
    return {**words, **amounts}
