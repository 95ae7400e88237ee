"""The day before and after every dated value: a value is in force from its first day to its last, and no day longer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from simulators.entry.windows import CallRefused, SandboxClient

DAY, BEGINNING = timedelta(1), date(1, 1, 1)
"""A value in force since the beginning has no day before."""


def probe(sandbox: SandboxClient) -> Iterator[str]:
    """Yield what is wrong."""
    for listed in sandbox.call("GET", "/parameters")["parameters"]:
        name = listed["name"]
        values = sandbox.call("GET", f"/parameters/{name}")["values"]
        for value, following in zip(values, (*values[1:], None), strict=True):
            for day, holds in _days(value, following):
                if (value["id"] in _in_force(sandbox, name, day)) != holds:
                    yield f"{value['id']} is {'not ' if holds else ''}in force on {day}"


def _days(value: Mapping[str, Any], following: Mapping[str, Any] | None) -> Iterator[tuple[date, bool]]:
    """First and last day of a value, on which it holds, and the days beyond them, on which it does not. Where another
    follows at once, its first day is looked at there."""
    since = date.fromisoformat(value["since"])
    if since > BEGINNING:
        yield since, True
        yield since - DAY, False
    if value["until"]:
        until = date.fromisoformat(value["until"])
        yield until, True
        if following is None or date.fromisoformat(following["since"]) > until + DAY:
            yield until + DAY, False


def _in_force(sandbox: SandboxClient, name: str, day: date) -> set[str]:
    try:
        return {value["id"] for value in sandbox.call("GET", f"/parameters/{name}", query={"on": day})["values"]}
    except CallRefused as refused:
        if refused.status >= 500:
            raise
        return set()
