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

from gateways.agency import subjects
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


PAID = "tax_bill"
"""The subject that no `DecisionKind` is about: a bill is paid, by a call of its own."""


def decision_kinds(package: ModuleType = cases) -> Mapping[str, DecisionKind]:
    """Return subject name, as in rights, officers' desks and the decision log → its decision kind. Raises `ValueError`
    if two decision kinds have the same subject."""
    kinds = values("decisions", DecisionKind, package)
    by_name = {str(kind.subject): kind for kind in kinds}
    if len(by_name) < len(kinds):
        raise ValueError(
            f"Two decision kinds have the same subject: {', '.join(sorted(kind.subject for kind in kinds))}"
        )
    return MappingProxyType(by_name)


DECISION_KINDS = decision_kinds()
if lacking := sorted(subjects().keys() - DECISION_KINDS.keys() - {PAID}):
    raise LookupError(f"no DecisionKind in single_window/cases/*/decisions.py is about {', '.join(lacking)}")
