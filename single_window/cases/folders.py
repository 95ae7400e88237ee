"""The folders of the subjects, each with what it says about itself: which commands, calls and decisions it holds.

A folder says so in its `__init__` as `FOLDER`, so that all is found, and listed, without importing what works on data.
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
    """The contents of a subject's folder. `commands`: by name the place, as `module:function`, and its line in the list
    of commands; `rooms`: the first words of the paths of its calls (module `calls`); `outside`: modules of calls that
    do not stand behind `/api/v1`; `decided`: the subjects of its `DecisionKind`s, as calls and commands name them."""

    commands: Mapping[str, tuple[str, str]] = NOTHING
    rooms: Sequence[str] = ()
    outside: Sequence[str] = ()
    decided: Sequence[str] = ()


@cache
def folders(package: ModuleType = cases) -> Mapping[str, Folder]:
    """The folders of all subjects, by the dotted names of their packages, in the order of the alphabet."""
    names = sorted(f"{package.__name__}.{found.name}" for found in iter_modules(package.__path__) if found.ispkg)
    return MappingProxyType({name: import_module(name).FOLDER for name in names})


def commands(package: ModuleType = cases) -> Mapping[str, tuple[str, str]]:
    """The commands of all subjects by name: where each stands, as `package.module:function`, and its line."""
    return {
        command: (f"{name}.{place}", line)
        for name, folder in folders(package).items()
        for command, (place, line) in folder.commands.items()
    }


def decided(package: ModuleType = cases) -> Sequence[str]:
    """The subjects of decisions, as calls and commands name them."""
    return [subject for folder in folders(package).values() for subject in folder.decided]
