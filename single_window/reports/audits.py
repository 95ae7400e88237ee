"""An audit as a check of a report."""

from __future__ import annotations

from single_window.client import Audited
from single_window.reports.form import Check, Words


def audit_check(audited: Audited) -> Check:
    """The check that every ledger balances; what is found is how many differences there are."""
    words = Words("各账平衡", "differences of ledgers")
    return Check("audit", words, "0", audited.refused or f"{len(audited.differences)}", audited.balanced)
