"""The modules of the API's calls by room: the first word of their paths, so that a call can do without all the others.

A room's calls stand behind `/api/v1`, but the probes' and the address to which platforms upload."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module

from flask import Blueprint

from single_window.cases.folders import folders
from single_window.frame.http.ports import PREFIX

_OWN: Mapping[str, Sequence[str]] = {
    "api.messages": ("messages",),
    "api.search": ("find", "messages", "stories"),
    "api.conformance": ("conformance",),
    "api.validation": ("validate",),
    "api.rules": ("rules",),
    "api.schema_files": ("schemas",),
    "api.handbook": ("docs", "asyncapi.json"),
    "api.receipts": ("mailboxes", "receipts"),
    "api.channels": ("channels",),
    "api.decisions": ("cases",),
    "api.decision_logs": ("decisions",),
    "api.state": ("state",),
    "api.audits": ("audit",),
    "api.pruning": ("pruning",),
    "api.signatures": ("signatures",),
    "api.certificates": ("certificates",),
    "api.sandboxes": ("sandboxes",),
    "api.snapshots": ("sandboxes",),
    "api.clocks": ("sandboxes",),
    "api.master_data": ("master-data",),
    "api.keys": ("keys",),
    "api.accounts": ("accounts",),
    "api.triggers": ("sandboxes", "scenarios"),
    "api.faults": ("faults", "sandboxes"),
    "api.injection": ("mailboxes",),
}
PLACES: Mapping[str, Sequence[str]] = {
    **{f"single_window.{place}": rooms for place, rooms in _OWN.items()},
    **{f"{name}.calls": folder.rooms for name, folder in folders().items() if folder.rooms},
}
"""Modules, and the rooms that they have calls in: what is no case, and what the subjects' folders say."""
OUTSIDE = (
    "single_window.api.health",
    *(f"{name}.{module}" for name, folder in folders().items() for module in folder.outside),
)
"""Modules of calls that do not stand behind `/api/v1`."""


def room_of(path: str) -> str:
    """The room of a path; empty where none is known, which is all of them."""
    room = path.removeprefix(f"{PREFIX}/").partition("/")[0]
    return room if path.startswith(f"{PREFIX}/") and room in _rooms() else ""


def blueprints(room: str = "") -> Iterator[tuple[Blueprint, str]]:
    """The calls of a room, by default all there are, each with what its paths begin with."""
    for place, rooms in PLACES.items():
        if not room or room in rooms:
            yield _blueprint(place), PREFIX
    if not room:
        yield from ((_blueprint(place), "") for place in OUTSIDE)


@cache
def _rooms() -> frozenset[str]:
    return frozenset(room for rooms in PLACES.values() for room in rooms)


def _blueprint(place: str) -> Blueprint:
    found: Blueprint = import_module(place).blueprint
    return found
