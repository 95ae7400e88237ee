"""The registry of subjects, one for each folder in this package.

A subject's module `decisions` defines its `DecisionKind`s. Its module `pages` defines its `DecisionPage`s and
`CasePage`s, and a function `register` for its other pages.
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
    """Return the modules with this name of all subjects, ordered by folder."""
    names = [f"{folder}.{name}" for folder in folders(package)]
    return [import_module(dotted) for dotted in names if find_spec(dotted) is not None]


def values(name: str, kind: type[T], package: ModuleType = cases) -> Sequence[T]:
    """Return the module-level values of type `kind` in all subjects' modules called `name`, without duplicates."""
    found = [value for module in modules(name, package) for value in vars(module).values() if isinstance(value, kind)]
    return list({id(value): value for value in found}.values())


def decision_kinds(package: ModuleType = cases) -> Mapping[str, DecisionKind]:
    """Return the kinds of decisions by the subject names used in rights, desks and the log. Raises `ValueError` if two
    kinds have the same name."""
    kinds = values("decisions", DecisionKind, package)
    by_name = {str(kind.subject): kind for kind in kinds}
    if len(by_name) < len(kinds):
        raise ValueError(
            f"Two kinds of subjects have the same name: {', '.join(sorted(kind.subject for kind in kinds))}"
        )
    return MappingProxyType(by_name)


KINDS = decision_kinds()
