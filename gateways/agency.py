"""The declaration of an agency: the value `AGENCY` of its package in this folder, which names its handlers but does
not import them. Whatever must know all agencies asks `agencies()`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from pkgutil import iter_modules
from types import MappingProxyType
from typing import Any

NO_AGENCIES = frozenset({"topics"})
"""Packages of this folder that are no agency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """An agency: the name of its queue, and what the window must know of it without running it.

    `subjects`: kind of subject that its officers decide about -> the lifecycle, or kind of document, that names its
    states. `lives`: the lifecycles whose states name its return statuses. `apart`: its queue has a role of processes of
    its own. `order`: agencies are listed by it.
    """

    name: str
    zh: str
    en: str
    order: int
    subjects: Mapping[str, str] = field(default_factory=dict)
    lives: Sequence[str] = ()
    apart: bool = False
    files: Sequence[str] = ()
    """Its own files beside its `AGENCY`, which are read with the common ones of that name."""
    parameters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Group of dated values -> the first words of their names."""
    running_on: Sequence[str] = ()
    """Its deadlines that stand still for nobody, though their case is held: terms in which a company has a duty."""


@cache
def agencies() -> Mapping[str, Agency]:
    """Return all agencies by name, in their order; raises `LookupError` for a package that declares none, and for two
    of the same order."""
    names = [found.name for found in iter_modules([str(_HERE)]) if found.ispkg and found.name not in NO_AGENCIES]
    declared = sorted((_declared(name) for name in names), key=lambda agency: agency.order)
    for one, other in pairwise(declared):
        if one.order == other.order:
            raise LookupError(f"the agencies {one.name} and {other.name} both have the order {one.order}")
    return MappingProxyType({agency.name: agency for agency in declared})


_HERE = Path(__file__).parent


def _declared(name: str) -> Agency:
    found = getattr(import_module(f"gateways.{name}"), "AGENCY", None)
    if not isinstance(found, Agency) or found.name != name:
        raise LookupError(f"gateways/{name}/__init__.py declares no AGENCY of its name")
    if isinstance(found.files, str):
        raise LookupError(f"gateways/{name}: the files of AGENCY are a sequence, as in files=({found.files!r},)")
    there = {path.name for path in (_HERE / name).glob("*.toml")}
    if odd := sorted(there ^ set(found.files)):
        raise LookupError(f"gateways/{name} has {sorted(there)}, and its AGENCY names {sorted(found.files)}: see {odd}")
    return found


def subjects() -> Mapping[str, str]:
    """Return every kind of subject of decisions -> the agency that decides about it."""
    return {kind: agency.name for agency in agencies().values() for kind in agency.subjects}


def running_on() -> Sequence[str]:
    """Return the deadlines that stand still for nobody, though their case is held."""
    return [kind for agency in agencies().values() for kind in agency.running_on]


def clock_stops(subject: str) -> bool:
    """True if the deadlines of a kind of subject stand still while its case is held."""
    return f"deadline.{subject}" not in running_on()


def fragments(name: str) -> Iterator[Path]:
    """Yield the files of this name that agencies have, in the order of agencies; reading one that is missing fails."""
    for agency in agencies().values():
        if name in agency.files:
            yield _HERE / agency.name / name


def merged(tables: Iterable[tuple[str, Mapping[str, Mapping[str, Any]]]]) -> dict[str, dict[str, Any]]:
    """Return the sections of several TOML files as one; `tables`: pairs (name of the file, its sections). Raises
    `ValueError`, which tells both files, for a name that two of them have."""
    whole: dict[str, dict[str, Any]] = {}
    homes: dict[tuple[str, str], str] = {}
    for file, table in tables:
        for section, entries in table.items():
            for name, entry in entries.items():
                if (other := homes.setdefault((section, name), file)) != file:
                    raise ValueError(f"[{section}] has {name} twice: in {other} and in {file}")
                whole.setdefault(section, {})[name] = entry
            whole.setdefault(section, {})
    return whole


def sections(files: Iterable[Path]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each TOML file of the program as ("gateways/forex/words.toml", its sections)."""
    for file in files:
        yield file.relative_to(_HERE.parent).as_posix(), tomllib.loads(file.read_text("utf-8"))
