"""Rows of declarations: one query, newest first, by whatever chooses them; and of what belongs to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Connection, Row, Select, and_, func, or_, select, union_all

from schemas import catalogue
from single_window.cases.declarations.gathering import SHARED
from single_window.store.bulk import chunks
from single_window.store.tables import batch, batch_member, declaration, document, message, request, tax_bill

_NUMBERS = ("cop_no", "pre_no", "invt_no", "order_no", "bill_no")
_OF_IMPORTS = tuple(kind for kind in catalogue.handled() if catalogue.by_kind(kind).flow == "import")
_DOCUMENT = [document.c[name] for name in ("kind", "key", "order_no", "state", "app_time", "message_id")]
Rows = Sequence[Row[Any]]


def declarations(
    connection: Connection,
    sandbox: str,
    *where: ColumnElement[bool],
    flow: str = "",
    state: str = "",
    bill_no: str = "",
    most: int,
) -> Rows:
    """At most so many declarations that meet all conditions, newest first, each with `received_at`: when the message
    with its newest version came (0: not known)."""
    given = {"flow": flow, "state": state, "bill_no": bill_no}
    conditions = [*where, *(declaration.c[name] == value for name, value in given.items() if value)]
    if bill_no:
        conditions.append(declaration.c.bill_no != "")  # as the index has it
    return connection.execute(
        select(declaration, func.coalesce(message.c.received_at, 0).label("received_at"))
        .outerjoin(document, document.c.id == declaration.c.document_id)
        .outerjoin(message, message.c.id == document.c.message_id)
        .where(declaration.c.sandbox == sandbox, *conditions)
        .order_by(declaration.c.id.desc())
        .limit(most)
    ).all()


def numbered(sandbox: str, number: str) -> CompoundSelect[Any]:
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


def of_waybill(sandbox: str, number: str) -> Select[Any]:
    """The ids of declarations of a waybill, whoever carries it: the database looks through the parcels of a sandbox."""
    carried = declaration.c.logistics_key.endswith(f"|{number}", autoescape=True)
    return select(declaration.c.id).where(declaration.c.sandbox == sandbox, carried)


def of_batch(sandbox: str, batch_no: str) -> Select[Any]:
    """The ids of the members of a batch."""
    members = select(batch_member.c.declaration_id).join(batch, batch.c.id == batch_member.c.batch_id)
    return members.where(batch.c.sandbox == sandbox, batch.c.batch_no == batch_no)


def documents(connection: Connection, sandbox: str, declared: Rows, number: str) -> Rows:
    """The documents of these declarations; without any those of an order of this number."""
    chosen = or_(*[_documents_of(row) for row in declared] or [document.c.order_no == number])
    return connection.execute(
        select(*_DOCUMENT).where(document.c.sandbox == sandbox, chosen).order_by(document.c.id)
    ).all()


def _documents_of(row: Any) -> ColumnElement[bool]:
    if row.flow == "I":
        return and_(document.c.order_no == row.order_no, document.c.kind.in_(_OF_IMPORTS))
    requested = select(request.c.document_id).where(request.c.declaration_id == row.id)
    return or_(
        and_(document.c.kind.in_(SHARED), document.c.key == row.key),
        and_(document.c.kind == "export_waybill", document.c.key == row.logistics_key),
        document.c.id.in_(requested),
    )


def tax_bills(connection: Connection, ids: Sequence[int]) -> list[Row[Any]]:
    """The tax bills of declarations, of each the latest last."""
    columns = [tax_bill.c[name] for name in ("declaration_id", "state", "tax_no", "assessment")]
    return [
        row
        for part in chunks(ids)
        for row in connection.execute(
            select(*columns).where(tax_bill.c.declaration_id.in_(part)).order_by(tax_bill.c.sequence)
        )
    ]
