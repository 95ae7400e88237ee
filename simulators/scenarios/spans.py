"""Parses durations such as 3 days, 72 hours, 30 seconds."""

from __future__ import annotations

import re

SETTLED, DEADLINE = "settled", "next deadline"
WORDS = (DEADLINE,)
"""What a wait may name instead of a duration."""
SECOND, MINUTE, HOUR = 1_000, 60_000, 3_600_000
DAY = 24 * HOUR
LONGEST = 3_660 * DAY
_UNITS = {"second": SECOND, "minute": MINUTE, "hour": HOUR, "day": DAY}
_SPAN = re.compile(r"([1-9]\d{0,6}) (second|minute|hour|day)s?")


def read(text: str) -> int | None:
    """Parse a duration into milliseconds, at most ten years; None if it is not one."""
    if text == SETTLED:
        return 0
    if (match := _SPAN.fullmatch(text)) is None:
        return None
    span = int(match[1]) * _UNITS[match[2]]
    return span if span <= LONGEST else None


def span_text(span: int) -> str:
    """Format a duration: 2 days 3 hours."""
    parts = []
    for name in ("day", "hour", "minute", "second"):
        count, span = divmod(span, _UNITS[name])
        if count:
            parts.append(f"{count} {name}{'s' if count > 1 else ''}")
    return " ".join(parts[:2]) or "at once"
