"""Reasons to refuse a line or a link of a claim, reported in the order of lines; comparison of names and units."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from declarations.reasons import Reason


class LineFault(NamedTuple):
    """A reason against the line `number` of the link `link_no`."""

    number: int
    link_no: str
    reason: Reason


def make_fault(
    rule: str, number: int, link_no: str, parameter_ids: tuple[str, ...] = (), /, **values: str
) -> LineFault:
    """Return a fault whose reason also names line and link."""
    return LineFault(number, link_no, Reason(rule, {"line": str(number), "link": link_no, **values}, parameter_ids))


def sort_faults(faults: Iterable[LineFault]) -> list[LineFault]:
    """Sort faults by line, link, code and values, which is independent of the order of detection."""
    return sorted(
        faults, key=lambda fault: (fault.number, fault.link_no, fault.reason.rule, *fault.reason.values.items())
    )


@lru_cache(maxsize=100_000)
def normalise(text: str) -> str:
    """Normalise a name or unit for comparison: width of characters, case and spaces are ignored."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def are_same(name: str, other: str) -> bool:
    """True if two names or units are equal after normalisation."""
    return name == other or normalise(name) == normalise(other)
