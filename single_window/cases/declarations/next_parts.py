"""The parts of an answer about what can happen next to a case: possible steps, scheduled events."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from single_window.frame.typed import Answer, Instant
from single_window.language.words import Words


class NextStepOut(Answer, frozen=True, kw_only=True):
    """A step that is currently possible: who may take it, and its conditions."""

    action: str
    words: Words
    by: tuple[str, ...]
    to: str
    return_status: str
    needs: tuple[Words, ...]


class OpenDeadlineOut(Answer, frozen=True, kw_only=True):
    """A scheduled event at an instant of the sandbox's clock."""

    at: Instant
    kind: str
    words: Words
    held: Annotated[
        bool,
        Meta(
            description="true while a decision about its subject waits, or the answer of its declarant: it does not "
            "happen then"
        ),
    ]
