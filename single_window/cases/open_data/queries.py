"""Queries of open data: versions of months for officers, published files for everybody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from declarations.open_data.months import month_before
from declarations.open_data.publishing import DIRECTIONS, ClosedCell, cells_out, lost_share, yuan_text
from declarations.open_data.tables import ALL
from gateways.open_data.repository import OpenDataBase, OpenDataMonth
from schemas.open_data.package import PublishedFile, Version
from single_window.cases.open_data.answers import (
    OPEN_DATA_KIND,
    ClosedCellOut,
    DirectionOut,
    OpenDataMonthOut,
    PublishedFileOut,
)
from single_window.frame import case_rows
from single_window.frame.case_rows import CaseReader, CaseRows
from single_window.frame.typed import history_out, instant_text, local
from single_window.store.agency_tables.open_data import open_data_file, open_data_month
from single_window.store.gateways.open_data import MONTHS, base_of

WAITING = ("draft", "failed")
OPEN_DATA_ROWS = CaseRows(open_data_month, MONTHS.select, MONTHS.make, WAITING)
MOST_VERSIONS = 240
"""Published versions in the catalogue: the newest."""
_FILES = open_data_file.c["month", "edition", "name", "media_type", "sha256"]


class ShownVersion(NamedTuple):
    """A published version with its files, without their bytes."""

    version: Version
    files: Sequence[PublishedFile]


def address_of(month: str, edition: int, name: str) -> str:
    """Return the public address of a file, without host."""
    return f"/open-data/{month}/{edition}/{name}"


def find_open_data_month(connection: Connection, sandbox: str, number: str) -> OpenDataMonth | None:
    """Return a version by its releaseNo or id."""
    by_id = number.isascii() and number.isdigit() and len(number) < 19
    column = open_data_month.c
    return OPEN_DATA_ROWS.find(connection, sandbox, column.id == int(number) if by_id else column.release_no == number)


def published_versions(connection: Connection, sandbox: str, month: str = "") -> list[ShownVersion]:
    """Return the published versions, of one month or all, newest months and versions first."""
    column, file = open_data_month.c, open_data_file.c
    chosen = (
        select(column.ended_at, *_FILES)
        .join(open_data_file, (file.sandbox == column.sandbox) & (file.month_id == column.id))
        .where(column.sandbox == sandbox, column.state == "published")
    )
    if month:
        chosen = chosen.where(column.month == month)
    found: dict[tuple[str, int], tuple[Version, list[PublishedFile]]] = {}
    ordered = chosen.order_by(file.month.desc(), file.edition.desc(), file.name).limit(MOST_VERSIONS * 5)
    for ended_at, of_month, edition, name, media_type, digest in connection.execute(ordered):
        version = Version(of_month, edition, local(instant_text(ended_at))[:10])
        files = found.setdefault((of_month, edition), (version, []))[1]
        files.append(PublishedFile(name, media_type, digest, b""))
    return [ShownVersion(version, files) for version, files in found.values()]


def published_file(connection: Connection, sandbox: str, month: str, edition: int, name: str) -> PublishedFile | None:
    """Return a published file with its bytes."""
    column = open_data_file.c
    chosen = select(column.name, column.media_type, column.sha256, column.body).where(
        column.sandbox == sandbox, column.month == month, column.edition == edition, column.name == name
    )
    row = connection.execute(chosen).first()
    return PublishedFile(*row) if row else None


def _show(connection: Connection, sandbox: str, number: str) -> OpenDataMonthOut | None:
    month = find_open_data_month(connection, sandbox, number)
    if month is None:
        return None
    base = base_of(connection, sandbox, month.id)
    files = [
        PublishedFileOut(name=file.name, address=address_of(month.month, month.edition, file.name), sha256=file.sha256)
        for shown in published_versions(connection, sandbox, month.month)
        for file in shown.files
        if shown.version.number == month.edition
    ]
    return OpenDataMonthOut.of(
        month,
        closed=tuple(map(_closed_out, base.closed)),
        directions=tuple(_directions(base, _base_before(connection, sandbox, month.month))),
        files=tuple(files),
        history=history_out(case_rows.history(connection, sandbox, month.release_no, "open_data_month")),
    )


def _base_before(connection: Connection, sandbox: str, month: str) -> OpenDataBase:
    """What the newest published version of the month before counts; nothing if there is none."""
    column, before = open_data_month.c, month_before(date.fromisoformat(f"{month}-01"))
    chosen = select(column.id).where(column.sandbox == sandbox, column.month == before, column.state == "published")
    number = connection.execute(chosen.order_by(column.edition.desc()).limit(1)).scalar()
    return base_of(connection, sandbox, number) if number else OpenDataBase(0)


def _directions(base: OpenDataBase, before: OpenDataBase) -> Iterator[DirectionOut]:
    now, then = _totals(base), _totals(before)
    lost = lost_share(base.traded, base.closed)
    for direction in DIRECTIONS:
        if direction in now or direction in then:
            (items, value), (items_before, value_before) = now.get(direction, ("", "")), then.get(direction, ("", ""))
            yield DirectionOut(
                direction=direction,
                items=items,
                items_before=items_before,
                value=value,
                value_before=value_before,
                shut=sum(cell.direction == direction for cell in base.closed),
                shut_before=sum(cell.direction == direction for cell in before.closed),
                lost=lost[direction] / 10,
            )


def _totals(base: OpenDataBase) -> Mapping[str, tuple[str, str]]:
    """Direction → lines and value in yuan of all, empty where they are closed."""
    whole = (out for out in cells_out(base.traded, base.closed) if out.cell == (ALL, ALL, ALL))
    return {
        out.direction: (str(out.figures.items), yuan_text(out.figures.value)) if out.figures else ("", "")
        for out in whole
    }


def _closed_out(cell: ClosedCell) -> ClosedCellOut:
    return ClosedCellOut.of(cell, low=yuan_text(cell.low), high="" if cell.high < 0 else yuan_text(cell.high))


OPEN_DATA_READER: CaseReader[Any, Any, Any] = CaseReader(
    kind=OPEN_DATA_KIND, listed=OPEN_DATA_ROWS.newest, out=OpenDataMonthOut.of, show=_show
)
