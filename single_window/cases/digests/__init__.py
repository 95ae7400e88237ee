"""Digests: the outcomes of a sandbox's traffic, trade by trade, without anything that differs from run to run; and what
differs between two of them. Queries and files only.

`outcomes` reads a sandbox; `lines` reads and writes digest files; `comparing` reports what differs.
"""

from __future__ import annotations

from single_window.cases.digests.comparing import Comparison, Difference, Group, compared
from single_window.cases.digests.lines import WrongDigest, digested, read_lines, write_lines
from single_window.cases.digests.outcomes import Outcome, outcomes

__all__ = [
    "Comparison",
    "Difference",
    "Group",
    "Outcome",
    "WrongDigest",
    "compared",
    "digested",
    "outcomes",
    "read_lines",
    "write_lines",
]
