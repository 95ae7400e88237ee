"""Checks options of a sandbox from users and programs; refusals list the allowed options or values."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from gateways.circumstances import Options
from single_window.refused import Refused

CHOICES: Mapping[str, tuple[str, ...]] = {
    "rounding": ("P1", "P2"),
    "guarantee_short": ("review", "reject"),
    "identity": ("payer", "registry"),
    "batches": ("", "master_waybill", "arrival", "stock_out"),
    "signatures": ("off", "check", "require"),
    "port": ("off", "events", "manifest", "full"),
    "korea": ("off", "on"),
    "commerce": ("off", "on"),
    "open_data": ("off", "on"),
}
"""Text option → allowed values. rounding: a policy of `declarations.tax.formula`."""
PRESETS: Mapping[str, Mapping[str, Any]] = {
    "plain": {"inspection": False},
    "ci": {"inspection": False, "automatic_officer": False, "batches": "", "open_desks": True},
}
"""Name → combination of options. plain: for automatic tests, no random inspection. ci: in addition nothing happens
automatically, tests decide as officers without an account, and the clock is frozen."""
FROZEN_PRESETS = frozenset({"ci"})
"""Presets whose clock is frozen until it is advanced, unless another clock is requested."""
NAMES = Options.__struct_fields__


def check_options(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options if all names and values are allowed; raises `Refused`."""
    for name, value in changes.items():
        if name not in NAMES:
            raise _unknown_option(name)
        if name in CHOICES and not (isinstance(value, str) and value in CHOICES[name]):
            raise _bad(name, value)
        if name not in CHOICES and not isinstance(value, bool):
            raise _bad(name, value)
    return dict(changes)


def _unknown_option(name: str) -> Refused:
    near = ", ".join(get_close_matches(name[:40], NAMES, 3, 0.5) or NAMES)
    text = f"Unknown option {name!r}; did you mean: {near}?"
    return Refused("unknown-option", text, name=name, near=near, path=f"options.{name}", found=name)


def _bad(name: str, value: object) -> Refused:
    allowed = " | ".join(choice or '""' for choice in CHOICES[name]) if name in CHOICES else "true | false"
    text = f"The option {name} is one of {allowed}, not {str(value)[:40]!r}."
    return Refused("bad-option", text, name=name, allowed=allowed, path=f"options.{name}", found=str(value))
