"""Public lists: what everybody may know, as pages of a call, as a download, and as a page of the console. No column
but those that are listed is in one."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from io import StringIO
from typing import Any, NamedTuple

from apiflask import Schema
from apiflask.fields import Integer
from apiflask.validators import Range
from flask import Blueprint, Response, render_template
from sqlalchemy import Connection

from single_window.frame.http.calls import EVERYBODY, READ, Calls, add_page
from single_window.frame.http.cases import reading_sandbox
from single_window.frame.http.documentation import answer, refused
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response
from single_window.frame.kinds import DEFAULT_PAGE_SIZE
from single_window.frame.pages.speech import given_number, requested_sandbox
from single_window.frame.typed import Answer
from single_window.language.for_people import spreadsheet_cells
from single_window.store.engine import reading

MOST_PUBLISHED = 10_000
"""Entries of a list that are downloaded at most."""


class PublicList(NamedTuple):
    """A list that everybody may read, newest first.

    `path`: of its call, with `.csv` of its download. `page`: a page of it in a sandbox, of entries with ids below a
    number (0: the newest) and so many at most. `lines`, `columns`: a page as lines of a table, and their fields."""

    path: str
    summary: str
    about: str
    page: Callable[[Connection, str, int, int], Any]
    page_type: type[Answer]
    lines: Callable[[Any], Sequence[Answer]]
    columns: Sequence[str]


class PublicListIn(Schema):
    """A page of a public list."""

    before = Integer(load_default=0, validate=Range(0, 2**62), metadata={"description": "`next` of the page before"})
    limit = Integer(load_default=DEFAULT_PAGE_SIZE, validate=Range(1, 500))


def add_public_list(blueprint: Calls, listed: PublicList, name: str) -> None:
    """Add the call that lists a page of a public list, and the one that downloads it; `name`: of the calls."""

    @blueprint.get(listed.path, rights=READ, endpoint=f"list_{name}")
    @blueprint.input(PublicListIn, location="query", arg_name="query")
    @blueprint.doc(
        summary=f"List {listed.summary}.",
        description=listed.about,
        responses={200: answer("newest first", listed.page_type), 404: refused("no such sandbox")},
    )
    def show(query: dict[str, Any]) -> Response:
        with reading_sandbox() as (connection, sandbox):
            return json_response(listed.page(connection, sandbox, query["before"], query["limit"]))

    @blueprint.get(f"{listed.path}.csv", rights=READ, endpoint=f"download_{name}")
    @blueprint.doc(
        summary=f"Download the public list of {listed.summary}.",
        description=f"The newest {MOST_PUBLISHED:,}. {listed.about}",
        responses={200: answer("the list", None, "text/csv"), 404: refused("no such sandbox")},
    )
    def download() -> Response:
        with reading_sandbox() as (connection, sandbox):
            found = listed.page(connection, sandbox, 0, MOST_PUBLISHED)
        return as_csv(listed.lines(found), listed.columns)


def add_public_page(blueprint: Blueprint, listed: PublicList, name: str) -> None:
    """Add the console's page of a public list: `console/NAME.html` shows what it has `found`."""

    def show() -> str:
        with reading(ports().window.engine) as connection:
            sandbox = requested_sandbox(connection)
            found = listed.page(connection, sandbox, given_number("before"), DEFAULT_PAGE_SIZE)
        return render_template(f"console/{name}.html", found=found)

    add_page(blueprint, f"/{name}", name, show, EVERYBODY)


def as_csv(rows: Iterable[Answer], columns: Sequence[str]) -> Response:
    """Return a response with these fields of the rows, as spreadsheets read them; none takes a text for a formula."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(spreadsheet_cells([getattr(row, name) for name in columns]) for row in rows)
    return Response(text.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
