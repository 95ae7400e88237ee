"""Digests: what a sandbox's traffic came to, and what differs between two runs. Queries and files only.

The digest of outcomes is trade by trade, without anything that differs from run to run; the digest of the sequence is
delivery by delivery, with order and instants. `outcomes` and `sequences` read a sandbox; `lines` reads and writes
digest files; `comparing` reports what differs.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Connection

from single_window.cases.digests.comparing import Comparison, Difference, Group, compared
from single_window.cases.digests.lines import (
    OUTCOMES,
    SEQUENCE,
    Digest,
    WrongDigest,
    digested,
    read_lines,
    write_lines,
)
from single_window.cases.digests.outcomes import Outcome, outcomes
from single_window.cases.digests.sequences import deliveries

__all__ = [
    "OUTCOMES",
    "SEQUENCE",
    "Comparison",
    "Difference",
    "Digest",
    "Digests",
    "Group",
    "Outcome",
    "WrongDigest",
    "compared",
    "deliveries",
    "digested",
    "digests_of",
    "outcomes",
    "read_lines",
    "write_lines",
]


class Digests(NamedTuple):
    """Both digests of a sandbox."""

    outcome: Digest
    sequence: Digest

    def plainly(self) -> dict[str, Any]:
        """Both as plain values: that of the outcomes under names of its own, that of the sequence under its name."""
        return {
            OUTCOMES: self.outcome.lines,
            "sha256": self.outcome.sha256,
            "sequence": {SEQUENCE: self.sequence.lines, "sha256": self.sequence.sha256},
        }


def digests_of(connection: Connection, sandbox: str) -> Digests:
    """The digests of a sandbox: of its outcomes, and of their order and instants, as this connection sees it."""
    return Digests(digested(outcomes(connection, sandbox)), digested(deliveries(connection, sandbox)))
