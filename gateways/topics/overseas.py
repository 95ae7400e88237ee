"""Payloads that the gateway of stock abroad handles besides documents and decisions."""

from __future__ import annotations

from typing import NamedTuple


class StockDayDue(NamedTuple):
    """A company's stock abroad is looked at, each day: evidence, silence, goods that do not arrive, drafts."""

    code: str
    due: int = 0
