"""The reference pages tell everything that there is, and are written only where they changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from declarations import lifecycle, parameters
from schemas import catalogue, receipt_texts
from single_window.cli import COMMANDS
from single_window.reference import pages as reference
from single_window.reference import tables
from single_window.reference.documentation import field_words
from single_window.settings import Settings


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return reference.pages()


def test_the_pages_are_complete(pages: dict[str, str]) -> None:
    assert all(f"| {entry.code} |" in pages["messages.md"] for entry in catalogue.entries())
    assert all(f"| {code} |" in pages["receipt-texts.md"] for code in receipt_texts.texts())
    assert all(f"## {parameter.name}\n" in pages["parameters.md"] for parameter in parameters.describe())
    assert pages["lifecycle.md"].count("```mermaid") == len(lifecycle.all_lifecycles())
    assert all(f"## single-window {name}\n" in pages["command-line.md"] for name in COMMANDS)
    assert all(f"`SINGLE_WINDOW_{name.upper()}`" in pages["settings.md"] for name in Settings.__dataclass_fields__)


def test_a_cell_cannot_break_its_table() -> None:
    assert list(tables.table(("a",), [("x|y\nz <b>",)]))[2] == "| x\\|y z &lt;b> |"


def test_words_under_a_field_are_its_meaning() -> None:
    assert field_words(Settings)["body_cap"] == "Bytes; a larger body is refused with 413."


def test_writing_twice_changes_nothing(tmp_path: Path, pages: dict[str, str]) -> None:
    assert reference.write(tmp_path, pages) == list(pages)
    assert reference.write(tmp_path, pages) == []
