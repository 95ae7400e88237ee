"""Audits the ledgers of a sandbox in which a scenario was played."""

from __future__ import annotations

from collections.abc import Iterator

from simulators.entry.places import CallRefused, SandboxClient
from simulators.scenarios.expecting import Mismatch

MOST_DIFFERENCES, NO_RIGHT = 3, frozenset({401, 403})
"""Differences of a ledger that are told; statuses of a caller who may not audit."""


def unbalanced(sandbox: SandboxClient) -> Iterator[Mismatch]:
    """Yield the differences that an audit of the sandbox's ledgers finds; none where the caller may not audit."""
    try:
        differences = sandbox.audit().first_differences(MOST_DIFFERENCES)
    except CallRefused as refused:
        if refused.status in NO_RIGHT:
            return
        raise
    for difference in differences:
        yield Mismatch("ledgers that balance", difference, "the audit at the end")
