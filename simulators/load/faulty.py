"""Faults of a profile while a load goes: when each acted, in seconds of the load, and how often."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from simulators.entry import monotonic
from simulators.entry.places import CallRefused, SandboxClient


class Fault(NamedTuple):
    """A part of a profile: its name, what it does, from which until which second of the load, how often it acted."""

    name: str
    does: str
    begins: float
    ends: float
    done: int


class Faults(NamedTuple):
    """What is on in a sandbox: the profile ("": none), its parts; `axis`: when they acted is known in seconds."""

    profile: str = ""
    parts: tuple[Fault, ...] = ()
    axis: bool = False


NOTHING = Faults()


class Switched(NamedTuple):
    """A profile that was switched on: when (by the monotonic clock), and how fast the sandbox's clock runs."""

    at: float
    rate: float


def switched_on(sandbox: SandboxClient, profile: str, within: float, clock: float | None) -> Switched:
    """Let the clock run, by itself or so that the profile is over `within` so many seconds, and switch it on; raises
    `CallRefused`."""
    rate = clock or 1.0
    if profile and clock is None:
        lasts = next(one for one in sandbox.caller.call("GET", "/faults")["profiles"] if one["name"] == profile)
        rate = max(1.0, round(lasts["lasts"] / within))
    sandbox.clock.set("virtual", rate=f"{rate:g}")
    if profile:
        sandbox.faults(profile)
    return Switched(monotonic(), rate)


def found(sandbox: SandboxClient, switched: Switched | None, started: float) -> Faults:
    """What is on in a sandbox now, or was until it ended; `started`: when the load began, by the monotonic clock."""
    try:
        told = sandbox.control("GET", "/faults")
    except CallRefused:
        return Faults()
    if not told.get("profile") or (switched is None and not told["on"]):
        return Faults()
    begun = _instant(told["begins"])
    parts = tuple(_fault(one, begun, switched, started) for one in told["faults"])
    return Faults(str(told["profile"]), parts, switched is not None)


def _fault(one: dict[str, Any], begun: float, switched: Switched | None, started: float) -> Fault:
    since = switched.at - started if switched else 0.0
    begins, ends = ((_instant(one[name]) - begun) / (switched.rate if switched else 1.0) for name in ("begins", "ends"))
    return Fault(one["name"], str(one["do"]["do"]), round(since + begins, 1), round(since + ends, 1), int(one["done"]))


def _instant(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
