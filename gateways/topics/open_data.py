"""Payloads of the gateway of open data besides decisions."""

from __future__ import annotations

from typing import NamedTuple


class OpenDataDue(NamedTuple):
    """A month is closed: its tables are to be drafted."""

    due: int = 0
