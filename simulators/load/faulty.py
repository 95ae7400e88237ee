"""Reads the active faults during a load: when each acted, in seconds since the start, and how often."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from simulators.entry import monotonic
from simulators.entry.windows import CallRefused, SandboxClient


class ActiveFault(NamedTuple):
    """A fault of a profile: its name, effect, first and last second of the load, and how often it acted."""

    name: str
    does: str
    begins: float
    ends: float
    done: int


class ActiveFaults(NamedTuple):
    """The active faults of a sandbox: the profile ("": none) and its parts; `axis`: True if the seconds are known."""

    profile: str = ""
    parts: tuple[ActiveFault, ...] = ()
    axis: bool = False


NOTHING = ActiveFaults()


class Switched(NamedTuple):
    """When a profile was switched on (monotonic clock), and how fast the sandbox's clock runs."""

    at: float
    rate: float


def switch_faults_on(sandbox: SandboxClient, profile: str, within: float, clock: float | None) -> Switched:
    """Let the clock run, by itself or so that the profile is over `within` so many seconds, and switch it on; raises
    `CallRefused`."""
    rate = clock or 1.0
    if profile and clock is None:
        lasts = next(known for known in sandbox.caller.call("GET", "/faults")["profiles"] if known["name"] == profile)
        rate = max(1.0, round(lasts["lasts"] / within))
    sandbox.clock.set("virtual", rate=f"{rate:g}")
    if profile:
        sandbox.faults(profile)
    return Switched(monotonic(), rate)


def faults_of(sandbox: SandboxClient, switched: Switched | None, started: float) -> ActiveFaults:
    """Read the faults that are active in a sandbox, or were until they ended; `started`: when the load began, by the
    monotonic clock."""
    try:
        state = sandbox.control("GET", "/faults")
    except CallRefused:
        return ActiveFaults()
    if not state.get("profile") or (switched is None and not state["on"]):
        return ActiveFaults()
    begun = _instant(state["begins"])
    parts = tuple(_fault(fault, begun, switched, started) for fault in state["faults"])
    return ActiveFaults(str(state["profile"]), parts, switched is not None)


def _fault(fault: dict[str, Any], begun: float, switched: Switched | None, started: float) -> ActiveFault:
    since = switched.at - started if switched else 0.0
    begins, ends = (
        (_instant(fault[name]) - begun) / (switched.rate if switched else 1.0) for name in ("begins", "ends")
    )
    return ActiveFault(
        fault["name"], str(fault["do"]["do"]), round(since + begins, 1), round(since + ends, 1), int(fault["done"])
    )


def _instant(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
