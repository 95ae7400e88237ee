"""HTTP calls that import master data from CSV or JSON, completely or not at all."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from io import StringIO
from typing import Any

from flask import Response, request

from single_window.answers.window import ColumnOut, ImportedOut, KindOut, KindsOut
from single_window.frame.http import guard
from single_window.frame.http.calls import CONTROL, EVERYBODY, Calls
from single_window.frame.http.documentation import ACCOUNT, answer, raw_body, refused
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response, problem
from single_window.master_data import importing
from single_window.master_data.csv_files import MAX_ROWS, BadFile
from single_window.master_data.file_problems import problem_of_file

ROWS = raw_body("rows with a header", "text/csv")
ROWS["content"]["application/json"] = {
    "schema": {"type": "array", "items": {"type": "object"}, "description": "by column"}
}
blueprint = Calls("master_data", __name__, rights=EVERYBODY, tag="master-data")


@blueprint.get("/master-data")
@blueprint.doc(responses={200: answer("the kinds and their columns", KindsOut)})
def kinds() -> Response:
    """List the kinds of master data that can be imported.

    With their columns; a column with a default may be omitted."""
    kinds = (
        KindOut(kind=kind, columns=tuple(map(ColumnOut.of, layout.columns))) for kind, layout in importing.KINDS.items()
    )
    return json_response(KindsOut(kinds=tuple(kinds)))


@blueprint.put("/master-data/<kind>", rights=CONTROL, reads=ROWS)
@blueprint.doc(
    security=ACCOUNT,
    responses={
        200: answer("all rows are imported", ImportedOut),
        400: refused("nothing is imported"),
        404: refused("no such kind or sandbox"),
        415: refused("a form upload"),
    },
)
def put(kind: str) -> Response:
    """Import master data.

    From CSV (UTF-8 or GB18030, with a header; commas, semicolons or tabs; also gzip), in which columns that nothing is
    known of are `ignored`, or from JSON: a list of objects by column. All rows are imported or
    none. Importing the same rows again changes nothing. An import must not set amounts below those already used."""
    if kind not in importing.KINDS:
        raise problem("unknown-kind", found=kind, known=", ".join(importing.KINDS))
    if request.mimetype == "multipart/form-data":
        raise problem("multipart", found=request.mimetype)
    source = _as_csv(request.get_data()) if request.is_json else request.get_data()
    try:
        done = importing.import_csv(ports().window, guard.sandbox_name(), kind, source, known_only=request.is_json)
    except BadFile as bad:
        raise problem_of_file(bad, request.is_json) from None
    return json_response(ImportedOut.of(done))


def _as_csv(body: bytes) -> bytes:
    """Convert a JSON list to CSV, whose header has all columns of all rows."""
    rows = _rows(body)
    columns = list(dict.fromkeys(name for row in rows for name in row))
    text = StringIO()
    written = csv.writer(text, lineterminator="\n")
    written.writerow([_cell(name) for name in columns])
    written.writerows([[_cell(row.get(name, "")) for name in columns] for row in rows])
    return text.getvalue().encode()


def _rows(body: bytes) -> Sequence[dict[str, Any]]:
    try:
        # numbers stay texts, so that none is rounded
        rows = json.loads(body, parse_int=str, parse_float=str)
    except (ValueError, RecursionError) as error:
        raise problem("rows-expected", reason=error) from None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows) or not rows:
        raise problem("rows-expected", reason="a list of at least one object is expected")
    if len(rows) > MAX_ROWS:
        raise problem("rows-expected", reason=f"{len(rows)} rows, at most {MAX_ROWS}")
    return rows


def _cell(value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or not value.isprintable():
        raise problem("rows-expected", reason="a value must be a number or one line of text")
    return value
