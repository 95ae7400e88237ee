"""The interface of a sandbox for scenes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Protocol

from simulators.officers.acts import OfficerSandbox
from simulators.refunds.course import RefundSandbox
from simulators.world import World


class SceneSandbox(OfficerSandbox, RefundSandbox, Protocol):
    """A sandbox for scenes, in this process or over HTTP.

    `day`: its first day; `sandbox`: its name, which seeds its random decisions; `played_before`: it holds earlier
    trades.
    """

    day: date
    sandbox: str
    played_before: bool

    def unfinished_deliveries(self) -> Mapping[str, int]:
        """State → number of unfinished deliveries; empty if all are done."""

    def audit_differences(self) -> Iterable[str]:
        """Differences found by the audit of ledgers."""

    def digests(self) -> Mapping[str, Any]:
        """Both digests of its outcomes; empty if not available."""

    def another_sandbox(self, sandbox: str, world: World, options: Mapping[str, Any], day: date) -> SceneSandbox:
        """Another sandbox, with its clock in the evening of a day."""
