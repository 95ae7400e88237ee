"""The rows of open data: what a published cell may say, and nothing else."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import NamedTuple

LICENCE, LICENCE_URL = "CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/"
NOTE = f"synthetic data; {LICENCE}"
DATAFLOW = "SINGLE_WINDOW:TRADE(1.0)"
FREE, CONFIDENTIAL, DERIVED = "F", "C", "D"
"""SDMX CONF_STATUS: free, confidential, closed to protect others."""
NORMAL, SUPPRESSED = "A", "Q"
"""SDMX OBS_STATUS."""


class PublishedRow(NamedTuple):
    """A cell; `_T` is all. Figures are empty texts where the cell is closed, never 0 or a sign."""

    month: str
    direction: str
    mode: str
    partner: str
    hs2: str
    items: str
    value_cny: str
    obs_status: str
    conf_status: str
    note: str = NOTE


KEY = ("month", "direction", "mode", "partner", "hs2")
FIELDS: dict[str, tuple[str, str]] = {
    "month": ("string", "month of release, or in which goods came back, in Asia/Shanghai, as 2026-10; synthetic data"),
    "direction": ("string", "I import, IR imports that came back, E export, ER exports that came back"),
    "mode": ("string", "customs trade mode; _T all"),
    "partner": ("string", "customs code of the country: of origin (imports), of destination (exports); _T all"),
    "hs2": ("string", "chapter of the goods code; _T all"),
    "items": ("integer", "lines of lists; empty: closed"),
    "value_cny": ("number", "value in yuan, in fen exactly; empty: closed"),
    "obs_status": ("string", "A normal, Q closed"),
    "conf_status": ("string", "F free, C confidential, D closed to protect others"),
    "note": ("string", "what the data are, and their licence"),
}
"""Column → type and meaning; the columns that a file may have."""
SDMX_COLUMNS = ("DATAFLOW", "FREQ", "FLOW", "MODE", "PARTNER", "HS2", "INDICATOR", "TIME_PERIOD", "OBS_VALUE")
SDMX_ATTRIBUTES = ("OBS_STATUS", "CONF_STATUS", "NOTE")


def data_csv(rows: Iterable[PublishedRow]) -> bytes:
    """Return the rows as CSV (RFC 4180, UTF-8, lines end with LF)."""
    return _csv([PublishedRow._fields, *rows])


def sdmx_csv(rows: Iterable[PublishedRow]) -> bytes:
    """Return the rows as SDMX-CSV 1.0: an observation for each figure of a cell."""
    lines: list[Sequence[str]] = [(*SDMX_COLUMNS, *SDMX_ATTRIBUTES)]
    for row in rows:
        place = (DATAFLOW, "M", row.direction, row.mode, row.partner, row.hs2)
        for name, figure in (("ITEMS", row.items), ("VALUE_CNY", row.value_cny)):
            lines.append((*place, name, row.month, figure, row.obs_status, row.conf_status, row.note))
    return _csv(lines)


def _csv(lines: Iterable[Sequence[str]]) -> bytes:
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    return text.getvalue().encode()
