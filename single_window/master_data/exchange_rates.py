"""Customs exchange rates from a CSV file into a sandbox, month by month; a month that has begun keeps its rate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from declarations.calendar import day_of
from declarations.forex.rate_table import ALLOWED, OPTIONAL, BadExchangeRate, ExchangeRate, parse_row
from single_window.context import Context
from single_window.master_data.csv_files import BadCell, BadFile, Column, Row, Taken
from single_window.store import exchange_rate_rows, sandboxes
from single_window.store.engine import writing
from single_window.store.numbering import ROWS

_EXAMPLES = {
    "currency": "USD",
    "month": "2026-07",
    "rate": "7.1795",
    "source": "海关总署官网汇率公布",
    "fixed_on": "2026-06-17",
    "confidence": "C",
}
COLUMNS = tuple(
    Column(name, allowed, lambda text: True, "" if name in OPTIONAL else None, _EXAMPLES[name])
    for name, allowed in ALLOWED.items()
)
"""What fits is checked by the parser of the table, which reads the cells of a row together."""


def take(context: Context, sandbox: str, name: str, rows: Sequence[Row]) -> Taken:
    """Keep the rates that are new or other, in one transaction; raises `BadFile` with all that is wrong.

    The rate of a month that has begun by the sandbox's clock is not changed: decisions and their explanations rest on
    it. A month without a rate may be filled at any time.
    """
    parsed = _parsed(context, name, rows)
    context.numbering.ensure(ROWS, "row", len(parsed))
    with writing(context.engine) as connection:
        today = day_of(sandboxes.find(connection, sandbox).clock.now())
        known = {(row.currency, row.month): row for row in exchange_rate_rows.rates(connection, sandbox)}
        new = [row for row in parsed.values() if (row.currency, row.month) not in known]
        changed = {line: row for line, row in parsed.items() if known.get((row.currency, row.month), row) != row}
        _refuse_begun(name, changed, known, today)
        kept = [*new, *changed.values()]
        exchange_rate_rows.replace(connection, sandbox, context.numbering.take(ROWS, "row", len(kept)), kept)
    return Taken(len(new), len(changed))


def _parsed(context: Context, name: str, rows: Sequence[Row]) -> Mapping[int, ExchangeRate]:
    bad: list[BadCell] = []
    parsed: dict[int, ExchangeRate] = {}
    places: dict[tuple[str, date], int] = {}
    for row in rows:
        try:
            exchange_rate = parse_row(row.cells, context.parameters)
        except BadExchangeRate as error:
            bad.append(BadCell(row.line, error.column, row.cells[error.column], error.allowed))
            continue
        first = places.setdefault((exchange_rate.currency, exchange_rate.month), row.line)
        if first != row.line:
            bad.append(
                BadCell(
                    row.line,
                    "month",
                    row.cells["month"],
                    f"each month of {exchange_rate.currency} once; line {first} has it already",
                )
            )
        parsed[row.line] = exchange_rate
    if bad:
        raise BadFile(name, sorted(bad))
    return parsed


def _refuse_begun(
    name: str, changed: Mapping[int, ExchangeRate], known: Mapping[tuple[str, date], ExchangeRate], today: date
) -> None:
    bad = []
    for line, row in changed.items():
        if row.month <= today:
            before = known[row.currency, row.month]
            bad.append(
                BadCell(
                    line,
                    "rate",
                    str(row.rate),
                    f"{before.rate} from {before.source!r}, as before: {row.month:%Y-%m} has begun",
                )
            )
    if bad:
        raise BadFile(name, bad)
