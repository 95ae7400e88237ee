"""The door to a window over HTTP, as testers' programs call it: one that is there, or one that ends with its caller."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

from sqlalchemy import Engine

from simulators.entry import settings_for
from single_window.api.server.http import bind
from single_window.cases.digests import queries as digests
from single_window.client import Audited, CallRefused, Clock, NotReachable, SandboxClient, WindowClient
from single_window.client.calls import credentials
from single_window.client.trades import changed
from single_window.keys import secret
from single_window.observe import logs
from single_window.outcomes import profiles, scenarios
from single_window.process.ephemeral import temporary
from single_window.process.serving import Server
from single_window.refused import Refused
from single_window.store.engine import snapshot
from single_window.store.sandbox_options import checked
from single_window.wiring import open_window

__all__ = [
    "Audited",
    "CallRefused",
    "Clock",
    "NotReachable",
    "SandboxClient",
    "WindowClient",
    "changed",
    "credentials",
    "ephemeral",
    "fault_profiles",
    "fresh",
    "option_problem",
    "outcomes",
]

_NO_NAME = re.compile("[^A-Za-z0-9]+")
"""What the name of a sandbox cannot hold."""
MOST = 30
"""Characters of a sandbox's name before what makes it its own."""


class EphemeralWindow(NamedTuple):
    """A window of this process: its address, and where it keeps what it has as long as it is there."""

    url: str
    engine: Engine

    def digests(self, sandbox: str) -> Mapping[str, Any]:
        """Both digests of a sandbox, as `single-window digest --json` gives them."""
        with snapshot(self.engine) as connection:
            return digests.digests_of(connection, sandbox).plainly()


def fault_profiles() -> tuple[str, ...]:
    """The names of the profiles of faults."""
    return tuple(profiles.profiles())


def outcomes() -> tuple[str, ...]:
    """The names of ready-made outcomes."""
    return tuple(scenarios.scenarios())


def option_problem(options: Mapping[str, Any]) -> str:
    """Check options of a sandbox; gives the problem in words, empty if there is none."""
    try:
        checked(options)
    except Refused as wrong:
        return str(wrong)
    return ""


@contextmanager
def ephemeral() -> Iterator[EphemeralWindow]:
    """A window in this process that keeps nothing, whatever the environment says."""
    logs.configure(sys.stderr, "text", "error")
    with temporary(settings_for(None, database="", broker="")) as settings:
        window = open_window(settings)
        try:
            with Server(window, bind("127.0.0.1", 0), folders=False) as server:
                yield EphemeralWindow(server.url, window.engine)
        finally:
            window.close()


@contextmanager
def fresh(
    client: WindowClient, name: str, seed: str, clock: str, *, under: str = "", keep: bool = False
) -> Iterator[SandboxClient]:
    """A sandbox of its own, whose clock stands at a moment; afterwards it is gone, unless it is to be kept.

    `under`: the sandbox of the caller's key, which may only make others whose names begin with its own.
    """
    plain = _NO_NAME.sub("-", name).strip("-")
    whole = "-".join(part for part in (under, plain[: max(0, MOST - len(under))].strip("-"), secret()[:8]) if part)
    made = client.make_sandbox(whole, "ci", seed, {"mode": "frozen", "at": clock})
    try:
        yield made
    finally:
        if not keep:
            with suppress(CallRefused, NotReachable):  # what became of the scenario counts
                made.delete()
