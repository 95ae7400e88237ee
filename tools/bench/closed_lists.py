"""Inserts thousands of closed export lists without sending them, for performance measurements of summaries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from declarations.calendar import day_of, stamp14
from declarations.documents import ExportInventory, pack
from gateways.customs.repository import Declaration
from single_window.store.bulk import chunks
from single_window.store.documents import put
from single_window.store.engine import reading, writing
from single_window.store.gateways.customs.repository import DECLARATIONS
from single_window.store.numbering import ROWS
from single_window.store.tables import declaration

if TYPE_CHECKING:
    from single_window.context import Context

ROWS_PER_TRANSACTION = 5_000


def file_closed_lists(context: Context, sandbox: str, inventories: Iterable[ExportInventory], closed_at: int) -> int:
    """Insert lists as closed at an instant, with new list numbers; return their number.

    They have no receipts, timeline or deadline.
    """
    filed = 0
    for chunk in chunks(inventories, ROWS_PER_TRANSACTION):
        ids = context.numbering.take(ROWS, "row", 2 * len(chunk))
        serials = context.numbering.take(sandbox, "list.export", len(chunk))
        _file(context, sandbox, chunk, ids, serials, closed_at)
        filed += len(chunk)
    return filed


def _file(
    context: Context,
    sandbox: str,
    chunk: Sequence[ExportInventory],
    ids: Sequence[int],
    serials: Sequence[int],
    closed_at: int,
) -> None:
    rows: dict[Any, tuple[Any, ...]] = {}
    lists = []
    for inventory, document_id, number, serial in zip(chunk, ids[::2], ids[1::2], serials, strict=True):
        key = f"{inventory.ebc_code}|{inventory.order_no}"
        rows["export_inventory", key] = _document_row(document_id, sandbox, key, inventory, closed_at)
        lists.append(_closed_list(number, document_id, key, inventory, serial, closed_at))
    with writing(context.engine) as connection:
        put(connection, rows, ())
        DECLARATIONS.save(connection, sandbox, lists)


def _document_row(number: int, sandbox: str, key: str, inventory: ExportInventory, closed_at: int) -> tuple[Any, ...]:
    """Return the stored row of a list's document (see `store.documents.put`)."""
    return (
        number,
        sandbox,
        "export_inventory",
        key,
        inventory.order_no,
        0,
        0,
        "",
        inventory.guid,
        "1",
        stamp14(closed_at),
        "2",
        "",
        "declared",
        1,
        "",
        0,
        pack(inventory),
    )


def _closed_list(
    number: int, document_id: int, key: str, inventory: ExportInventory, serial: int, closed_at: int
) -> Declaration:
    """Return a list that was accepted, released and closed at the same instant."""
    return Declaration(
        id=number,
        key=key,
        order_no=inventory.order_no,
        state="closed",
        document_id=document_id,
        document_version=1,
        mailboxes="",
        cop_no=inventory.cop_no,
        pre_no="",
        customs_code=inventory.customs_code,
        ebp_code=inventory.ebp_code,
        ebc_code=inventory.ebc_code,
        agent_code=inventory.agent_code,
        assure_code="",
        buyer="",
        trade_mode=inventory.trade_mode,
        logistics_key=f"{inventory.logistics_code}|{inventory.logistics_no}",
        flow="E",
        statistics_flag=inventory.statistics_flag,
        invt_no=f"{inventory.customs_code}{day_of(closed_at).year}E{serial:09d}",
        accepted_at=closed_at,
        released_at=closed_at,
        closed_at=closed_at,
        last_return=closed_at,
    )


def list_numbers(context: Context, sandbox: str, merchant: str) -> list[tuple[str, str]]:
    """Order number and list number of a merchant's exports, in the order in which they were filed."""
    with reading(context.engine) as connection:
        rows = connection.execute(
            select(declaration.c.order_no, declaration.c.invt_no)
            .where(declaration.c.sandbox == sandbox, declaration.c.ebc_code == merchant, declaration.c.flow == "E")
            .order_by(declaration.c.id)
        )
        return [(order_no, invt_no) for order_no, invt_no in rows]
