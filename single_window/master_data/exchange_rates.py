"""Imports monthly customs exchange rates from CSV into a sandbox; rates of months that have begun cannot be changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from declarations.calendar import day_of, months_after
from declarations.forex.rate_table import ALLOWED_VALUES, OPTIONAL_COLUMNS, ExchangeRate, law_with, parse_row
from declarations.forex.rates import NoExchangeRate, rate_of
from declarations.parameters import Parameters
from single_window.context import Context
from single_window.master_data.csv_files import BadCell, BadFile, CsvColumn, CsvRow, RowCounts, parse_rows
from single_window.store import exchange_rate_rows, sandboxes
from single_window.store.engine import writing
from single_window.store.numbering import ROWS

_EXAMPLES = {
    "currency": "USD",
    "month": "2030-07",
    "rate": "7.1795",
    "source": "海关总署官网汇率公布",
    "fixed_on": "2030-06-19",
    "confidence": "C",
}
COLUMNS = tuple(
    CsvColumn(name, allowed, lambda text: True, "" if name in OPTIONAL_COLUMNS else None, _EXAMPLES[name])
    for name, allowed in ALLOWED_VALUES.items()
)
"""Every cell fits here, because the table's parser checks the cells of a row together."""


def take(context: Context, sandbox: str, name: str, rows: Sequence[CsvRow]) -> RowCounts:
    """Insert new and changed rates in one transaction; raises `BadFile` with all errors.

    The imported or built-in rate of a month that has begun by the sandbox's clock cannot be changed, because decisions
    and their explanations rest on it. A month without a rate may be filled at any time.
    """
    parsed = _parse_rows(context, name, rows)
    with writing(context.engine) as connection:
        today = day_of(sandboxes.find(connection, sandbox).clock.now())
        known = {(row.currency, row.month): row for row in exchange_rate_rows.rates(connection, sandbox)}
        new = [row for row in parsed.values() if (row.currency, row.month) not in known]
        changed = {line: row for line, row in parsed.items() if known.get((row.currency, row.month), row) != row}
        before = exchange_rate_rows.law_of(connection, sandbox, context.parameters)
        after = law_with(
            {**known, **{(row.currency, row.month): row for row in parsed.values()}}.values(), context.parameters
        )
        _refuse_begun(name, parsed, changed.keys(), Laws(before, after), today)
        kept = [*new, *changed.values()]
        exchange_rate_rows.replace(connection, sandbox, context.numbering.take(ROWS, "row", len(kept)), kept)
    return RowCounts(len(new), len(changed))


def _parse_rows(context: Context, name: str, rows: Sequence[CsvRow]) -> Mapping[int, ExchangeRate]:
    read, bad = parse_rows(rows, name, lambda texts, place: parse_row(texts, place, context.parameters))
    lines: dict[tuple[str, date], int] = {}
    for line, rate in read:
        first = lines.setdefault((rate.currency, rate.month), line)
        if first != line:
            allowed = f"each month of {rate.currency} once; line {first} has it already"
            bad.append(BadCell(line, "month", f"{rate.month:%Y-%m}", allowed))
    if bad:
        raise BadFile(name, sorted(bad))
    return dict(read)


class Laws(NamedTuple):
    """The law book of a sandbox before and after an import."""

    before: Parameters
    after: Parameters


def _refuse_begun(
    name: str, parsed: Mapping[int, ExchangeRate], changed: Collection[int], laws: Laws, today: date
) -> None:
    """Raise `BadFile` for rows that change or remove a rate in a month that has begun.

    A row removes the built-in rates of the following months, up to the next imported one.
    """
    bad = [
        BadCell(line, "rate", str(row.rate), _rate_to_keep(row, month, laws.before))
        for line, row in parsed.items()
        if (month := _first_changed(row, parsed.values(), laws, today, line in changed)) is not None
    ]
    if bad:
        raise BadFile(name, bad)


def _rate_to_keep(row: ExchangeRate, month: date, law: Parameters) -> str:
    """The rate that a row must not change: of its own month, or of a later one that it would remove."""
    rate = _rate(row, month, law)
    if month == row.month:
        return f"{rate}, as before: {month:%Y-%m} has begun"
    return f"also a row for {month:%Y-%m}, which has begun, with {rate}"


def _first_changed(
    row: ExchangeRate, rows: Iterable[ExchangeRate], laws: Laws, today: date, changed: bool
) -> date | None:
    """The first month that has begun whose rate a row changes, ignoring months with a separate row; or None."""
    others = {other.month for other in rows if other.currency == row.currency}
    month = row.month
    while month <= today and (month == row.month or month not in others):
        before = _rate(row, month, laws.before)
        if before is not None and (before != _rate(row, month, laws.after) or changed):
            return month
        month = months_after(month, 1)
    return None


def _rate(row: ExchangeRate, month: date, law: Parameters) -> Decimal | None:
    """The rate of a row's currency in a month, or None."""
    try:
        return rate_of(row.currency, month, law)[0]
    except NoExchangeRate:
        return None
