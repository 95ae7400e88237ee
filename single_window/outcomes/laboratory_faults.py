"""The faults of a laboratory that a trigger forces; the laboratory knows them by these names."""

from __future__ import annotations

from enum import StrEnum


class LaboratoryFault(StrEnum):
    """A fault, or an outcome, of a laboratory with a sample."""

    FAILS = "fails"
    PASSES = "passes"
    SILENT = "silent"
    """It never reports."""
    LATE = "late"
    """It reports after the days that it has."""
    REVISED = "revised"
    """It reports a failure, and later amends it: the sample passed."""
    CONTRADICTED = "contradicted"
    """It sends two reports whose verdicts differ."""
    OTHER_SEAL = "other_seal"
    """Its report names another seal."""
    NOT_APPROVED = "not_approved"
    """Its report comes from a laboratory that is not approved."""
