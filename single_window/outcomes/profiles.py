"""Profiles of faults by name, one data file each: what goes wrong, how often, when, and what the clock does.

A profile is a set of triggers with shares and a time; who switches it on makes them (`switching.py`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec

from declarations.calendar import span_of
from single_window.outcomes.triggers import Action, BadTrigger, Match, Term, check, near, parsed

FOLDER = "profiles"
LONGEST = "90d"
"""For how long a profile is on at most."""
GROUPS = ("gateways", "receipts", "channels", "clock", "officers")


class UnknownProfile(LookupError):
    """A profile that there is not; `near` are names that look like it, or all."""

    permanent = True

    def __init__(self, name: str) -> None:
        self.name, self.near = name[:60], near(name, profiles())
        super().__init__(
            f"There is no profile {self.name!r}; there is: {', '.join(self.near)}. See: single-window faults list"
        )


class Part(NamedTuple):
    """One thing that goes wrong, from `begins` to `ends` milliseconds after the profile's beginning; 0: to its end."""

    name: str
    group: str
    match: Match
    action: Action
    begins: int
    ends: int


class Profile(NamedTuple):
    """Faults under one name; milliseconds that it lasts, by which the clock jumps, for which it stands still."""

    name: str
    zh: str
    en: str
    lasts: int
    jump: int
    freeze: int
    parts: tuple[Part, ...]

    @property
    def groups(self) -> list[str]:
        """The groups of places in which things go wrong."""
        clock = ["clock"] if self.jump or self.freeze else []
        return [group for group in GROUPS if group in {*clock, *(part.group for part in self.parts)}]


@cache
def profiles() -> Mapping[str, Profile]:
    """All profiles by name."""
    profile_files = sorted(files("single_window.outcomes").joinpath(FOLDER).iterdir(), key=lambda file: file.name)
    named = {file.name.removesuffix(".toml"): file for file in profile_files if file.name.endswith(".toml")}
    return MappingProxyType({name: read(name, file.read_text("utf-8")) for name, file in named.items()})


def profile(name: str) -> Profile:
    """One of them; raises `UnknownProfile`."""
    try:
        return profiles()[name]
    except KeyError:
        raise UnknownProfile(name) from None


def read(name: str, source: str) -> Profile:
    """A profile of a file; raises `BadTrigger` for what cannot be."""
    book = tomllib.loads(source)
    clock = book.get("clock", {})
    return Profile(
        name,
        book["zh"],
        book["en"],
        span("lasts", book["lasts"]),
        span("clock.jump", clock.get("jump", "0s")),
        span("clock.freeze", clock.get("freeze", "0s")),
        tuple(_part(name, entry) for entry in book.get("fault", ())),
    )


def _part(name: str, entry: Mapping[str, Any]) -> Part:
    match, action = parsed({**entry.get("match", {}), "term": {"profile": name}}, entry["do"])
    match = msgspec.structs.replace(match, share=float(entry.get("share", 100)), term=Term(name, part=entry["name"]))
    check(match, action)
    if entry["group"] not in GROUPS:
        raise BadTrigger("group", entry["group"], "there is: " + ", ".join(GROUPS))
    begins, ends = span("from", entry.get("from", "0s")), span("to", entry.get("to", "0s"))
    if ends and ends <= begins:
        raise BadTrigger("to", entry["to"], "it is later than `from`")
    return Part(entry["name"], entry["group"], match, action, begins, ends)


def span(path: str, text: str) -> int:
    """Milliseconds of a span such as 30s, 90m, 2h or 1d, at most `LONGEST`; raises `BadTrigger`."""
    milliseconds = span_of(text)
    if milliseconds is None or milliseconds > (span_of(LONGEST) or 0):
        raise BadTrigger(path, text, f"it is a span such as 30s, 90m, 2h or 7d, {LONGEST} at most")
    return milliseconds
