"""Copies for performance measurements: stored import lists, most of them closed and some in review, and export lists
from messages, each with a new number."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from msgspec import structs
from sqlalchemy import select

from declarations.documents import DOCUMENTS, ExportInventory, Inventory, extract, unpack
from gateways.customs.held import Reservations
from gateways.customs.repository import Declaration
from gateways.decisions import SubjectKind
from schemas import catalogue
from schemas.reading import open_message, read
from single_window.store import work_cases
from single_window.store.engine import reading, writing
from single_window.store.gateways.customs.repository import DECLARATIONS
from single_window.store.numbering import ROWS
from single_window.store.tables import declaration, document

if TYPE_CHECKING:
    from single_window.context import Context

ROWS_PER_TRANSACTION = 5_000


def file_copies(context: Context, sandbox: str, count: int, waiting: int) -> None:
    """Store `count` copies of the sandbox's newest import list under new numbers. `waiting` of them, evenly spread, are
    in review and have a case. Orders, payments and waybills are not copied."""
    original, every = _newest(context, sandbox), max(1, count // waiting) if waiting else 0
    for start in range(0, count, ROWS_PER_TRANSACTION):
        numbers = range(start, min(count, start + ROWS_PER_TRANSACTION))
        ids = context.numbering.take(ROWS, "row", len(numbers))
        lists = [
            dataclasses.replace(
                original,
                id=number,
                key=f"{original.ebc_code}|Y{place:09d}",
                order_no=f"Y{place:09d}",
                cop_no=f"C{place:09d}",
                invt_no=f"{original.customs_code}2026I{place:09d}",
                logistics_key=f"{original.logistics_key}{place}",
                version=0,
                held=Reservations(),
                state="in_review" if every and place % every == 0 else "closed",
            )
            for number, place in zip(ids, numbers, strict=True)
        ]
        now = context.now(sandbox)
        with writing(context.engine) as connection:
            DECLARATIONS.save(connection, sandbox, lists)
            work_cases.follow(connection, sandbox, {SubjectKind.DECLARATION: lists}, now + start)


def newest_sale(context: Context, sandbox: str) -> tuple[str, str]:
    """Return the company of the sandbox's newest import list and the item number of its first line."""
    newest = _newest(context, sandbox)
    with reading(context.engine) as connection:
        chosen = select(document.c.facts).where(document.c.id == newest.document_id)
        filed = unpack(Inventory, connection.execute(chosen).scalar_one())
    return newest.ebc_code, filed.lines[0].item_no


def _newest(context: Context, sandbox: str) -> Declaration:
    of_imports = (declaration.c.sandbox == sandbox, declaration.c.flow == "I")
    with reading(context.engine) as connection:
        chosen = DECLARATIONS.select().where(*of_imports).order_by(declaration.c.id.desc()).limit(1)
        return DECLARATIONS.make(connection.execute(chosen).one())


KIND, CODE = "export_inventory", "603"


def copied_lists(bodies: Iterable[bytes], count: int, ebc_code: str) -> Iterator[ExportInventory]:
    """Yield `count` lists of one merchant, copied from export lists in messages (603).

    Raises `ValueError` for a message of another kind."""
    originals = [inventory for body in bodies for inventory in _lists_in(body)]
    for number in range(count):
        inventory, mark = originals[number % len(originals)], f"{number:09d}"
        yield structs.replace(
            inventory,
            guid=inventory.guid[:27] + mark,
            ebc_code=ebc_code,
            order_no=f"X{mark}",
            cop_no=f"K{mark}",
            logistics_no=f"W{mark}",
        )


def _lists_in(body: bytes) -> Iterator[ExportInventory]:
    opened = open_message(body)
    message = read(opened)
    if opened.entry.code != CODE or message.findings:
        raise ValueError(f"Expected a message of export lists ({CODE}); {opened.entry.code}: {message.findings[:1]}")
    layout = catalogue.names(CODE)
    for block in message.blocks:
        yield extract(DOCUMENTS[KIND], layout, block.head, block.lines)
