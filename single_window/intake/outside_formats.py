"""Formats of others that are validated by their own standards: EPCIS, EDIFACT, platform files,
manifests."""

from __future__ import annotations

from collections.abc import Callable

from schemas.manifests.reading import is_manifest
from schemas.platform_files.reading import is_platform_file
from single_window.intake.edifact_validation import is_edifact, validate_edifact
from single_window.intake.epcis_validation import is_epcis, validate_epcis
from single_window.intake.manifest_validation import validate_manifest
from single_window.intake.platform_file_validation import validate_platform_file
from single_window.intake.validated import Validation

Validator = Callable[[bytes], Validation]
_VALIDATORS: tuple[tuple[Callable[[bytes], bool], Validator], ...] = (
    (is_epcis, validate_epcis),
    (is_edifact, validate_edifact),
    (is_platform_file, validate_platform_file),
    (is_manifest, validate_manifest),
)


def validator_of(body: bytes) -> Validator | None:
    """Return what validates a body of a format of others; None for a message of the window."""
    return next((validate for fits, validate in _VALIDATORS if fits(body)), None)
