"""The sandbox that scenes need, in this process or elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Protocol

from simulators.officers.acts import OfficerSandbox
from simulators.refunds.course import RefundSandbox
from simulators.world import World


class SceneSandbox(OfficerSandbox, RefundSandbox, Protocol):
    """A sandbox in which scenes are played: one in this process, or one that answers over HTTP. `day`: its first;
    `sandbox`: what keys its draws; `again`: it was played in before."""

    day: date
    sandbox: str
    again: bool

    def stuck(self) -> Mapping[str, int]:
        """Work that is not done, by state; empty when all is."""

    def audited(self) -> Iterable[str]:
        """Every place where a ledger does not keep what it must."""

    def digests(self) -> Mapping[str, Any]:
        """Both digests of what it came to; empty where that cannot be asked."""

    def another_sandbox(self, sandbox: str, world: World, options: Mapping[str, Any], day: date) -> SceneSandbox:
        """Another sandbox, in the evening of a day of its own."""
