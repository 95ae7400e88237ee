"""Records of samples that officers take at the site: checked before they are filed, by the same rule as messages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from declarations.reasons import clean_typed_text
from gateways.spot_checks.sampling import SiteRecord, objection
from single_window.frame.decision_kinds import Subject
from single_window.language.phrases import phrase
from single_window.language.refusal import Refusal, refused_for
from single_window.store import files
from single_window.store.gateways.spot_checks import left_of

MAX_SEAL, MAX_STORAGE = 30, 100
"""Characters of a seal and of a place, as in the message."""
PICTURES = ("image/png", "image/jpeg")
_QUANTITY = re.compile(r"[0-9]{1,14}(\.[0-9]{1,5})?", re.ASCII)


def checked_record(connection: Connection, sandbox: str, subject: Subject, given: Mapping[str, Any]) -> SiteRecord:
    """Return the record of a sample that values of a decision are; raises `Refusal`."""
    recorded = SiteRecord(**{name: clean_typed_text(str(given.get(name, ""))) for name in SiteRecord._fields})
    for name in ("quantity", "kept"):
        _demand_quantity(name, getattr(recorded, name), needed=name == "quantity")
    if not 0 < len(recorded.seal) <= MAX_SEAL:
        raise Refusal("sample_seal", most=MAX_SEAL)
    if len(recorded.storage) > MAX_STORAGE:
        raise Refusal("sample_storage", most=MAX_STORAGE)
    if recorded.photo:
        _demand_picture(connection, sandbox, subject, recorded.photo)
    sample = subject.record
    if reason := objection(sample, recorded, left_of(connection, sandbox, sample) if sample.lot else 0):
        raise refused_for([reason])
    return recorded


def _demand_quantity(name: str, text: str, needed: bool) -> None:
    if (needed or text) and not _QUANTITY.fullmatch(text):
        raise Refusal("sample_quantity", field=name, value=phrase("decision_value", name), given=text[:40])


def _demand_picture(connection: Connection, sandbox: str, subject: Subject, sha256: str) -> None:
    found = files.entries(connection, sandbox, subject.kind, str(subject.id), sha256)
    if not any(file.media_type in PICTURES for file in found):
        raise Refusal("sample_photo", label=subject.label, given=sha256[:64])
