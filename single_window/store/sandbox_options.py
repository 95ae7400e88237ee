"""Options of a sandbox as people and programs give them: checked, and refused with what there is."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from gateways.records import Options
from single_window.refused import Refused

CHOICES: Mapping[str, tuple[str, ...]] = {
    "rounding": ("P1", "P2"),
    "guarantee_short": ("review", "reject"),
    "identity": ("payer", "registry"),
    "batches": ("", "master_waybill", "arrival", "stock_out"),
    "signatures": ("off", "check", "require"),
}
"""What an option that is a text may be."""
PRESETS: Mapping[str, Mapping[str, Any]] = {
    "plain": {"inspection": False},
    "ci": {"inspection": False, "automatic_officer": False, "batches": "", "open_desks": True},
}
"""Options that belong together, by name: plain is for automatic tests, in which no draw may hold a list up; ci is the
same where nothing else may happen by itself either and a test decides as an officer without an account, and goes with a
clock that stands still."""
STANDING = frozenset({"ci"})
"""Presets whose clock stands still until it is advanced, unless another one is requested."""
NAMES = Options.__struct_fields__


def checked(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Options by name, each with a value that it may have; raises `Refused`."""
    for name, value in changes.items():
        if name not in NAMES:
            raise _unknown(name)
        if name in CHOICES and not (isinstance(value, str) and value in CHOICES[name]):
            raise _bad(name, value)
        if name not in CHOICES and not isinstance(value, bool):
            raise _bad(name, value)
    return dict(changes)


def _unknown(name: str) -> Refused:
    near = ", ".join(get_close_matches(name[:40], NAMES, 3, 0.5) or NAMES)
    text = f"There is no option {name!r}; there is: {near}."
    return Refused("unknown-option", text, name=name, near=near, path=f"options.{name}", found=name)


def _bad(name: str, value: object) -> Refused:
    allowed = " | ".join(choice or '""' for choice in CHOICES[name]) if name in CHOICES else "true | false"
    text = f"The option {name} is one of {allowed}, not {str(value)[:40]!r}."
    return Refused("bad-option", text, name=name, allowed=allowed, path=f"options.{name}", found=str(value))
