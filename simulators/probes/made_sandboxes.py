"""Sandboxes that are made with a preset: each has the options of its preset, but those that were given otherwise,
and its clock stands still where that of its preset does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from simulators.entry.windows import CallRefused, SandboxClient, WindowClient

OF_PRESETS: Mapping[str, Mapping[str, Any]] = {
    "plain": {"inspection": False},
    "ci": {"inspection": False, "automatic_officer": False, "batches": "", "open_desks": True},
}
FROZEN = ("ci",)
"""Presets in whose sandboxes time passes only by calls."""
GIVEN: Mapping[str, Any] = {"inspection": True, "batches": "arrival"}
LACKS, UNKNOWN = 403, 401


def probe(client: WindowClient, sandbox: SandboxClient) -> Iterator[str]:
    """Yield what is wrong; nothing where the caller may make no sandboxes."""
    for preset, options in OF_PRESETS.items():
        for given in ({}, GIVEN):
            try:
                made = client.make_sandbox(f"{sandbox.name}-{preset}", preset, options=given)
            except CallRefused as refused:
                if refused.status in {LACKS, UNKNOWN}:
                    return
                raise
            try:
                found, mode = made.options(), made.clock.show().mode
            finally:
                made.delete()
            if (mode == "frozen") != (preset in FROZEN):
                yield f"the clock of a sandbox of {preset} is {mode}"
            for name, wanted in {**options, **given}.items():
                if found[name] != wanted:
                    yield f"a sandbox of {preset}, made with {dict(given)}, has {name}={found[name]}, not {wanted}"
