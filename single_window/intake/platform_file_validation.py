"""Validates platform files of the Ministry of Transport without storing them: records, fields, totals."""

from __future__ import annotations

from schemas.platform_files.reading import PLATFORM_FILE_EDITION, read_platform_file
from single_window.intake.located import StagedFinding
from single_window.intake.validated import Validation

_FORM = "form"


def validate_platform_file(body: bytes) -> Validation:
    """Return the validation of a platform file; `count` is the number of its records, `documents` stay empty."""
    read = read_platform_file(body)
    head = read.head
    return Validation(
        type=read.type,
        title_zh="平台文件",
        title_en="platform file",
        edition=PLATFORM_FILE_EDITION,
        sender=head.get("sender") if head else "",
        transmission_id="",
        size=len(body),
        count=len(read.records),
        findings=[StagedFinding(_FORM, finding) for finding in read.findings],
    )
