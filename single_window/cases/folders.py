"""The registry of subject folders: the commands, calls and decisions in each.

A folder declares them in its `__init__` as `FOLDER`, so that they can be listed without importing database code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType, ModuleType
from typing import NamedTuple

from single_window import cases

NOTHING: Mapping[str, tuple[str, str]] = MappingProxyType({})


class Folder(NamedTuple):
    """The contents of a subject's folder. `commands`: name -> (`module:command`, short help), or `module:kind` for the
    commands that come from a `CaseKind`. `rooms`: the first path segments of its HTTP calls (module `calls`).
    `outside`: modules of calls that are not below `/api/v1`. `decided`: the subjects of its `DecisionKind`s, as calls
    and commands name them. `tags`: the tags of its calls in the OpenAPI document, with their names in Chinese."""

    commands: Mapping[str, tuple[str, str]] = NOTHING
    rooms: Sequence[str] = ()
    outside: Sequence[str] = ()
    decided: Sequence[str] = ()
    tags: Mapping[str, str] = MappingProxyType({})


@cache
def folders(package: ModuleType = cases) -> Mapping[str, Folder]:
    """Return the folders of all subjects by the dotted names of their packages, sorted."""
    names = sorted(f"{package.__name__}.{found.name}" for found in iter_modules(package.__path__) if found.ispkg)
    return MappingProxyType({name: import_module(name).FOLDER for name in names})


def commands(package: ModuleType = cases) -> Mapping[str, tuple[str, str]]:
    """Return the commands of all subjects: name -> (`package.module:function`, short help)."""
    return {
        command: (f"{name}.{place}", line)
        for name, folder in folders(package).items()
        for command, (place, line) in folder.commands.items()
    }


def subjects_of_decisions(package: ModuleType = cases) -> Sequence[str]:
    """Return the subjects of decisions, as calls and commands name them."""
    return [subject for folder in folders(package).values() for subject in folder.decided]
