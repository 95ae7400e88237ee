"""Who writes which table, read from the source: every insert, update and delete, by whatever function."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from single_window.store.tables import metadata
from tests.shape.sources import Module, within

TABLES, OF_AGENCIES = "single_window.store.tables", "single_window.store.agency_tables"
BULK = {f"single_window.store.bulk.{name}": 1 for name in ("insert_new", "insert_rows", "upsert_rows", "update_rows")}
RECORDS = "single_window.store.records.Records"
LOCKING = {"single_window.store.gateways.agency_state.lock_agency": 2}
STATEMENTS = {
    f"{place}.{name}": 0
    for name in ("insert", "update", "delete")
    for place in ("sqlalchemy", "sqlalchemy.sql", "sqlalchemy.dialects.sqlite", "sqlalchemy.dialects.postgresql")
}
WRITES = {**STATEMENTS, **BULK, **LOCKING, RECORDS: 1}
"""Function → position of the table among its arguments."""
MACHINERY = {
    *("single_window.store.arrays", "single_window.store.bulk", "single_window.store.records"),
    *("single_window.store.gateways.agency_state", "single_window.store.gateways.batch_rows"),
}
"""They write what they are given; whoever gives it to them is the writer."""
CLEARING = "single_window.store.clearing"
"""It deletes the rows of a sandbox from every table, whoever owns it, and writes nothing else."""
MIGRATING = "single_window.store.migrate"
"""It makes tables, and notes their revision in a table of Alembic's own."""
_SQL = re.compile(
    r"\s*(insert\s+(or\s+\w+\s+)?into|update\s+\w+\s+set|delete\s+from|replace\s+into|truncate|"
    r"(create|drop|alter)\s+(table|index))\b",
    re.IGNORECASE,
)


class Write(NamedTuple):
    """One place that writes. `table` is empty when the source does not say which."""

    module: str
    line: int
    table: str


def owner(module: str) -> str:
    """The part of the program that a module belongs to."""
    if within(module, "single_window.store.gateways"):
        return module.split(".")[3] if module.count(".") > 2 else "window"
    return "window" if within(module, "single_window") else module.partition(".")[0]


def kept(modules: Iterable[Module]) -> dict[str, str]:
    """Dotted name of each `Records` that a module keeps → its table."""
    results = {}
    for module in modules:
        for node in module.nodes:
            if (
                isinstance(node, ast.Assign)
                and isinstance(node.value, ast.Call)
                and module.dotted(node.value.func) == RECORDS
            ):
                for target in node.targets:
                    results[f"{module.name}.{ast.unparse(target)}"] = _table(module, _argument(node.value, 1))
    return results


def writes(module: Module, records: Mapping[str, str]) -> Iterator[Write]:
    """Every write of a module; one whose table cannot be determined counts for every table that the module names."""
    if module.name in {*MACHINERY, CLEARING, MIGRATING} or _keeps_its_own(module):
        return
    for line, table in _written(module, records):
        if table:
            yield Write(module.name, line, table)
        else:
            named = sorted(_named(module))
            yield from (Write(module.name, line, name) for name in named or [""])


def _keeps_its_own(module: Module) -> bool:
    """The world outside, where it does not know the window: what it writes is a database of its own."""
    knows = any(within(dotted, "single_window") for _, dotted in module.imports)
    return within(module.name, "simulators") and not knows


def _written(module: Module, records: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    for node in module.nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _SQL.match(node.value):
            yield node.lineno, ""
        if not isinstance(node, ast.Call):
            continue
        function = module.dotted(node.func)
        if function in WRITES:
            yield node.lineno, _table(module, _argument(node, WRITES[function]))
        elif isinstance(node.func, ast.Attribute):
            yield from _methods(module, node, node.func, records)


def _methods(
    module: Module, call: ast.Call, method: ast.Attribute, records: Mapping[str, str]
) -> Iterator[tuple[int, str]]:
    """`table.insert()`, `RECORDS.save(...)`, `self.rows(RECORDS)`, `metadata.create_all(...)`."""
    receiver = module.dotted(method.value)
    if method.attr in {"insert", "update", "delete"} and (table := _table(module, method.value)):
        yield call.lineno, table
    if method.attr == "save" and receiver in records:
        yield call.lineno, records[receiver]
    if method.attr == "rows" and call.args and (saved := module.dotted(call.args[0])) in records:
        yield call.lineno, records[saved]
    if method.attr in {"create_all", "drop_all"} and receiver == f"{TABLES}.metadata":
        yield call.lineno, ""


def _argument(call: ast.Call, position: int) -> ast.AST | None:
    if position < len(call.args):
        return call.args[position]
    return next((keyword.value for keyword in call.keywords if keyword.arg == "table"), None)


def _table(module: Module, node: ast.AST | None) -> str:
    if (
        isinstance(node, ast.Subscript)
        and module.dotted(node.value) == f"{TABLES}.metadata.tables"
        and isinstance(node.slice, ast.Constant)
    ):
        return str(node.slice.value)
    place, _, name = module.dotted(node).rpartition(".")
    return name if within(place, TABLES, OF_AGENCIES) and name in metadata.tables else ""


def _named(module: Module) -> set[str]:
    """The tables that a module names anywhere."""
    return {
        name
        for node in module.nodes
        if isinstance(node, ast.Name | ast.Attribute | ast.Subscript)
        if (name := _table(module, node))
    }
