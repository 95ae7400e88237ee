"""Checks that an import does not change master data in use: amounts already used of guarantees and stock, and refund
rates of claims.

Called after the rows were written, before the commit, when they are locked against further use.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select

from declarations.money import amount_text
from declarations.refund.rates import NoRefundRate, RefundRate, RefundRates
from single_window.auditing.claims import STANDING
from single_window.master_data.csv_files import BadCell, CsvRow
from single_window.store.bulk import chunks, one_of
from single_window.store.tables import account_book, export_item, guarantee, refund_claim, refund_line

Key = tuple[Any, ...]
Rows = Mapping[Key, Key]
"""Key → row of a table."""


class InUse(NamedTuple):
    """A row that must not be imported: its key, the column, and its allowed content."""

    key: Key
    column: str
    allowed: str


class Use(NamedTuple):
    """The check of a file's rows: `in_use(connection, sandbox, rows before the import, changed keys)` yields the rows
    that must not be imported; `keys`: the key columns."""

    name: str
    rows: Sequence[CsvRow]
    keys: tuple[str, ...] = ()
    in_use: Callable[[Connection, str, Rows, Sequence[Key]], Iterable[InUse]] | None = None

    def bad(self, connection: Connection, sandbox: str, before: Rows, changed: Sequence[Key]) -> list[BadCell]:
        """The cells that must not be imported."""
        if self.in_use is None or not changed:
            return []
        uses = list(self.in_use(connection, sandbox, before, changed))
        lines = {tuple(row.cells[name] for name in self.keys): row for row in self.rows} if uses else {}
        return [
            BadCell(lines[in_use.key].line, in_use.column, lines[in_use.key].cells[in_use.column], in_use.allowed)
            for in_use in uses
        ]


def guarantees(connection: Connection, sandbox: str, before: Rows, rows: Sequence[Key]) -> Iterator[InUse]:
    """Guarantees below the amount of open bills; `before`: key → row before the import."""
    columns = guarantee.c
    codes = sorted(row[0] for row in rows if row[:1] in before)
    chosen = select(columns.assure_code, columns.reserved + columns.booked).where(
        columns.sandbox == sandbox,
        one_of(connection, columns.assure_code, codes),
        columns.reserved + columns.booked > columns.amount,
    )
    for code, taken in connection.execute(chosen):
        yield InUse((code,), "amount", f"at least {amount_text(taken)}: open tax bills take so much of it")


def stock(connection: Connection, sandbox: str, before: Rows, rows: Sequence[Key]) -> Iterator[InUse]:
    """Items of account books with less than was drawn or booked out, or in another unit."""
    columns = account_book.c
    imported = {row[:2]: row for row in rows if row[:2] in before}
    of_books = one_of(connection, columns.ems_no, sorted({key[0] for key in imported}))
    gone = (columns.drawn + columns.booked_out).label("gone")
    chosen = select(*columns["ems_no", "item_record_no", "unit", "filed"], gone).where(
        columns.sandbox == sandbox, of_books, gone > 0
    )
    for row in connection.execute(chosen):
        key = (row.ems_no, row.item_record_no)
        if key not in imported:
            continue
        if row.gone > row.filed:
            yield InUse(key, "qty", f"at least {amount_text(row.gone)}: so much of it was drawn by lists or booked out")
        if row.unit != before[key][4]:
            yield InUse(key, "unit", f"{before[key][4]}: lists have drawn of it in this unit")


class RateInUse(NamedTuple):
    """A rate that claims rest on, before and after an import (None: removed)."""

    claim: str
    exported_on: date
    before: RefundRate
    after: RefundRate | None

    @property
    def allowed(self) -> str:
        """Describes the rate that a file must not change."""
        return (
            f"for exports of {self.exported_on} levy {self.before.levy}, refund {self.before.refund}"
            f"{f', {self.before.flag}' if self.before.flag else ''}: claim {self.claim} rests on it"
        )


def rates(
    connection: Connection, sandbox: str, codes: Collection[str], before: RefundRates, after: RefundRates
) -> Iterator[RateInUse]:
    """Rates of valid claims that an import would change."""
    for part in chunks(sorted(codes)):
        chosen = (
            select(export_item.c.gcode, export_item.c.exported_on, func.min(refund_claim.c.cop_no))
            .join(
                refund_line,
                (refund_line.c.item_no == export_item.c.item_no) & (refund_line.c.sandbox == export_item.c.sandbox),
            )
            .join(refund_claim, refund_claim.c.id == refund_line.c.claim_id)
            .where(
                export_item.c.sandbox == sandbox,
                one_of(connection, export_item.c.gcode, part),
                refund_line.c.part == "E",
                refund_claim.c.state.in_(STANDING),
            )
            .group_by(export_item.c.gcode, export_item.c.exported_on)
            .order_by(export_item.c.gcode, export_item.c.exported_on)
        )
        for code, exported_on, claim in connection.execute(chosen):
            day = date.fromisoformat(exported_on)
            old, new = _on(before, code, day), _on(after, code, day)
            if old is not None and _law(old) != _law(new):
                yield RateInUse(claim, day, old, new)


def _on(known: RefundRates, code: str, day: date) -> RefundRate | None:
    try:
        return known.on(code, day)
    except NoRefundRate:
        return None


def _law(row: RefundRate | None) -> object:
    return row and (row.levy, row.refund, row.flag)
