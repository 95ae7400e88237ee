"""The tables of agencies other than customs, one module for each agency; importing this package imports all of them."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules

from single_window.store.subject_tables import Kept, NumberedRows

_MODULES = [import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__)]
SUBJECTS: Mapping[str, Kept] = {
    kind: kept for module in _MODULES for kind, kept in getattr(module, "SUBJECTS", {}).items()
}
"""Kind of subject -> its table and what a case of it shows."""
NUMBERED: tuple[NumberedRows, ...] = tuple(known for module in _MODULES for known in getattr(module, "NUMBERED", ()))
"""What people know by numbers that no document has."""
