"""Masks the people to whom parcels to and from Korea went, when Korea has done with them: in parcels and their lists.

Receipts and timelines name no people. Works in small transactions; an interrupted run is continued by the next."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Engine, func, select, update

from declarations.documents import DOCUMENTS, pack, unpack
from gateways.korea.judging import OPEN
from single_window.retention.closing_records import MASK
from single_window.store.agency_tables.korea import korea_parcel
from single_window.store.engine import writing
from single_window.store.gateways.korea import mask_people
from single_window.store.tables import document

PARCELS_PER_TRANSACTION = 500
LIST = "korea_list"
UNDECIDED = tuple(sorted({*OPEN - {"noted"}, "held", "doubtful", "disputed", "guaranteed"}))
"""States in which Korea, or an officer, still has to do with a parcel."""
PEOPLE = ("consignee_id", "consignee_name", "phone", "zip")
"""Where people stand in a line of a list."""


def _named(sandbox: str, before: int) -> list[ColumnElement[bool]]:
    """Conditions: parcels with people that are decided, and that arrived and were told of before an instant."""
    columns = korea_parcel.c
    return [
        columns.sandbox == sandbox,
        columns.state.not_in(UNDECIDED),
        columns.eta < before,
        columns.told_at < before,
        columns.consignee_name.not_in(("", MASK)),
    ]


def count(connection: Connection, sandbox: str, before: int) -> int:
    """Return the number of parcels whose people `mask` would mask."""
    return int(
        connection.execute(select(func.count()).select_from(korea_parcel).where(*_named(sandbox, before))).scalar_one()
    )


def mask(engine: Engine, sandbox: str, before: int, step: int = PARCELS_PER_TRANSACTION) -> Iterator[int]:
    """Replace people of decided parcels by `MASK`; yields the number of parcels of each transaction."""
    while masked := _mask(engine, sandbox, before, step):
        yield masked


def _mask(engine: Engine, sandbox: str, before: int, step: int) -> int:
    columns = korea_parcel.c
    chosen = select(columns.id, columns.hbl_no, columns.list_no).where(*_named(sandbox, before)).limit(step)
    with writing(engine) as connection:
        rows = connection.execute(chosen.order_by(columns.id)).all()
        parcels: dict[str, set[str]] = {}
        for row in rows:
            parcels.setdefault(row.list_no, set()).add(row.hbl_no)
        _mask_lists(connection, sandbox, parcels)
        mask_people(connection, [row.id for row in rows], MASK)
    return len(rows)


def _mask_lists(connection: Connection, sandbox: str, parcels: Mapping[str, Collection[str]]) -> None:
    """Mask the lines about these parcels in the lists that tell of them, by the lists' numbers (copNo)."""
    columns = document.c
    lists = connection.execute(select(columns.id, columns.key).where(columns.sandbox == sandbox, columns.kind == LIST))
    about = {row.id: parcels[number] for row in lists if (number := row.key.rpartition("|")[2]) in parcels}
    for row in connection.execute(select(columns.id, columns.facts).where(columns.id.in_(sorted(about)))).all():
        facts: Any = unpack(DOCUMENTS[LIST], row.facts)
        lines = tuple(_without_people(line) if line.hbl_no in about[row.id] else line for line in facts.lines)
        changed = pack(msgspec.structs.replace(facts, lines=lines))
        connection.execute(update(document).where(columns.id == row.id).values(facts=changed))


def _without_people(line: Any) -> Any:
    return msgspec.structs.replace(line, **{name: MASK for name in PEOPLE if getattr(line, name)})
