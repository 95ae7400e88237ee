"""Every table has one part of the program that writes it; and the guard that says so barks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from single_window.store.tables import metadata
from tests.shape.sources import Module, modules
from tests.shape.writers import OF_AGENCIES, Write, kept, owner, writes
from tests.tables import each

OWNER_OF = {table.name: table.info["owner"] for table in metadata.tables.values()}


def agency_tables() -> Iterable[ModuleType]:
    return (import_module(f"{OF_AGENCIES}.{found.name}") for found in iter_modules(import_module(OF_AGENCIES).__path__))


@cache
def records() -> Mapping[str, str]:
    return kept(modules())


@cache
def every_write() -> tuple[Write, ...]:
    return tuple(write for module in modules() for write in writes(module, records()))


def trespasses(found_writes: Iterable[Write]) -> list[str]:
    return [
        f"{write.module}:{write.line} writes {write.table or 'a table that cannot be determined'}, "
        f"which is {OWNER_OF.get(write.table, 'nobody')}'s"
        for write in found_writes
        if OWNER_OF.get(write.table) not in {owner(write.module), "all"}
    ]


def test_every_table_has_one_owner() -> None:
    assert set(OWNER_OF.values()) <= {"all", *(owner(module.name) for module in modules())}


def test_only_the_owner_writes_a_table() -> None:
    assert trespasses(every_write()) == []


def test_every_table_is_written_by_somebody() -> None:
    assert {write.table for write in every_write()} == set(metadata.tables)


WRITTEN_BESIDE = {"forex_enterprise", "forex_leg", "vat_invoice_line"}
"""Tables of records that other statements write, too: in bulk, by column, for imports."""


def test_every_row_of_an_agency_that_a_record_keeps_is_sealed() -> None:
    of_agencies = {name for module in agency_tables() for name in vars(module)}
    unsealed = {name for name in records().values() if "seal" not in metadata.tables[name].c}
    assert unsealed & of_agencies == WRITTEN_BESIDE


def test_only_numbering_issues_serials() -> None:
    assert {write.module for write in every_write() if write.table == "serial"} == {"single_window.store.numbering"}


IMPORTS = """
from sqlalchemy import delete, insert, update
from sqlalchemy.dialects.sqlite import insert as add
import sqlalchemy as sa
from single_window.store import tables
from single_window.store.bulk import insert_new, insert_rows, update_rows, upsert_rows
from single_window.store.gateways.agency_state import lock_agency
from single_window.store.records import Records
from single_window.store.tables import guarantee, metadata
from single_window.store.tables import guarantee as account
from single_window.store.gateways.tax import GUARANTEES
"""


@each(
    "offence",
    [
        "connection.execute(insert(guarantee).values(amount=1))",
        "connection.execute(update(tables.guarantee).values(amount=1))",
        "connection.execute(delete(account))",
        "connection.execute(add(guarantee))",
        "connection.execute(sa.update(guarantee).values(amount=1))",
        "connection.execute(guarantee.update().values(amount=1))",
        "connection.execute(metadata.tables['guarantee'].delete())",
        "insert_rows(connection, guarantee, ('sandbox',), [])",
        "insert_new(connection, guarantee, ('sandbox',), [])",
        "upsert_rows(connection, tables.guarantee, ('sandbox',), [])",
        "update_rows(connection, table=guarantee, keys=(), columns=(), rows=[])",
        "OURS = Records(Guarantee, guarantee)",
        "GUARANTEES.save(connection, sandbox, [])",
        "class State:\n    def begin(self):\n        self.kept = self.rows(GUARANTEES, 'company')",
        "lock_agency(connection, sandbox, guarantee, company='')",
        "target = guarantee\nconnection.execute(update(target).values(amount=1))",
        "def drop(table):\n    connection.execute(delete(table))\ndrop(guarantee)",
        "for table in (guarantee,):\n    connection.execute(delete(table))",
        "connection.exec_driver_sql('UPDATE guarantee SET amount = 0')",
        "connection.execute(sa.text('delete from guarantee'))",
        "metadata.create_all(engine)",
    ],
)
@each("name", ["single_window.intake.reception", "single_window.store.gateways.customs", "simulators.demo"])
def test_the_guard_barks(name: str, offence: str) -> None:
    offender = Module(name, IMPORTS + offence)
    assert trespasses(writes(offender, {**records(), **kept([offender])}))


@each(
    ("name", "source"),
    [
        ("single_window.store.gateways.tax", "insert_rows(connection, guarantee, ('sandbox',), [])"),
        ("single_window.store.gateways.customs", "insert_rows(connection, tables.timeline, ('id',), [])"),
        ("single_window.intake.reception", "connection.execute(update(tables.document).values(state='read'))"),
        ("single_window.work.worker", "seen = set()\nseen.update({1})"),
        ("single_window.receipts", "connection.execute(sa.select(guarantee))\nseen = set()\nseen.update({1})"),
    ],
)
def test_the_guard_keeps_quiet(name: str, source: str) -> None:
    assert trespasses(list(writes(Module(name, IMPORTS + source), kept(modules("single_window"))))) == []
