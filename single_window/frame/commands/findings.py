"""Printing of findings: place, value, expected value, remedy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from declarations.concerned_fields import ConcernedField
from schemas.findings import Finding
from single_window.frame.commands.call import Call
from single_window.frame.findings import FindingOut
from single_window.language import phrases, words

MAX_FINDINGS = 50


def show_findings(
    call: Call, findings: Iterable[Finding | FindingOut], fields: Sequence[Sequence[ConcernedField]] = ()
) -> None:
    """Print at most 50 findings in the call's language; `fields` are the concerned fields of each finding."""
    listed = list(findings)
    for number, finding in enumerate(listed[:MAX_FINDINGS], 1):
        _show(call, number, finding, fields[number - 1] if fields else ())
    if len(listed) > MAX_FINDINGS:
        call.print_line(f"  … and {len(listed) - MAX_FINDINGS} more; --json lists all.")


def _show(call: Call, number: int, finding: Finding | FindingOut, fields: Sequence[ConcernedField]) -> None:
    chinese = call.language == words.ZH
    text, remedy = (finding.zh, finding.remedy_zh) if chinese else (finding.en, finding.remedy_en)
    call.print_line(f"  {number}. {'(warning) ' if finding.warning else ''}{text} [{finding.code}]")
    if fields:
        for field in fields:
            _show_field(call, field)
    else:
        _show_place(call, finding)
    if remedy:
        call.print_line(f"     → {remedy}")


def _show_place(call: Call, finding: Finding | FindingOut) -> None:
    place = " ".join(
        part
        for part in (
            f"line {finding.line}" if finding.line else "",
            f"document {finding.document}" if finding.document else "",
            finding.path,
        )
        if part
    )
    if place:
        call.print_line(f"     at {place}")
    for label, text in (("expected", finding.expected), ("found", finding.found)):
        if text:
            call.print_line(f"     {label}: {text}")


def _show_field(call: Call, field: ConcernedField) -> None:
    """Print a concerned field: document, place, value, expected value."""
    kind = phrases.kind(field.kind).text(call.language)
    line = f"line {field.line} " if field.line else ""
    values = f": {field.found or '-'}" + (f" (expected: {field.expected})" if field.expected else "")
    call.print_line(f"     {kind} {field.number} {line}{field.path}{values}")
