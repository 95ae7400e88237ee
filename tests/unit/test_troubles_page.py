"""Every trouble of integrators has its section, in four parts, and tests that exist."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path
from typing import Any

from schemas.receipt_texts import texts
from schemas.wording import words
from single_window.receipts.tolerances import TOLERANCES
from tests.specifications_of import specification

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "troubles.md").read_text("utf-8")
PARTS = ("You see", "The window shows", "Why", "Do")
TABLE = specification("troubles.toml")
_LIKE_A_FINDING = re.compile(r"`((?:habit|element|signature|payment|envelope)-[a-z-]+|unknown-root|not-fixed)`")


def sections() -> dict[str, str]:
    _, *result = re.split(r"^### (.+)$", PAGE, flags=re.MULTILINE)
    return dict(zip(result[::2], result[1::2], strict=True))


def missing(test: str) -> bool:
    """Whether a test, or a case of a specification, that the table names does not exist."""
    place, _, name = test.partition("::")
    path = ROOT / place
    if not path.exists():
        return True
    if path.suffix == ".toml":
        return name not in [row.get("name") for row in tomllib.loads(path.read_text("utf-8"))["case"]]
    function, _, row = name.partition("[")
    defined = {node.name for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.FunctionDef)}
    named = row.removesuffix("]")
    rows = path.read_text("utf-8") + str(TABLE["case"])
    return bool(name) and (function not in defined or named not in rows)


def test_no_trouble_is_left_out() -> None:
    wanted = [f"{group}.{number}" for group, most in TABLE["rows"].items() for number in range(1, most + 1)]
    assert [row["row"] for row in TABLE["trouble"]] == wanted


def test_every_trouble_has_its_section_and_every_section_its_trouble() -> None:
    assert [row["section"] for row in TABLE["trouble"]] == list(sections())


def test_every_section_has_four_parts() -> None:
    assert [
        name
        for name, text in sections().items()
        if tuple(re.findall(r"^\* \*\*(.+?)\*\*:", text, flags=re.MULTILINE)) != PARTS
    ] == []


def test_every_trouble_is_provoked_by_a_test_that_exists() -> None:
    named: list[Any] = [test for row in TABLE["trouble"] for test in row["tests"]]
    assert [test for test in named if missing(test)] == []
    assert all(row["tests"] for row in TABLE["trouble"])


def test_the_guard_barks() -> None:
    assert missing("tests/nowhere.py") and missing("tests/unit/test_troubles_page.py::test_nothing")
    assert missing("tests/specifications/troubles.toml::no such case")


def test_every_case_belongs_to_a_trouble() -> None:
    named = " ".join(test for row in TABLE["trouble"] for test in row["tests"])
    assert [case["name"] for case in TABLE["case"] if f"[{case['name']}]" not in named] == []


def test_every_finding_code_and_tolerance_on_it_exists() -> None:
    assert [row for row in _LIKE_A_FINDING.findall(PAGE) if row not in words()] == []
    assert [row for row in re.findall(r"(?<![\w/])-\d{6}\b", PAGE) if row not in texts()] == []
    assert [row for row in re.findall(r"tolerance `(\w+)`", PAGE) if row not in TOLERANCES] == []
