"""Days as our own messages write them."""

from __future__ import annotations

from datetime import date


def iso_day(text: str) -> str:
    """Return the day yyyyMMdd as an ISO text; empty for any other text."""
    try:
        return date.fromisoformat(text).isoformat() if len(text) == 8 and text.isascii() and text.isdigit() else ""
    except ValueError:
        return ""
