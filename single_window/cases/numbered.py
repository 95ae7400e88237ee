"""Finds the places of what agencies know by numbers of their own: the path of a call, a command, a page."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from urllib.parse import quote

from single_window.cases.subjects import values
from single_window.frame.case_rows import CaseReader
from single_window.frame.http.ports import PREFIX
from single_window.frame.kinds import NumberedAt


@cache
def _places() -> Mapping[str, NumberedAt]:
    kinds = {getattr(reader.kind.case_type, "LIFECYCLE", ""): reader.kind for reader in values("queries", CaseReader)}
    cases = {
        name: NumberedAt(name, f"{kind.path}/{{number}}", f"{kind.command} show {{number}}")
        for name, kind in kinds.items()
    }
    return {**cases, **{place.kind: place for place in values("queries", NumberedAt)}}


def call_of(kind: str, number: str) -> str:
    """Return the path of the call about what has a number; empty if there is none."""
    place = _places().get(kind)
    return PREFIX + place.path.format(number=quote(number, safe="")) if place else ""


def command_of(kind: str, number: str) -> str:
    """Return the command that shows what has a number; empty if there is none."""
    place = _places().get(kind)
    return f"single-window {place.command.format(number=number)}" if place else ""


def page_of_kind(kind: str) -> str:
    """Return the name of the page that lists what has numbers of a kind; empty if there is none."""
    place = _places().get(kind)
    return place.page if place else ""
