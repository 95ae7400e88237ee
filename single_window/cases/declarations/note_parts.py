"""Parts of the story of a note of transport: its parts, its parcels."""

from __future__ import annotations

from dataclasses import dataclass

from single_window.cases.declarations.parts import GivenReceiptOut, HappeningOut, OpenDeadlineOut, Paper
from single_window.frame.typed import Instant
from single_window.language.phrases import Because
from single_window.language.words import Words


@dataclass(frozen=True, slots=True)
class Parcel:
    """One parcel of a note, and the list that has it; `declaration_id` is 0 while none has."""

    part: int
    logistics_no: str
    declaration_id: int
    order_no: str
    state: str
    state_words: Words


@dataclass(frozen=True, slots=True)
class NotePart:
    """One part of a note, and what became of it."""

    number: int
    parcels: int
    state: str
    state_words: Words
    paper: Paper
    because: tuple[Because, ...]
    due: tuple[OpenDeadlineOut, ...]


@dataclass(frozen=True, slots=True)
class NoteStory:
    """A note of transport with all its parts: which are there, and what became of its parcels."""

    sandbox: str
    now: Instant
    kind: str
    words: Words
    number: str
    """The sender's own number."""
    count: int
    """How many parts it declares."""
    missing: tuple[int, ...]
    """The first parts that are not there."""
    parts: tuple[NotePart, ...]
    states: tuple[tuple[str, Words, int], ...]
    """How many parcels have a list in which state; without a list the state is empty."""
    parcels: tuple[Parcel, ...]
    """The first of them."""
    parcels_more: int
    timeline: tuple[HappeningOut, ...]
    receipts: tuple[GivenReceiptOut, ...]
    open_deliveries: int
