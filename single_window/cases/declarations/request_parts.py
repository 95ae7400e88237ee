"""A request about a list in its story: to cancel it, or to take its goods back."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from single_window.cases.declarations.next_parts import NextStepOut, OpenDeadlineOut
from single_window.frame.typed import Answer, Instant
from single_window.language.phrases import Because
from single_window.language.words import Words


class ReturnedTaxOut(Answer, frozen=True, kw_only=True):
    """The import taxes of an export that comes back, in yuan, and the steps of the calculation in words."""

    value: str
    duty: str
    consumption: str
    vat: str
    total: str
    working_zh: tuple[str, ...]
    working_en: tuple[str, ...]

    def working(self, language: str) -> tuple[str, ...]:
        """Return the steps of the calculation in one language."""
        return self.working_zh if language == "zh" else self.working_en


class ListRequest(Answer, frozen=True, kw_only=True):
    """A cancellation (623) or return (625) of the list."""

    id: int
    kind: str
    words: Words
    key: str
    state: str
    state_words: Words
    filed_at: Instant
    because: tuple[Because, ...]
    next: tuple[NextStepOut, ...]
    due: tuple[OpenDeadlineOut, ...]
    version: int
    """Incremented by every change; a decision names the version that was seen."""
    tax: Annotated[ReturnedTaxOut | UnsetType, Meta(description="of an export that comes back and is not free")] = UNSET
