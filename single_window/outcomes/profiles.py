"""Fault profiles, one data file each: faults with their frequency and time, and changes of the clock.

A profile is a set of triggers with shares and periods, which `switching.py` creates.

Nothing is forced outside the places where triggers act. The end of a profile needs no deadline, because a trigger whose
time is over matches nothing; its row keeps the count of what it did. Calls are drawn by their first document and how
often it was touched before, else a call that is answered 503 would be answered so whenever it is repeated.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec

from declarations.calendar import span_of
from single_window.outcomes.triggers import Action, Term, TriggerMatch, bad_trigger, check, near, parse_trigger
from single_window.refused import Refused

FOLDER = "profiles"
MAX_DURATION = "90d"
"""Maximum duration of a profile."""
GROUPS = ("gateways", "receipts", "channels", "clock", "officers")


class ProfileFault(NamedTuple):
    """A fault, from `begins` until `ends` milliseconds after the profile's start; `ends` 0: until the profile's end."""

    name: str
    group: str
    match: TriggerMatch
    action: Action
    begins: int
    ends: int


class FaultProfile(NamedTuple):
    """A named set of faults. In milliseconds: `lasts`: its duration; `jump`: the clock jumps by this; `freeze`: the
    clock stands still for this.
    """

    name: str
    zh: str
    en: str
    lasts: int
    jump: int
    freeze: int
    parts: tuple[ProfileFault, ...]

    @property
    def groups(self) -> list[str]:
        """The groups of its faults."""
        clock = ["clock"] if self.jump or self.freeze else []
        return [group for group in GROUPS if group in {*clock, *(part.group for part in self.parts)}]


@cache
def profiles() -> Mapping[str, FaultProfile]:
    """All profiles by name."""
    profile_files = sorted(Path(__file__).parent.joinpath(FOLDER).iterdir(), key=lambda file: file.name)
    named = {file.name.removesuffix(".toml"): file for file in profile_files if file.name.endswith(".toml")}
    return MappingProxyType({name: read(name, file.read_text("utf-8")) for name, file in named.items()})


def profile(name: str) -> FaultProfile:
    """A profile by name; raises `Refused`."""
    try:
        return profiles()[name]
    except KeyError:
        shown, known = name[:60], ", ".join(near(name, profiles()))
        text = f"There is no profile {shown!r}; there is: {known}. See: single-window faults list"
        raise Refused("unknown-profile", text, path="profile", found=shown, near=known) from None


def read(name: str, source: str) -> FaultProfile:
    """Parse a profile; raises `Refused` if it is invalid."""
    book = tomllib.loads(source)
    clock = book.get("clock", {})
    return FaultProfile(
        name,
        book["zh"],
        book["en"],
        span("lasts", book["lasts"]),
        span("clock.jump", clock.get("jump", "0s")),
        span("clock.freeze", clock.get("freeze", "0s")),
        tuple(_part(name, entry) for entry in book.get("fault", ())),
    )


def _part(name: str, entry: Mapping[str, Any]) -> ProfileFault:
    match, action = parse_trigger({**entry.get("match", {}), "term": {"profile": name}}, entry["do"])
    match = msgspec.structs.replace(match, share=float(entry.get("share", 100)), term=Term(name, part=entry["name"]))
    check(match, action)
    if entry["group"] not in GROUPS:
        raise bad_trigger("group", entry["group"], "there is: " + ", ".join(GROUPS))
    begins, ends = span("from", entry.get("from", "0s")), span("to", entry.get("to", "0s"))
    if ends and ends <= begins:
        raise bad_trigger("to", entry["to"], "it is later than `from`")
    return ProfileFault(entry["name"], entry["group"], match, action, begins, ends)


def span(path: str, text: str) -> int:
    """Parse a duration such as 30s, 90m, 2h or 1d into milliseconds, at most `MAX_DURATION`; raises `Refused`."""
    milliseconds = span_of(text)
    if milliseconds is None or milliseconds > (span_of(MAX_DURATION) or 0):
        raise bad_trigger(path, text, f"it is a span such as 30s, 90m, 2h or 7d, {MAX_DURATION} at most")
    return milliseconds
