"""Master data from CSV: participants, goods, guarantees, stock, persons, exchange directory, refund and exchange rates,
credit events, licences and reporting companies of pilot zones of a sandbox.

A file is checked completely before anything is written, and imported in one transaction; importing it again changes
nothing. An import must not set a guarantee or a stock below the amount already used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, select

from declarations import goods
from declarations.collection import GuaranteeStanding
from declarations.goods import Goods
from declarations.goods.rows import ALLOWED as GOODS_ALLOWED
from declarations.goods.rows import COLUMNS as GOODS_COLUMNS
from declarations.goods.tariff import has_ten_digits, is_in_tariff
from declarations.money import MAX_AMOUNT, scaled_from_text
from schemas.codes import units
from schemas.identifiers import (
    is_foreign_customs_code,
    is_laboratory_code,
    is_valid_company_code,
    is_valid_credit_code,
    is_valid_dxp_id,
    is_valid_resident_id,
)
from schemas.message_types import EDITIONS
from single_window.context import Context
from single_window.master_data import commerce, credit_events, imports_in_use
from single_window.master_data.csv_files import BadCell, BadFile, CsvColumn, CsvRow, csv_text, parse_rows, read
from single_window.master_data.exchange_rates import COLUMNS as EXCHANGE_RATES
from single_window.master_data.exchange_rates import take as take_exchange_rates
from single_window.master_data.imports_in_use import Rows as Stored
from single_window.master_data.imports_in_use import Use
from single_window.master_data.refund_rates import RATES
from single_window.master_data.refund_rates import take as take_refund_rates
from single_window.receipts.tolerances import TOLERANCES
from single_window.store import goods_rows, sandbox_changes, sandboxes
from single_window.store.bulk import chunks
from single_window.store.engine import reading, writing
from single_window.store.gateways.customs import file_stock, register_persons
from single_window.store.gateways.forex import list_enterprises
from single_window.store.gateways.registration import upsert_participants
from single_window.store.gateways.tax import upsert_guarantees
from single_window.store.numbering import ROWS
from single_window.store.tables import account_book, forex_enterprise, guarantee, participant, person

__all__ = ["KINDS", "BadCell", "BadFile", "Imported", "UnknownKind", "import_csv"]

ROLES = (
    "platform",
    "merchant",
    "payment_provider",
    "carrier",
    "agent",
    "warehouse",
    "guarantor",
    "overseas_warehouse",
    "laboratory",
    "foreign_customs",
)
GRADES = ("ordinary", "certified", "advanced", "dishonest", "severely_dishonest")
FOREX_CLASSES = ("A", "B", "C")
Progress = Callable[[int, int], None]


class Imported(NamedTuple):
    """The result of an import: numbers of inserted, updated and unchanged rows."""

    kind: str
    new: int
    changed: int
    unchanged: int = 0
    ignored: tuple[str, ...] = ()
    """Headings of columns of the file that nothing is known of."""


class _Destination(NamedTuple):
    """The table for a kind of master data. `names`: its columns, of which the first `keys` are the key; `write` writes
    rows."""

    kind: str
    table: Table
    names: Sequence[str]
    keys: int
    write: Callable[[Connection, Sequence[Sequence[Any]]], None]


class UnknownKind(ValueError):
    """Raised for an unknown kind of master data."""

    permanent = True


def _one_of(*allowed: str) -> tuple[str, Callable[[str], bool]]:
    return " | ".join(allowed), lambda text: text in allowed


def _some_of(*allowed: str, empty: bool = False) -> tuple[str, Callable[[str], bool]]:
    words = f"{'nothing, or ' if empty else ''}some of {', '.join(allowed)}, joined by ';'"
    return words, lambda text: (empty and not text) or (bool(text) and set(text.split(";")) <= set(allowed))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII) else None
    except ValueError:
        return None


def _length(most: int, least: int = 1) -> tuple[str, Callable[[str], bool]]:
    return f"{least} to {most} characters", lambda text: least <= len(text) <= most


def _amount(decimals: int) -> tuple[str, Callable[[str], bool]]:
    shape = re.compile(rf"\d{{1,14}}(\.\d{{1,{decimals}}})?", re.ASCII)
    return (
        f"a number of 0 or more with at most {decimals} decimals",
        lambda text: bool(shape.fullmatch(text)) and Decimal(text) <= MAX_AMOUNT,
    )


PARTICIPANTS = (
    CsvColumn(
        "code",
        "a customs code (10 characters), a credit code (18) with its check digits, or the code of a laboratory "
        "(QDLAB01) or of customs abroad (KRCUSTOMS)",
        lambda text: is_laboratory_code(text) or is_foreign_customs_code(text) or is_valid_company_code(text),
        example="3702961003",
    ),
    CsvColumn(
        "credit_code",
        "nothing, or a credit code (18) with its check digits",
        lambda text: not text or is_valid_credit_code(text),
        "",
        "91350100M000100Y43",
    ),
    CsvColumn("name", *_length(100), example="青岛示例电商有限公司"),
    CsvColumn("kinds", *_some_of(*ROLES), example="merchant;agent"),
    CsvColumn(
        "dxp_id",
        "nothing, or up to 16 digits and capital letters",
        lambda text: not text or is_valid_dxp_id(text),
        "",
        "DXPENT0000000001",
    ),
    CsvColumn("credit_grade", *_one_of(*GRADES), "ordinary", "certified"),
    CsvColumn("edition", *_one_of(*EDITIONS), EDITIONS[0], EDITIONS[0]),
    CsvColumn("tolerances", *_some_of(*TOLERANCES, empty=True), "", next(iter(TOLERANCES))),
)
GUARANTEES = (
    CsvColumn("assure_code", *_length(30), example="3702960A01"),
    CsvColumn("name", *_length(100, 0), "", "青岛示例担保有限公司"),
    CsvColumn("amount", "yuan: " + _amount(2)[0], _amount(2)[1], example="1000000.00"),
    CsvColumn("standing", *_one_of(*GuaranteeStanding), GuaranteeStanding.GOOD, GuaranteeStanding.GOOD),
    CsvColumn(
        "valid_until",
        "nothing, or its last day, such as 2026-12-31",
        lambda text: not text or _day(text) is not None,
        "",
        "2026-12-31",
    ),
)
STOCK = (
    CsvColumn("ems_no", *_length(30), example="T4258W000001"),
    CsvColumn("area_code", *_length(18, 0), "", "3702960A02"),
    CsvColumn("item_record_no", *_length(30), example="000001"),
    CsvColumn(
        "gcode",
        "ten digits, of a chapter and a heading of the tariff",
        lambda text: has_ten_digits(text) and is_in_tariff(text),
        example="1901101010",
    ),
    CsvColumn("gname", *_length(250), example="婴幼儿奶粉"),
    CsvColumn("unit", "a unit's code, such as 011", lambda text: text in units, example="122"),
    CsvColumn("qty", *_amount(5), example="1000"),
)
PERSONS = (
    CsvColumn(
        "id_number",
        "a resident identity number (18) with its check digit",
        is_valid_resident_id,
        example="370202199003074514",
    ),
    CsvColumn("name", *_length(60), example="王海燕"),
)
FOREX_ENTERPRISES = (
    CsvColumn(
        "code",
        "a customs code (10 characters) or a credit code (18) with its check digits",
        is_valid_company_code,
        example="3702961003",
    ),
    CsvColumn("class", *_one_of(*FOREX_CLASSES), example="B"),
    CsvColumn(
        "registered",
        "a day such as 2024-06-01: the first in the directory",
        lambda text: _day(text) is not None,
        example="2024-06-01",
    ),
    CsvColumn(
        "quota",
        "nothing, or US dollars a year for class B; nothing or 0: none is on file; " + _amount(2)[0],
        _amount(2)[1],
        "0",
        "500000",
    ),
)
_GOODS_EXAMPLES = dict(
    zip(
        GOODS_COLUMNS,
        (
            "3304990039",
            "面霜",
            "face cream",
            "035",
            "",
            "standard",
            "cosmetics",
            "0.05",
            "",
            "30ml",
            "2016-04-08",
            "",
            "",
            "",
            "I",
            "示例",
        ),
        strict=True,
    )
)
GOODS = tuple(
    CsvColumn(name, GOODS_ALLOWED[name], lambda text: True, example=_GOODS_EXAMPLES[name]) for name in GOODS_COLUMNS
)
"""Every cell fits here, because the register's loader checks the cells of a row together."""


def import_csv(
    context: Context,
    sandbox: str,
    kind: str,
    source: Path | str | bytes,
    progress: Progress | None = None,
    known_only: bool = False,
) -> Imported:
    """Import rows of a kind (one of `KINDS`) into a sandbox, from a file (`Path`) or its content.

    `progress` is called with (rows done, total rows); with `known_only` further columns are refused. Raises `BadFile`
    (then nothing is imported), `UnknownKind`, `UnknownSandbox`.
    """
    if kind not in KINDS:
        raise UnknownKind(f"There is no master data {kind!r}; there are: {', '.join(KINDS)}.")
    context.sandbox(sandbox)
    columns, key, take = KINDS[kind]
    name, rows, bad, ignored = read(source, columns, known_only)
    bad += _doubles(rows, key) if key else []
    if bad:
        raise BadFile(name, sorted(bad))
    taken = take(context, sandbox, name, rows, progress or (lambda done, total: None))
    if taken.new or taken.changed:
        _note(context, sandbox, kind, rows)
    return taken._replace(ignored=ignored)


def _note(context: Context, sandbox: str, kind: str, rows: Sequence[CsvRow]) -> None:
    """Keep an import for recordings of the sandbox."""
    contents = csv_text([column.name for column in KINDS[kind].columns], [row.cells for row in rows])
    with writing(context.engine) as connection:
        now = sandboxes.find(connection, sandbox).clock.now()
        sandbox_changes.add(
            connection, context.numbering, sandbox, now, sandbox_changes.ChangeKind.MASTER_DATA, kind, contents
        )


def _doubles(rows: Sequence[CsvRow], key: Sequence[str]) -> list[BadCell]:
    first: dict[tuple[str, ...], int] = {}
    bad = []
    for row in rows:
        place = tuple(row.cells[name] for name in key)
        if (line := first.setdefault(place, row.line)) != row.line:
            bad.append(BadCell(row.line, key[-1], " ".join(place), f"once in a file; line {line} has it already"))
    return bad


def _take_participants(
    context: Context, sandbox: str, name: str, rows: Sequence[CsvRow], progress: Progress
) -> Imported:
    names = tuple(column.name for column in PARTICIPANTS)

    def write(connection: Connection, part: Sequence[Sequence[Any]]) -> None:
        upsert_participants(connection, sandbox, names, part)
        commerce.look_at(connection, context, sandbox, {code for row in part for code in row[:2] if code})

    values = [tuple(row.cells[name] for name in names) for row in rows]
    into = _Destination("participants", participant, names, 1, write)
    taken = _write(context, sandbox, into, values, progress, Use(name, rows))
    context.wake()
    return taken


def _take_guarantees(context: Context, sandbox: str, name: str, rows: Sequence[CsvRow], progress: Progress) -> Imported:
    # columns that are not in the file stay unchanged
    others = [column for column in ("name", "standing", "valid_until") if rows and column in rows[0].given]
    values = [
        (row.cells["assure_code"], scaled_from_text(row.cells["amount"]), *(row.cells[column] for column in others))
        for row in rows
    ]
    columns = ("assure_code", "amount", *others)

    def put(connection: Connection, part: Sequence[Sequence[Any]]) -> None:
        upsert_guarantees(connection, sandbox, columns, part)

    use = Use(name, rows, ("assure_code",), imports_in_use.guarantees)
    return _write(context, sandbox, _Destination("guarantees", guarantee, columns, 1, put), values, progress, use)


def _take_stock(context: Context, sandbox: str, name: str, rows: Sequence[CsvRow], progress: Progress) -> Imported:
    owner = ("area_code",) if rows and "area_code" in rows[0].given else ()
    texts = ("ems_no", "item_record_no", "gcode", "gname", "unit", *owner)
    values = [(*[row.cells[name] for name in texts], scaled_from_text(row.cells["qty"])) for row in rows]
    columns = (*texts, "filed")

    def put(connection: Connection, part: Sequence[Sequence[Any]]) -> None:
        file_stock(connection, sandbox, columns, part)

    into = _Destination("stock", account_book, columns, 2, put)
    return _write(
        context, sandbox, into, values, progress, Use(name, rows, ("ems_no", "item_record_no"), imports_in_use.stock)
    )


def _take_persons(context: Context, sandbox: str, name: str, rows: Sequence[CsvRow], progress: Progress) -> Imported:
    values = [(row.cells["id_number"].upper(), row.cells["name"]) for row in rows]
    into = _Destination(
        "persons",
        person,
        ("id_number", "name"),
        1,
        lambda connection, part: register_persons(connection, sandbox, part),
    )
    return _write(context, sandbox, into, values, progress, Use(name, rows))


def _take_forex_enterprises(
    context: Context, sandbox: str, name: str, rows: Sequence[CsvRow], progress: Progress
) -> Imported:
    values = [
        (row.cells["code"], row.cells["class"], 1, row.cells["registered"], scaled_from_text(row.cells["quota"]))
        for row in rows
    ]
    into = _Destination(
        "forex_enterprises",
        forex_enterprise,
        ("code", "forex_class", "registered", "since", "quota"),
        1,
        lambda connection, part: list_enterprises(connection, sandbox, part, name),
    )
    return _write(context, sandbox, into, values, progress, Use(name, rows))


def _write(
    context: Context, sandbox: str, into: _Destination, values: Sequence[tuple[Any, ...]], progress: Progress, use: Use
) -> Imported:
    """Insert new rows and update changed ones in one transaction.

    Rows are written in key order, like the gateways' locks. Raises `BadFile` if a new amount is below the amount in
    use.
    """
    keys = into.keys
    new = changed = done = 0
    bad: list[BadCell] = []
    with writing(context.engine) as connection:
        for part in chunks(sorted(values, key=lambda row: row[:keys])):
            stored = _stored_rows(connection, sandbox, into, [row[0] for row in part])
            fresh = [row for row in part if row[:keys] not in stored]
            other = [row for row in part if row[:keys] in stored and stored[row[:keys]] != row]
            into.write(connection, [*fresh, *other])
            bad += use.bad(connection, sandbox, stored, other)
            new, changed, done = new + len(fresh), changed + len(other), done + len(part)
            progress(done, len(values))
        if bad:
            raise BadFile(use.name, sorted(bad))
    return Imported(into.kind, new, changed, len(values) - new - changed)


def _stored_rows(connection: Connection, sandbox: str, into: _Destination, first_keys: Sequence[str]) -> Stored:
    columns = [into.table.c[name] for name in into.names]
    where = (into.table.c.sandbox == sandbox, columns[0].in_(sorted(set(first_keys))))
    rows = connection.execute(select(*columns).where(*where))
    return {tuple(row[: into.keys]): tuple(row) for row in rows}


def _take_goods(context: Context, sandbox: str, name: str, rows: Sequence[CsvRow], progress: Progress) -> Imported:
    """Import goods: replaces all earlier rows of their codes; rows equal to the register's are not stored."""
    by_code = _goods(name, rows)
    with reading(context.engine) as connection:
        known = {
            code: list(of_code)
            for code, of_code in groupby(
                goods_rows.register(connection, sandbox, context.goods), key=lambda row: row.hs10
            )
        }
    new = {code: goods_of_code for code, goods_of_code in by_code.items() if code not in known}
    changed = {
        code: goods_of_code for code, goods_of_code in by_code.items() if code in known and known[code] != goods_of_code
    }
    kept = [row for goods_of_code in (*new.values(), *changed.values()) for row in goods_of_code]
    with writing(context.engine) as connection:
        sandboxes.find(connection, sandbox)
        goods_rows.replace(connection, sandbox, context.numbering.take(ROWS, "row", len(kept)), kept)
    progress(len(rows), len(rows))
    count_new, count_changed = sum(map(len, new.values())), sum(map(len, changed.values()))
    return Imported("goods", count_new, count_changed, len(rows) - count_new - count_changed)


def _goods(name: str, rows: Sequence[CsvRow]) -> dict[str, list[Goods]]:
    """Code → rows by day; raises `BadFile` with all errors of the register's loader."""
    by_line, bad = parse_rows(rows, name, goods.parse_row)
    by_code: dict[str, list[Goods]] = {}
    for line, article in sorted(by_line, key=lambda pair: (pair[1].hs10, pair[1].listed_since)):
        before = by_code.setdefault(article.hs10, [])
        if before and before[-1].listed_on(article.listed_since):
            allowed = f"a day after the earlier row of {article.hs10} ends"
            bad.append(BadCell(line, "listed_since", str(article.listed_since), allowed))
        before.append(article)
    if bad:
        raise BadFile(name, sorted(bad))
    return by_code


def _take_refund_rates(
    context: Context, sandbox: str, name: str, rows: Sequence[CsvRow], progress: Progress
) -> Imported:
    taken = take_refund_rates(context, sandbox, name, rows)
    progress(len(rows), len(rows))
    return Imported("refund_rates", taken.new, taken.changed, len(rows) - sum(taken))


def _take_exchange_rates(
    context: Context, sandbox: str, name: str, rows: Sequence[CsvRow], progress: Progress
) -> Imported:
    taken = take_exchange_rates(context, sandbox, name, rows)
    progress(len(rows), len(rows))
    return Imported("exchange_rates", taken.new, taken.changed, len(rows) - sum(taken))


def _take_credit_events(
    context: Context, sandbox: str, name: str, rows: Sequence[CsvRow], progress: Progress
) -> Imported:
    if bad := credit_events.disordered(rows):
        raise BadFile(name, sorted(bad))
    new, changed = credit_events.take(context, sandbox, name, rows)
    progress(len(rows), len(rows))
    return Imported("credit_events", new, changed, len(rows) - new - changed)


def _take_licences(context: Context, sandbox: str, name: str, rows: Sequence[CsvRow], progress: Progress) -> Imported:
    taken = commerce.take_licences(context, sandbox, name, rows)
    progress(len(rows), len(rows))
    return Imported("licences", taken.new, taken.changed, len(rows) - sum(taken))


def _take_zone_companies(
    context: Context, sandbox: str, name: str, rows: Sequence[CsvRow], progress: Progress
) -> Imported:
    taken = commerce.take_zone_companies(context, sandbox, rows)
    progress(len(rows), len(rows))
    return Imported("zone_companies", taken.new, taken.changed, len(rows) - sum(taken))


class _Kind(NamedTuple):
    columns: tuple[CsvColumn, ...]
    key: tuple[str, ...]
    take: Callable[[Context, str, str, Sequence[CsvRow], Progress], Imported]


KINDS: Mapping[str, _Kind] = {
    "participants": _Kind(PARTICIPANTS, ("code",), _take_participants),
    "goods": _Kind(GOODS, (), _take_goods),
    "guarantees": _Kind(GUARANTEES, ("assure_code",), _take_guarantees),
    "stock": _Kind(STOCK, ("ems_no", "item_record_no"), _take_stock),
    "persons": _Kind(PERSONS, ("id_number",), _take_persons),
    "refund_rates": _Kind(RATES, (), _take_refund_rates),
    "exchange_rates": _Kind(EXCHANGE_RATES, (), _take_exchange_rates),
    "forex_enterprises": _Kind(FOREX_ENTERPRISES, ("code",), _take_forex_enterprises),
    "licences": _Kind(commerce.LICENCES, ("credit_code", "since", "revision"), _take_licences),
    "zone_companies": _Kind(commerce.ZONE_COMPANIES, ("zone", "since"), _take_zone_companies),
    "credit_events": _Kind(credit_events.COLUMNS, ("agency", "event_no"), _take_credit_events),
}
"""Importable kinds of master data; columns: `KINDS[kind].columns`."""
