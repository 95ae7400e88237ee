"""Refund rates by ten-digit code and export date (rules 3.2): our own excerpt, and files of the same format.

A row applies from `since` to `until`, both inclusive. `flag` is `cancelled` (refund cancelled: taxed as a domestic
sale), `exempt` (exempt at export, nothing refunded) or empty. Rows with `confidence` C have rate and day from a named
source, although the ten-digit subdivision is an example; rows with I are plausible but unchecked.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import NamedTuple

from declarations.confidence import CONFIDENCE_CODES, Confidence
from declarations.rows import BadRow, Cells, read_records

CANCELLED, EXEMPT = "cancelled", "exempt"
FLAGS = ("", CANCELLED, EXEMPT)
_SHARE = r"0(\.[0-9]{1,4})?"
ALLOWED_VALUES: Mapping[str, str] = {
    "hs10": "ten digits",
    "name": "1 to 250 characters",
    "unit": "three digits, such as 011",
    "levy": "the VAT rate as a share below 1, such as 0.13",
    "refund": "the refund rate as a share, at most the levy, such as 0.09",
    "since": "a day like 2019-04-01",
    "until": "nothing, or a day from since on",
    "flag": "nothing | cancelled | exempt; a refund of 0 needs one, any other refund has none",
    "confidence": " | ".join(CONFIDENCE_CODES),
    "source": "nothing, or up to 250 characters",
}
"""Column → description of its allowed values."""
COLUMNS = tuple(ALLOWED_VALUES)
OPTIONAL_COLUMNS = ("source",)
_SHAPES = {"hs10": r"[0-9]{10}", "name": r"(?=.*\S)[^\0]{1,250}", "unit": r"[0-9]{3}", "source": r"[^\0]{0,250}"}


class RefundRate(NamedTuple):
    """One row: VAT rate (`levy`) and refund rate of a code, as shares, from `since` to `until` (None: open)."""

    hs10: str
    name: str
    unit: str
    levy: Decimal
    refund: Decimal
    since: date
    until: date | None
    flag: str
    confidence: Confidence
    source: str = ""

    @property
    def id(self) -> str:
        """The permanent id of this row: "refund.rates/6109100010@2019-04-01"."""
        return f"refund.rates/{self.hs10}@{self.since.isoformat()}"

    def holds_on(self, exported_on: date) -> bool:
        """True if the row is in force on a day."""
        return self.since <= exported_on and (self.until is None or exported_on <= self.until)


def percent_text(share: Decimal) -> str:
    """Format a share: 0.13 → "13%"."""
    return f"{(share * 100).normalize():f}%"


class NoRefundRate(LookupError):
    """Raised if a code has no row on a day."""

    permanent = True

    def __init__(self, hs10: str, exported_on: date, ended: date | None = None) -> None:
        known = f"; its last row before ended on {ended}" if ended else ""
        super().__init__(f"no refund rate of {hs10} on {exported_on}{known}: add its row, or correct the code")
        self.hs10 = hs10
        self.exported_on = exported_on
        self.ended = ended


class RefundRates:
    """Rows by code; the rows of a code have consecutive periods, with gaps if nothing is known."""

    __slots__ = ("_rows", "_since")

    def __init__(self, rows: Iterable[RefundRate]) -> None:
        """Raises `BadRow` if the rows of a code are not in order, or two are in force on the same day."""
        by_code: dict[str, list[RefundRate]] = {}
        for row in rows:
            before = by_code.setdefault(row.hs10, [])
            if before and (complaint := describe_clash(before[-1], row)):
                raise BadRow(row.hs10, "since", complaint)
            before.append(row)
        self._rows = {code: tuple(of_code) for code, of_code in by_code.items()}
        self._since = {code: [row.since for row in of_code] for code, of_code in by_code.items()}

    def on(self, hs10: str, exported_on: date) -> RefundRate:
        """Return the row of a code for goods exported on a day; raises `NoRefundRate`."""
        position = bisect_right(self._since.get(hs10, ()), exported_on)
        if not position:
            raise NoRefundRate(hs10, exported_on)
        row = self._rows[hs10][position - 1]
        if not row.holds_on(exported_on):
            raise NoRefundRate(hs10, exported_on, row.until)
        return row

    def rows_of(self, hs10: str) -> tuple[RefundRate, ...]:
        """Return all rows of a code, oldest first; empty for an unknown code."""
        return self._rows.get(hs10, ())

    def rows_after(self, hs10: str, seen_on: date) -> tuple[RefundRate, ...]:
        """Return the rows of a code that began after a day."""
        return self.rows_of(hs10)[bisect_right(self._since.get(hs10, ()), seen_on) :]

    def row_after(self, row: RefundRate) -> RefundRate | None:
        """Return the row that begins on the day after a row ends; None if there is none."""
        later = self.rows_after(row.hs10, row.since)
        return later[0] if row.until and later and (later[0].since - row.until).days == 1 else None

    def rows_ending(self, first: date, last: date) -> tuple[RefundRate, ...]:
        """Return the rows whose last day is between two days, both inclusive, in the order of codes."""
        return tuple(row for row in self.all_rows() if row.until and first <= row.until <= last)

    def all_rows(self) -> tuple[RefundRate, ...]:
        """Return all rows, in the order of code and day."""
        return tuple(row for code in sorted(self._rows) for row in self._rows[code])

    def with_rows(self, rows: Iterable[RefundRate]) -> RefundRates:
        """Return new rates in which these rows replace all rows of their codes."""
        fresh = list(rows)
        codes = {row.hs10 for row in fresh}
        return RefundRates([*(row for row in self.all_rows() if row.hs10 not in codes), *fresh])


def describe_clash(before: RefundRate, row: RefundRate) -> str:
    """Return why a row cannot follow another row of its code; empty if it can."""
    if row.since <= before.since:
        return f"{row.since} does not follow {before.since}: oldest row of a code first"
    if before.holds_on(row.since):
        return f"{row.since} lies in the row since {before.since}, which ends {before.until or 'nowhere'}"
    return ""


@cache
def load_rates() -> RefundRates:
    """Return the package's rates, read once per process."""
    path = Path(__file__).parent / "rates.csv"
    return parse_rates(path.read_text("utf-8"), path.name)


def parse_rates(text: str, name: str) -> RefundRates:
    """Read rates from CSV text with a header; raises `BadRow`, naming `name`, line, column and allowed values."""
    before: dict[str, RefundRate] = {}
    rows = []
    for place, texts in read_records(text, name, COLUMNS, OPTIONAL_COLUMNS):
        row = parse_row(texts, place)
        if row.hs10 in before and (complaint := describe_clash(before[row.hs10], row)):
            raise BadRow(place, "since", complaint)
        before[row.hs10] = row
        rows.append(row)
    return RefundRates(rows)


def parse_row(texts: Mapping[str, str], place: str) -> RefundRate:
    """Parse a row, given as texts by column; raises `BadRow`, naming the column and its allowed values."""
    cells = Cells(texts, place, ALLOWED_VALUES)
    plain = {column: cells.text_matching(column, shape) for column, shape in _SHAPES.items()}
    levy, refund = (Decimal(cells.text_matching(column, _SHARE)) for column in ("levy", "refund"))
    cells.demand(refund <= levy, "refund")
    flag = cells.one_of("flag", FLAGS)
    cells.demand(bool(refund) == (flag == ""), "flag")
    since, until = cells.days("since", "until")
    return RefundRate(
        **plain, levy=levy, refund=refund, since=since, until=until, flag=flag, confidence=cells.confidence()
    )
