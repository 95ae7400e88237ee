"""Documents as they were filed, with the values that people compare, labelled from our own schemas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from declarations.documents import DOCUMENTS, unpack
from declarations.documents.extraction import wire_name
from declarations.money import plain
from schemas import catalogue
from single_window.store.tables import document, message
from single_window.stories import words
from single_window.stories.parts import Amount, Answer, Paper
from single_window.stories.words import Words

SHOWN: Mapping[str, tuple[str, ...]] = {
    "order": (
        "order_no",
        "ebp_code",
        "ebp_name",
        "ebc_code",
        "ebc_name",
        "goods_value",
        "freight",
        "discount",
        "tax_total",
        "actual_paid",
        "buyer_name",
        "buyer_id_number",
        "buyer_telephone",
        "pay_code",
        "pay_name",
        "pay_transaction_id",
    ),
    "payment": (
        "order_no",
        "pay_code",
        "pay_name",
        "pay_transaction_id",
        "ebp_code",
        "payer_name",
        "payer_id_number",
        "amount_paid",
        "pay_time",
    ),
    "waybill": (
        "order_no",
        "logistics_code",
        "logistics_name",
        "logistics_no",
        "freight",
        "insured_fee",
        "weight",
        "pack_no",
        "consignee",
    ),
    "waybill_status": ("logistics_code", "logistics_no", "logistics_status", "logistics_time"),
    "inventory": (
        "order_no",
        "cop_no",
        "ebp_code",
        "ebc_code",
        "ebc_name",
        "logistics_code",
        "logistics_no",
        "agent_code",
        "agent_name",
        "assure_code",
        "ems_no",
        "customs_code",
        "port_code",
        "trade_mode",
        "buyer_name",
        "buyer_id_number",
        "buyer_telephone",
        "freight",
        "insured_fee",
        "gross_weight",
        "net_weight",
    ),
    "cancellation": ("order_no", "cop_no", "invt_no", "buyer_name", "agent_name", "reason"),
    "refund": ("order_no", "cop_no", "invt_no", "buyer_name", "agent_name", "reason"),
    "intake": ("cop_no", "operator_code", "operator_name", "bill_no", "logistics_code"),
    "stock_filing": ("cop_no", "ems_no", "area_code", "area_name"),
}
LINES: Mapping[str, tuple[str, ...]] = {
    "order": ("gnum", "item_name", "qty", "price", "total_price"),
    "inventory": ("gnum", "gcode", "gname", "qty", "unit", "price", "total_price"),
    "refund": ("gnum", "gcode", "gname", "qty"),
    "intake": ("gnum", "logistics_no"),
    "stock_filing": ("item_record_no", "gcode", "gname", "qty"),
}
_WHOLE = frozenset({"gnum", "pack_no"})
_ORDER = tuple(DOCUMENTS)


def papers(connection: Connection, sandbox: str, where: ColumnElement[bool], answers: Sequence[Answer]) -> list[Paper]:
    """The documents that a condition names, in the order in which kinds are listed, each with its last answer."""
    last = {(one.kind, one.key): one for one in sorted(answers, key=lambda one: one.time)}
    rows = connection.execute(
        select(document, message.c.received_at)
        .outerjoin(message, message.c.id == document.c.message_id)
        .where(document.c.sandbox == sandbox, where)
        .order_by(document.c.id)
        .limit(500)
    ).all()
    return [_paper(row, last.get((row.kind, row.key))) for row in sorted(rows, key=lambda row: _ORDER.index(row.kind))]


def _paper(row: Any, last: Answer | None) -> Paper:
    facts = unpack(DOCUMENTS[row.kind], row.facts)
    return Paper(
        row.id,
        row.kind,
        words.kind(row.kind),
        row.key,
        row.order_no,
        row.guid,
        row.state,
        words.state(row.state, row.kind),
        row.version,
        row.app_time,
        row.port_no,
        row.message_id,
        row.position,
        row.received_at or 0,
        last.status if last else "",
        last.words if last else Words("", ""),
        tuple(_amounts(row.kind, facts, SHOWN.get(row.kind, ()), False)),
        tuple(
            tuple(_amounts(row.kind, line, LINES[row.kind], True))
            for line in getattr(facts, "lines", ())
            if row.kind in LINES
        ),
    )


def _amounts(kind: str, facts: Any, names: Iterable[str], line: bool) -> Iterable[Amount]:
    labels = _labels(kind, line)
    for name in names:
        found = getattr(facts, name)
        if found not in ("", None):
            wire = wire_name(name)
            text = found if isinstance(found, str) else str(found) if name in _WHOLE else plain(found)
            yield Amount(wire, labels.get(wire, Words(wire, wire)), text)


@cache
def _labels(kind: str, line: bool) -> Mapping[str, Words]:
    """Wire names in words, as our schemas say them."""
    layout = catalogue.layout(catalogue.by_kind(kind).code)
    return {
        field.name: Words(field.zh or field.name, field.en or field.name)
        for field in (layout.line if line else layout.head)
    }
