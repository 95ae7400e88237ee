"""Every dated parameter, and every field of one, is read by some code, or says that it only informs."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from declarations import parameters
from declarations.parameters.tables import SHAPES, shape_of
from declarations.parameters.tables.shape import TableShape
from single_window.reference.law_readers import PACKAGES, readers_by_name, readers_of_parameters


def test_a_parameter_is_read_or_says_that_it_only_informs() -> None:
    result = readers_of_parameters()
    silent = {parameter.name for parameter in parameters.describe() if not result[parameter.name]}
    assert silent == {parameter.name for parameter in parameters.describe() if parameter.informative}


def test_a_name_that_is_put_together_counts_for_all_it_may_name() -> None:
    result = readers_of_parameters()
    assert "declarations.tax.rates" in result["vat.standard"] and "declarations.tax.rates" in result["vat.reduced"]
    assert "declarations.tax.rates" in result["limits.annual"]
    assert not any(module.startswith("simulators") for modules in result.values() for module in modules)


def test_parameters_that_are_read_only_by_a_name_that_is_put_together_have_one_form() -> None:
    """Code that reads `modes.1210` by the name of a mode never reads a neighbour with another form."""
    read = readers_by_name()
    forms: dict[str, set[object]] = {}
    for parameter in parameters.describe():
        if not parameter.informative and not read[parameter.name]:
            group = parameter.name.rpartition(".")[0]
            forms.setdefault(group, set()).add((parameter.unit in ("text", "table"), str(shape_of(parameter.name))))
    assert forms and {group: found for group, found in forms.items() if len(found) > 1} == {}


def words_of_code() -> Iterator[str]:
    """Every attribute and every text that stands in the code, without the shapes themselves."""
    for package in PACKAGES:
        for path in Path(str(files(package))).rglob("*.py"):
            if "tables" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Attribute):
                    yield node.attr
                elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value


@pytest.mark.long
def test_a_field_of_a_table_is_read_or_says_that_it_only_informs() -> None:
    known = set(words_of_code())
    informing = {parameter.name for parameter in parameters.describe() if parameter.informative}
    shapes = {
        shape
        for name, shape in SHAPES.items()
        if name not in informing and isinstance(shape, type) and issubclass(shape, TableShape)
    }
    silent = {(shape.__name__, field) for shape in shapes for field in shape.__struct_fields__ if field not in known}
    marked = {(shape.__name__, field) for shape in shapes for field in shape.informative}
    assert silent <= marked, silent - marked
