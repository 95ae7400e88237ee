"""Rows of the known answers (`tests/law/tables`) as rows of tests."""

from __future__ import annotations

from typing import Any

import pytest

from tests.law import rows


def cases(topic: str) -> list[Any]:
    """The cases of every file of a topic: given and expected."""
    return [pytest.param(row.facts, id=row.name) for row in rows.cases(f"{topic}/*.toml")]


def file_cases(name: str) -> list[Any]:
    """The cases of one file, "export/returns": given and expected."""
    return [pytest.param(row.facts, id=row.name) for row in rows.cases(f"{name}.toml")]
