"""Validates customs manifests without storing them: namespace, elements, forms, bills."""

from __future__ import annotations

from schemas.manifests.reading import MANIFEST_EDITION, read_manifest
from single_window.intake.located import StagedFinding
from single_window.intake.validated import Validation

_FORM = "form"


def validate_manifest(body: bytes) -> Validation:
    """Return the validation of a manifest; `count` is the number of its bills of lading, `documents` stay empty."""
    read = read_manifest(body)
    return Validation(
        type=read.type[:8],
        title_zh="舱单",
        title_en="customs manifest",
        edition=MANIFEST_EDITION,
        sender=read.sender[:30],
        transmission_id=read.message_id[:64],
        size=len(body),
        count=len(read.consignments),
        findings=[StagedFinding(_FORM, finding) for finding in read.findings],
    )
