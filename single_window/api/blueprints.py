"""The modules of the API's calls, by the first segment of the calls' paths.

A command imports the modules of one segment only, and a window at its start those of the segments that every trade
needs.

All calls are below `/api/v1`, except the probes and the address to which platforms upload."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module

from flask import Blueprint

from single_window.cases.folders import folders
from single_window.frame.http.ports import PREFIX

_SEGMENTS: Mapping[str, Sequence[str]] = {
    "api.messages": ("messages",),
    "api.search": ("find", "messages", "stories"),
    "api.conformance": ("conformance",),
    "api.validation": ("validate",),
    "api.epcis": ("epcis",),
    "api.rules": ("rules",),
    "api.schema_files": ("schemas",),
    "api.samples": ("samples",),
    "api.handbook": ("docs", "asyncapi.json"),
    "api.receipts": ("mailboxes", "receipts"),
    "api.channels": ("channels",),
    "api.decisions": ("cases",),
    "api.creations": ("cases",),
    "api.files": ("cases",),
    "api.notes": ("cases",),
    "api.assignments": ("cases",),
    "api.dossiers": ("dossiers",),
    "api.alerts": ("alerts",),
    "api.distributions": ("distributions",),
    "api.absences": ("absences", "handovers"),
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
MODULES: Mapping[str, Sequence[str]] = {
    **{f"single_window.{name}": segments for name, segments in _SEGMENTS.items()},
    **{f"{name}.calls": folder.rooms for name, folder in folders().items() if folder.rooms},
}
"""Module -> the segments of its calls, including those in the folders of `single_window.cases`."""
WITH_PAGES = frozenset({"dossiers"})
"""The segments whose answers are made from pages."""
_PROBES_MODULE = "single_window.api.health"
OUTSIDE = (_PROBES_MODULE, *(f"{name}.{module}" for name, folder in folders().items() for module in folder.outside))
"""Modules of calls that are not below `/api/v1`."""
_PROBE_PATHS = frozenset({"/healthz", "/readyz", "/metrics"})
AT_START = frozenset({"declarations", "mailboxes", "messages", "receipts", "sandboxes"})
"""The segments that a trade needs from its first message to its release."""


def segment_of(path: str) -> str:
    """Return the segment of a path; empty if there is none of this name, so that all are loaded."""
    segment = path.removeprefix(f"{PREFIX}/").partition("/")[0]
    return segment if path.startswith(f"{PREFIX}/") and segment in _segments() else ""


def is_at_start(path: str) -> bool:
    """True for the calls that a window loads at its start: those of a trade, and the probes."""
    return path in _PROBE_PATHS or segment_of(path) in AT_START


def blueprints(segments: Collection[str] = ()) -> Iterator[tuple[Blueprint, str]]:
    """Yield (blueprint, path prefix) for the calls of these segments and, for `AT_START`, the probes; by default for
    all calls."""
    for module, own in MODULES.items():
        if not segments or not set(segments).isdisjoint(own):
            yield _blueprint(module), PREFIX
    for module in OUTSIDE:
        if not segments or (module == _PROBES_MODULE and set(segments) == AT_START):
            yield _blueprint(module), ""


@cache
def _segments() -> frozenset[str]:
    return frozenset(segment for segments in MODULES.values() for segment in segments)


def _blueprint(module: str) -> Blueprint:
    found: Blueprint = import_module(module).blueprint
    return found
