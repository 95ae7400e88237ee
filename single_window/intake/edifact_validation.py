"""Validates EDIFACT interchanges without storing them: envelopes, segments and elements of each message."""

from __future__ import annotations

from schemas.edifact.reading import EDIFACT_EDITION, is_edifact, read_interchange
from schemas.edifact.terminal import MOST_NOTES, terminal_messages
from single_window.intake.located import StagedFinding
from single_window.intake.validated import Validation

__all__ = ["is_edifact", "validate_edifact"]
_FORM = "form"
_MOST_TYPES = 5


def validate_edifact(body: bytes) -> Validation:
    """Return the validation of an interchange; `type` names its messages, `documents` stay empty."""
    interchange = read_interchange(body)
    unread = [note.finding for message in terminal_messages(interchange) for note in message.notes][:MOST_NOTES]
    types = dict.fromkeys(f"{message.type}:{message.release}" for message in interchange.messages)
    named = [name if name.isprintable() else "?" for name in list(types)[:_MOST_TYPES]]
    return Validation(
        type=" ".join([*named, *(["…"] if len(types) > _MOST_TYPES else [])]),
        title_zh="EDIFACT交换",
        title_en="EDIFACT interchange",
        edition=f"{EDIFACT_EDITION} {interchange.version}" if interchange.messages else EDIFACT_EDITION,
        sender=interchange.sender,
        transmission_id=interchange.reference,
        size=len(body),
        count=len(interchange.messages),
        findings=[StagedFinding(_FORM, finding) for finding in (*interchange.findings, *unread)],
    )
