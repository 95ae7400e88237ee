"""A class name stands for one thing in the whole project, but for true twins."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable

from tests.shape.sources import Module, modules
from tests.tables import each

TWINS = {
    "ExaminationRows": "the rows that the examination of an import and of an export reads",
    "ExaminationResult": "the findings of the examination of an import and of an export",
    "Clock": "a sandbox's clock, and the same as a caller is told of it",
    "Finding": "a finding, and the same as a caller is told of it",
    "Snapshot": "a sandbox's snapshot, and the same as a caller is told of it",
}
"""Names that two classes share → why they mean the same."""


def doubled(found: Iterable[Module]) -> dict[str, list[str]]:
    """Names of classes that more than one place defines, by name."""
    places: dict[str, list[str]] = defaultdict(list)
    for module in found:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(f"{module.name}:{node.lineno}")
    return {name: where for name, where in places.items() if len(where) > 1}


def test_a_class_name_stands_for_one_thing() -> None:
    assert {name: where for name, where in doubled(modules()).items() if name not in TWINS} == {}


def test_every_twin_has_a_sibling() -> None:
    assert TWINS.keys() - doubled(modules()).keys() == set()


@each(
    ("texts", "names"),
    [
        (('"""A."""\nclass Bill: ...', '"""B."""\nclass Bill: ...'), {"Bill"}),
        (('"""A."""\nclass Bill: ...', '"""B."""\nclass TaxBill: ...'), set()),
        (('"""A."""\ndef file():\n    class Bill: ...\nclass Bill: ...',), {"Bill"}),
    ],
)
def test_a_second_class_of_a_name_is_seen(texts: tuple[str, ...], names: set[str]) -> None:
    assert doubled(Module(f"gateways.tax{number}", text) for number, text in enumerate(texts)).keys() == names
