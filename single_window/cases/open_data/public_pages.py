"""The public addresses of open data: the catalogue as a page and as DCAT-AP, a month as tables and a plot, and the
files of each version, which never change. Everybody may read them; where a sandbox has none, they are not there."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from hashlib import sha256
from io import StringIO
from typing import Any, NamedTuple
from urllib.parse import quote

from flask import Blueprint, Response, render_template, request

from declarations.open_data.publishing import DIRECTIONS
from schemas.open_data.package import PublishedFile, catalogue
from schemas.open_data.rows import NORMAL, PublishedRow
from single_window.cases.open_data.queries import ShownVersion, published_file, published_versions
from single_window.frame.http.calls import EVERYBODY, add_page
from single_window.frame.http.open_pages import OPEN, count_caller
from single_window.frame.http.ports import ports
from single_window.frame.pages import plots
from single_window.frame.pages.plots import Plot
from single_window.frame.pages.speech import named_sandbox, say
from single_window.language.codes_in_words import name_of
from single_window.language.phrases import phrase
from single_window.store.engine import reading
from single_window.store.sandboxes import UnknownSandbox

KEPT = "public, max-age=60"
MOST_SHOWN, MOST_BARS = 60, 12
"""Lines of a table of the page, and bars of its plot; all are in the files."""
ALL = "_T"
LARGEST_EDITION, LONGEST = 2**31, 60
"""A version or name that is larger cannot be stored."""


class ShownTable(NamedTuple):
    """A table of the page: `by` partner or hs2; each line: code, then the row of each mode and of all, None for
    zero."""

    direction: str
    by: str
    modes: Sequence[str]
    lines: Sequence[tuple[str, Sequence[PublishedRow | None]]]
    more: bool


def register(blueprint: Blueprint) -> None:
    """Add the addresses."""
    add_page(blueprint, "/open-data/", "open_data_catalogue", show_catalogue, EVERYBODY)
    add_page(blueprint, "/open-data/catalog.jsonld", "open_data_dcat", show_dcat, EVERYBODY)
    add_page(blueprint, "/open-data/<month>/<int:edition>/", "open_data_version", show_version, EVERYBODY)
    add_page(blueprint, "/open-data/<month>/<int:edition>/<name>", "open_data_file", show_file, EVERYBODY)


def show_catalogue() -> Response:
    """Show all versions."""
    found = _versions()
    return _page(200 if found else 404, versions=found)


def show_dcat() -> Response:
    """Answer with all versions as DCAT-AP."""
    query = f"?sandbox={quote(request.args['sandbox'], safe='')}" if request.args.get("sandbox") else ""
    if not (found := _versions()):
        return _page(404)
    told = catalogue(((shown.version, shown.files) for shown in found), "MONTH/VERSION/", query)
    body = json.dumps(told, ensure_ascii=False, indent=1).encode()
    return _tagged(body, "application/ld+json", sha256(body).hexdigest())


def show_version(month: str, edition: int) -> Response:
    """Show the tables of a version."""
    others = _versions(month[:7])
    found = [shown for shown in others if shown.version.number == edition]
    file = _file_of(month, edition, "data.csv") if found else None
    if file is None:
        return _page(404)
    return _page(versions=found, others=others, tables=tables_of(read_rows(file.body)))


def show_file(month: str, edition: int, name: str) -> Response:
    """Answer with a file of a version, or with a plot of one of its directions (I.svg)."""
    count_caller()
    direction = name.removesuffix(".svg")
    is_plot = direction in DIRECTIONS and name != direction
    file = _file_of(month, edition, "data.csv" if is_plot else name)
    if file is None:
        return _page(404)
    if is_plot:
        return plots.svg_response(plots.draw_svg(plot_of(read_rows(file.body), direction, month)))
    return _tagged(file.body, file.media_type, file.sha256)


def read_rows(body: bytes) -> list[PublishedRow]:
    """Return the rows of a published `data.csv`."""
    return [PublishedRow(*line) for line in list(csv.reader(StringIO(body.decode())))[1:]]


def tables_of(rows: Iterable[PublishedRow]) -> list[ShownTable]:
    """Return the tables of each direction: partners by mode, chapters by mode."""
    whole = {row[1:5]: row for row in rows}
    tables = []
    for direction in DIRECTIONS:
        modes = sorted({mode for flow, mode, *_ in whole if flow == direction and mode != ALL})
        for by, place in (("partner", 2), ("hs2", 3)):
            codes = sorted({key[place] for key in whole if key[0] == direction and key[place] != ALL})
            keys = [(code, ALL) if by == "partner" else (ALL, code) for code in (*codes[:MOST_SHOWN], ALL)]
            lines = [
                (
                    partner if by == "partner" else hs2,
                    [whole.get((direction, mode, partner, hs2)) for mode in (*modes, ALL)],
                )
                for partner, hs2 in keys
            ]
            if codes:
                tables.append(ShownTable(direction, by, modes, lines, len(codes) > MOST_SHOWN))
    return tables


def plot_of(rows: Iterable[PublishedRow], direction: str, month: str) -> Plot:
    """Return the plot of a direction: open values by partner, largest first, in whole yuan."""
    values = {
        row.partner: int(row.value_cny.partition(".")[0])
        for row in rows
        if (row.direction, row.mode, row.hs2) == (direction, ALL, ALL)
        and row.partner != ALL
        and row.obs_status == NORMAL
    }
    largest = sorted(values, key=lambda partner: (-values[partner], partner))[:MOST_BARS]
    caption = f"{month} {say(phrase('open_data_flow', direction))}: {say(phrase('label', 'open_data_plot'))}"
    labels = [plots.shorten(say(name_of("country", partner)) or partner, 14) for partner in largest]
    return Plot(
        caption, labels, {say(phrase("label", "open_data_value")): [values[one] for one in largest]}, lying=True
    )


def _versions(month: str = "") -> list[ShownVersion]:
    count_caller()
    try:
        with reading(ports().window.engine) as connection:
            return published_versions(connection, named_sandbox(connection), month)
    except UnknownSandbox:
        return []


def _file_of(month: str, edition: int, name: str) -> PublishedFile | None:
    try:
        with reading(ports().window.engine) as connection:
            sandbox = named_sandbox(connection)
            known = edition < LARGEST_EDITION and len(month) + len(name) < LONGEST
            return published_file(connection, sandbox, month, edition, name) if known else None
    except UnknownSandbox:
        return None


def _tagged(body: bytes, media_type: str, digest: str) -> Response:
    """A response that is not sent again to who has it. A version never changes, but a sandbox that is reset may publish
    another under its number."""
    response = Response(body, headers={"Access-Control-Allow-Origin": "*"}, content_type=media_type)
    response.headers["Cache-Control"] = KEPT
    response.set_etag(digest)
    response.make_conditional(request)
    return response


def _page(status: int = 200, **shown: Any) -> Response:
    page = render_template("console/open_data_public.html", missing=status != 200, **shown)
    return Response(page, status, headers=OPEN, content_type="text/html; charset=utf-8")
