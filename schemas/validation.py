"""Explains a message that its schema refuses: every finding with place, expectation and remedy, in both languages.

lxml has judged before; xmlschema only says why. What xmlschema does not see is told in lxml's own words.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from schemas import arrangement, content, judge
from schemas.catalogue import EDITION
from schemas.findings import Finding
from schemas.place import Place
from schemas.wording import finding

if TYPE_CHECKING:
    from schemas.reading import Opened

MOST = 1000
"""Findings told about one message."""


def explain(opened: Opened, edition: str = EDITION) -> list[Finding]:
    """Every finding of the schema about a message, in the order of its lines; at most 1,000, the last says so."""
    code = opened.entry.code
    found: dict[tuple[str, str, str], Finding] = {}
    for one in _explained(judge.explaining(code, edition), opened):
        found.setdefault((one.code, one.path, one.found), one)
        if len(found) > MOST:
            break
    findings = sorted(found.values(), key=lambda one: one.line or 0)
    if not findings:
        return list(_judged(judge.compiled(code, edition), opened))[:MOST]
    if len(findings) > MOST:
        findings[MOST - 1:] = [finding("too-many-findings", most=MOST - 1)]
    return findings


def _explained(schema: Any, opened: Opened) -> Iterator[Finding]:
    for error in schema.iter_errors(opened.tree):
        place = Place.of(error.elem, opened.entry)
        if arrangement.concerns(error):
            yield from arrangement.findings(error, place, opened.entry)
        else:
            yield from content.findings(error, place)


def _judged(schema: Any, opened: Opened) -> Iterator[Finding]:
    schema.validate(opened.tree)
    for error in schema.error_log:
        yield finding("schema", path=str(error.path or ""), line=error.line, name=opened.entry.root,
                      reason=error.message)
