"""Shows findings to people: place, what was found, what was expected, what to do."""

from __future__ import annotations

from collections.abc import Iterable

from schemas.findings import Finding
from single_window.commands.call import Call

MOST = 50


def show_findings(call: Call, findings: Iterable[Finding]) -> None:
    """Findings in the call's language, at most 50; --json has them all."""
    found = list(findings)
    for number, one in enumerate(found[:MOST], 1):
        said, remedy = (one.zh, one.remedy_zh) if call.language == "zh" else (one.en, one.remedy_en)
        place = " ".join(
            part
            for part in (
                f"line {one.line}" if one.line else "",
                f"document {one.document}" if one.document else "",
                one.path,
            )
            if part
        )
        call.say(f"  {number}. {'(warning) ' if one.warning else ''}{said} [{one.code}]")
        if place:
            call.say(f"     at {place}")
        for label, text in (("expected", one.expected), ("found", one.found)):
            if text:
                call.say(f"     {label}: {text}")
        if remedy:
            call.say(f"     → {remedy}")
    if len(found) > MOST:
        call.say(f"  … and {len(found) - MOST} more; --json lists all.")
