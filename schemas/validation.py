"""Explains a message that its schema refuses: every finding with place, expectation and remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas import judge
from schemas.findings import Finding

if TYPE_CHECKING:
    from schemas.reading import Opened

MOST = 1000
"""Findings told about one message."""


def explain(opened: Opened, edition: str) -> list[Finding]:
    """All findings of the schema about a message, at most 1,000, in the order of the message."""
    schema = judge.compiled(opened.entry.schema_file(edition))
    schema.validate(opened.tree)
    return [Finding("schema", f"不符合结构要求：{error.message}", str(error.message), path=str(error.path), line=error.line)
            for error in schema.error_log][:MOST]
