"""Runs all probes on a window, in a sandbox of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from simulators.entry.places import CallRefused, SandboxClient, WindowClient, fresh_sandbox
from simulators.probes import (
    law_days,
    matches,
    pages,
    refusals,
    rights,
    signatures,
    statuses,
    transmissions,
    unreadable,
)
from simulators.verdict import TradeVerdict

MOMENT = "2026-11-24T08:00:00+08:00"
Probe = Callable[[WindowClient, SandboxClient], Iterator[str]]
PROBES: Mapping[str, Probe] = {
    "matches": lambda client, sandbox: matches.probe(sandbox),
    "sent_again": lambda client, sandbox: transmissions.probe(sandbox),
    "refusals": lambda client, sandbox: refusals.probe(sandbox),
    "signatures": lambda client, sandbox: signatures.probe(sandbox),
    "unreadable": lambda client, sandbox: unreadable.probe(sandbox),
    "law_days": lambda client, sandbox: law_days.probe(sandbox),
    "pages": lambda client, sandbox: pages.probe(sandbox),
    "statuses": lambda client, sandbox: statuses.probe(sandbox),
    "rights": rights.probe,
}
"""In this order: what is sent first, later ones read."""


def probe_window(client: WindowClient, under: str = "") -> Iterator[TradeVerdict]:
    """Probe a window; yields a verdict of each probe. Raises `CallRefused` if it gives no sandbox, and
    `NotReachable`."""
    with fresh_sandbox(client, "probes", "probes", MOMENT, under=under) as sandbox:
        for name, probe in PROBES.items():
            try:
                complaints = tuple(probe(client, sandbox))
            except CallRefused as refused:
                complaints = (f"a call was refused with HTTP {refused.status}: {refused}",)
            got = f"{len(complaints)} wrong" if complaints else "as it must"
            yield TradeVerdict(name, name, "as it must", got, complaints, "calls")
