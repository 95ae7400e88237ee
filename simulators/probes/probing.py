"""Probes a window with messages that no traffic sends, in a sandbox of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from simulators.entry.windows import CallRefused, SandboxClient, WindowClient, fresh_sandbox
from simulators.probes import transmissions, unreadable
from simulators.verdict import TradeVerdict

MOMENT = "2026-11-24T08:00:00+08:00"
UNREAD = (AttributeError, LookupError, RuntimeError, TypeError, ValueError)
"""Errors of reading an answer in which something is missing: the window's fault, and named as one."""
PROBES: Mapping[str, Callable[[SandboxClient], Iterator[str]]] = {
    "sent_again": transmissions.probe,
    "unreadable": unreadable.probe,
}


def probe_window(client: WindowClient, under: str = "") -> Iterator[TradeVerdict]:
    """Probe a window; yields a verdict of each probe. Raises `CallRefused` if it gives no sandbox, and
    `NotReachable`."""
    with fresh_sandbox(client, "probes", "probes", MOMENT, under=under) as sandbox:
        for name, probe in PROBES.items():
            try:
                complaints = tuple(probe(sandbox))
            except CallRefused as refused:
                complaints = (f"a call was refused with HTTP {refused.status}: {refused}",)
            except UNREAD as unread:
                complaints = (f"an answer lacks what it must have: {unread!r}",)
            got = f"{len(complaints)} wrong" if complaints else "as it must"
            yield TradeVerdict(name, name, "as it must", got, complaints, "calls")
