"""The console's pages of trace batches: the list, and one lot with its way as a graph and a line of time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from flask import Blueprint, render_template
from sqlalchemy import Connection

from declarations.money import amount_text
from single_window.cases.trace_batches.queries import TRACE_BATCH_CASES, find_trace_batch, least_copied
from single_window.cases.trace_batches.way import Share, way_of
from single_window.frame.http.calls import add_page
from single_window.frame.http.ports import ports
from single_window.frame.pages.case_lists import CaseList
from single_window.frame.pages.speech import link, requested_sandbox
from single_window.language.phrases import phrase
from single_window.refused import demand_found
from single_window.store import trace_codes
from single_window.store.engine import reading
from single_window.store.participants import company_names

WIDE, HIGH, GAP, LEAST = 200, 34, 10, 1.5
"""Of the graph, in its own units: width and height of a box, space between boxes, the thinnest line."""

COPIED_SHOWN = 20
"""Codes that were probably copied, those looked up most, which the list of batches shows."""


def _copied(connection: Connection, sandbox: str) -> dict[str, Any]:
    least = least_copied(connection, sandbox)
    return {"copied": trace_codes.copied_codes(connection, sandbox, least, COPIED_SHOWN), "least": least}


TRACE_BATCH_LIST = CaseList(
    TRACE_BATCH_CASES,
    "trace_batches",
    lambda batch: link("console.trace_batch", number=batch.batch_no),
    template="console/trace_batches.html",
    further=_copied,
    case_page="trace_batch",
)


class Box(NamedTuple):
    """A part of the goods as a box of the graph. `x`, `y`: its corner; `line`: the width of the line that leads to it
    from the box at `from_x`, `from_y` (its middle), 0 for the lot itself."""

    name: str
    quantity: str
    x: int
    y: int
    from_x: int = 0
    from_y: int = 0
    line: float = 0


def register(blueprint: Blueprint) -> None:
    """Add the pages."""
    add_page(blueprint, "/trace_batches", "trace_batches", TRACE_BATCH_LIST.page)
    add_page(blueprint, "/trace_batches/<number>", "trace_batch", show)


def show(number: str) -> str:
    """Show one lot: where its goods are, how they came there, the newest lists with them."""
    window = ports().window
    with reading(window.engine) as connection:
        sandbox = requested_sandbox(connection)
        batch = demand_found(find_trace_batch(connection, sandbox, number), number, sandbox)
        way = way_of(connection, sandbox, batch, window.now(sandbox))
        others = trace_codes.registered_by_others(connection, sandbox, batch)
        names = company_names(connection, sandbox, {batch.ebc_code, *(other.ebc_code for other in others)})
        least = least_copied(connection, sandbox)
        copied = trace_codes.codes_of(connection, sandbox, batch.id, -1, COPIED_SHOWN, least)
    boxes = graph(way.shares)
    return render_template(
        "console/trace_batch.html",
        batch=batch,
        name=names.get(batch.ebc_code, ""),
        names=names,
        others=others,
        copied=copied,
        least=least,
        way=way,
        boxes=boxes,
        size=(max(box.x for box in boxes) + WIDE, max(box.y for box in boxes) + HIGH),
        box=(WIDE, HIGH),
        plain=amount_text,
        page_is=phrase("page_is", "trace_batch"),
    )


def graph(shares: Sequence[Share]) -> Sequence[Box]:
    """Return the boxes of the graph: a column for each step from the lot on, a row for each part; the width of a line
    is the part of the lot that goes there."""
    whole = max(1, shares[0].quantity)
    columns: dict[str, int] = {}
    boxes: dict[str, Box] = {}
    rows: dict[int, int] = {}
    for share in shares:
        column = columns.get(share.after, -1) + 1
        columns[share.name] = column
        row = max(rows.get(column, 0), _row_of(boxes, share.after))
        rows[column] = row + 1
        x, y = column * (WIDE + 6 * GAP), row * (HIGH + GAP)
        start = boxes.get(share.after)
        middle = (start.x + WIDE, start.y + HIGH // 2) if start else (0, 0)
        width = max(LEAST, HIGH * min(1.0, share.quantity / whole)) if start and share.quantity else 0
        boxes[share.name] = Box(share.name, amount_text(share.quantity), x, y, *middle, line=round(width, 1))
    return list(boxes.values())


def _row_of(boxes: dict[str, Box], name: str) -> int:
    return boxes[name].y // (HIGH + GAP) if name in boxes else 0
