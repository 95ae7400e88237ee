"""Pages of what is too long for one: which one the address asks for, and which stand beside it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from flask import request


def number_of_page() -> int:
    """The number of the page that the request asks for, from 1 on."""
    text = request.values.get("page", "")
    return max(1, int(text)) if text.isdecimal() and len(text) < 7 else 1


def pages_near(number: int, last: int) -> Sequence[int]:
    """The numbers of pages to offer beside a page: the first, the last, and two on either side; 0 for a gap."""
    shown = [page for page in range(1, last + 1) if page in {1, last} or abs(page - number) <= 2]
    return [
        step
        for before, page in pairwise([0, *shown])
        for step in ((0, page) if page > before + 1 else (page,))
        if last > 1
    ]
