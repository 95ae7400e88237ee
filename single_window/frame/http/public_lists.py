"""Public lists: downloads of what everybody may know, as CSV with the columns that are listed and no others."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from flask import Response

from single_window.frame.typed import Answer
from single_window.language.for_people import spreadsheet_cells

MOST_PUBLISHED = 10_000
"""Entries of a list that are downloaded at most."""


def as_csv(rows: Iterable[Answer], columns: Sequence[str]) -> Response:
    """Return a response with these fields of the rows, as spreadsheets read them; none takes a text for a formula."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(spreadsheet_cells([getattr(row, name) for name in columns]) for row in rows)
    return Response(text.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
