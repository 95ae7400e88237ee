"""Parses durations such as 3 days, 72 hours, 30 seconds."""

from __future__ import annotations

import re
from datetime import timedelta

SETTLED, DEADLINE = "settled", "next deadline"
WAIT_WORDS = (DEADLINE,)
"""What a wait may name instead of a duration."""
SECOND_MS, MINUTE_MS, HOUR_MS = 1_000, 60_000, 3_600_000
DAY_MS = 24 * HOUR_MS
MAX_DURATION_MS = 3_660 * DAY_MS
_UNITS = {"second": SECOND_MS, "minute": MINUTE_MS, "hour": HOUR_MS, "day": DAY_MS}
_DURATION = re.compile(r"([1-9]\d{0,6}) (second|minute|hour|day)s?")


def parse_duration(text: str) -> int | None:
    """Parse a duration into milliseconds, at most ten years; None if it is not one."""
    if text == SETTLED:
        return 0
    if (match := _DURATION.fullmatch(text)) is None:
        return None
    milliseconds = int(match[1]) * _UNITS[match[2]]
    return milliseconds if milliseconds <= MAX_DURATION_MS else None


def span(text: str) -> timedelta:
    """Return a duration as a span of time; none for a text that is not one."""
    return timedelta(milliseconds=parse_duration(text) or 0)


def duration_text(milliseconds: int) -> str:
    """Format a duration: 2 days 3 hours."""
    parts = []
    for name in ("day", "hour", "minute", "second"):
        count, milliseconds = divmod(milliseconds, _UNITS[name])
        if count:
            parts.append(f"{count} {name}{'s' if count > 1 else ''}")
    return " ".join(parts[:2]) or "at once"
