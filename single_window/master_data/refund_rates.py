"""Imports refund rates from CSV into a sandbox: replaces all rows of a code; rows equal to built-in ones are not
stored.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby, pairwise

from sqlalchemy import Connection

from declarations.refund import rates as standing
from declarations.refund.rates import ALLOWED_VALUES, COLUMNS, OPTIONAL_COLUMNS, RefundRate, RefundRates
from single_window.context import Context
from single_window.master_data import imports_in_use
from single_window.master_data.csv_files import BadCell, BadFile, CsvColumn, CsvRow, RowCounts, parse_rows
from single_window.store import refund_rate_rows, sandboxes
from single_window.store.engine import reading, writing
from single_window.store.numbering import ROWS

_EXAMPLES = {
    "hs10": "6109100010",
    "name": "T恤衫",
    "unit": "011",
    "levy": "0.13",
    "refund": "0.13",
    "since": "2019-04-01",
    "until": "2026-12-31",
    "flag": "",
    "confidence": "I",
    "source": "示例",
}
RATES = tuple(
    CsvColumn(name, ALLOWED_VALUES[name], lambda text: True, "" if name in OPTIONAL_COLUMNS else None, _EXAMPLES[name])
    for name in COLUMNS
)
"""Every cell fits here, because the rates' reader checks the cells of a row together."""


def _changed_rows(by_code: Mapping[str, Sequence[RefundRate]], known: RefundRates) -> list[RefundRate]:
    changed = {code: rows for code, rows in by_code.items() if known.rows_of(code) not in ((), tuple(rows))}
    return [row for rows in changed.values() for row in rows]


def take(context: Context, sandbox: str, name: str, rows: Sequence[CsvRow]) -> RowCounts:
    """Replace all rows of the codes in one transaction; raises `BadFile` with all errors, `UnknownSandbox`."""
    by_code = _by_code(name, rows)
    with reading(context.engine) as connection:
        known = refund_rate_rows.rates(connection, sandbox, standing.load_rates())
    new = [row for code, of_code in by_code.items() if not known.rows_of(code) for row in of_code]
    changed = _changed_rows(by_code, known)
    kept = [*new, *changed]
    with writing(context.engine) as connection:
        sandboxes.find(connection, sandbox)
        if bad := list(_in_use(connection, sandbox, rows, {row.hs10 for row in changed}, known, kept)):
            raise BadFile(name, sorted(bad))
        refund_rate_rows.replace(connection, sandbox, context.numbering.take(ROWS, "row", len(kept)), kept)
    return RowCounts(len(new), len(changed))


def _in_use(
    connection: Connection,
    sandbox: str,
    rows: Sequence[CsvRow],
    codes: Collection[str],
    known: RefundRates,
    kept: Sequence[RefundRate],
) -> Iterator[BadCell]:
    """Rows, or the first of their code, that would change a rate of a valid claim."""
    for rate in imports_in_use.rates(connection, sandbox, codes, known, known.with_rows(kept)):
        place = {(row.cells["hs10"], row.cells["since"]): row for row in reversed(rows)}
        since = rate.after.since.isoformat() if rate.after else ""
        line = place.get((rate.before.hs10, since)) or next(
            row for row in rows if row.cells["hs10"] == rate.before.hs10
        )
        yield BadCell(line.line, "refund", line.cells["refund"] if rate.after else "", rate.allowed)


def _by_code(name: str, rows: Sequence[CsvRow]) -> Mapping[str, list[RefundRate]]:
    """Code → rows, oldest first; the file may have any order."""
    by_line, bad = parse_rows(rows, name, standing.parse_row)
    by_line.sort(key=lambda pair: (pair[1].hs10, pair[1].since))
    for (_, before), (line, after) in pairwise(by_line):
        if before.hs10 == after.hs10 and standing.describe_clash(before, after):
            bad.append(
                BadCell(line, "since", after.since.isoformat(), f"a day after the earlier row of {after.hs10} ends")
            )
    if bad:
        raise BadFile(name, sorted(bad))
    return {code: [pair for _, pair in pairs] for code, pairs in groupby(by_line, key=lambda pair: pair[1].hs10)}
