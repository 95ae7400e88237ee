"""The subjects, each a folder beside this module, and the values by which they say what they are.

A subject is found by its folder: what it decides about stands as `DecisionKind` in its modules `decisions`, its pages
in `pages`: `DecisionPage`, `CasePage`, and a function `register` for those that are neither.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from types import MappingProxyType, ModuleType
from typing import TypeVar

from single_window import cases
from single_window.cases.folders import folders
from single_window.frame.decision_kinds import DecisionKind

T = TypeVar("T")


def modules(name: str, package: ModuleType = cases) -> Sequence[ModuleType]:
    """The modules of a name, of all subjects that have one, in the order of their folders."""
    names = [f"{folder}.{name}" for folder in folders(package)]
    return [import_module(dotted) for dotted in names if find_spec(dotted) is not None]


def values(name: str, kind: type[T], package: ModuleType = cases) -> Sequence[T]:
    """The values of a type in the modules of a name, each once."""
    found = [value for module in modules(name, package) for value in vars(module).values() if isinstance(value, kind)]
    return list({id(value): value for value in found}.values())


def decision_kinds(package: ModuleType = cases) -> Mapping[str, DecisionKind]:
    """The kinds of subjects of decisions, by the name that rights, desks and the log have for each. Raises `ValueError`
    if two have one name."""
    kinds = values("decisions", DecisionKind, package)
    by_name = {str(kind.subject): kind for kind in kinds}
    if len(by_name) < len(kinds):
        raise ValueError(f"Two kinds of subjects have one name: {', '.join(sorted(kind.subject for kind in kinds))}")
    return MappingProxyType(by_name)


KINDS = decision_kinds()
