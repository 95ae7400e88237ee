"""Validates EPCIS documents (JSON) without storing them: form, fields and words, for each event with its id."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schemas.epcis.checking import check, events_of
from schemas.epcis.event_ids import VERSION, event_id
from schemas.epcis.reading import EPCIS_EDITION, NotReadable, is_epcis, read
from schemas.findings import Finding
from schemas.wording import finding
from single_window.intake.capturing import QUERY_DOCUMENT, capture
from single_window.intake.located import StagedFinding
from single_window.intake.validated import Validation

__all__ = ["is_epcis", "validate_epcis"]
_FORM = "form"


def validate_epcis(body: bytes) -> Validation:
    """Return the validation of an EPCIS document, a query document or a single event; `documents` stay empty."""
    validation = Validation(
        type="",
        title_zh="EPCIS事件",
        title_en="EPCIS events",
        edition=EPCIS_EDITION,
        sender="",
        transmission_id="",
        size=len(body),
        count=0,
    )
    try:
        document, warnings = read(body)
    except NotReadable as error:
        validation.findings.append(StagedFinding(_FORM, error.finding))
        return validation
    found = [*warnings, *check(document)]
    validation.type = document["type"] if isinstance(document.get("type"), str) else ""
    validation.findings.extend(StagedFinding(_FORM, one) for one in found)
    if validation.valid:
        events = events_of(document)
        validation.count = len(events)
        refused = capture(body).findings
        if document["type"] == QUERY_DOCUMENT:  # right in itself
            refused = [one._replace(warning=True) for one in refused]
        validation.findings.extend(StagedFinding(_FORM, one) for one in (*refused, *_wrong_ids(events, document)))
    return validation


def _wrong_ids(events: list[dict[str, Any]], document: dict[str, Any]) -> Iterator[Finding]:
    """Yield a warning for each event whose hash id is not the one that follows from what it says."""
    for number, event in enumerate(events, 1):
        told = event.get("eventID", "")
        if told.startswith("ni:") and told.endswith(f"ver={VERSION}") and told != (right := event_id(event, document)):
            wrong = finding("epcis-other-id", document=number, path="eventID", expected=right, found=told)
            yield wrong._replace(warning=True)
