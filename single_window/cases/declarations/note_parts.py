"""Values of a transport note's story: the note, its parts, its parcels."""

from __future__ import annotations

from dataclasses import dataclass

from single_window.cases.declarations.next_parts import OpenDeadlineOut
from single_window.cases.declarations.parts import GivenReceiptOut, HappeningOut, Paper
from single_window.frame.typed import Instant
from single_window.language.phrases import Because
from single_window.language.words import Words


@dataclass(frozen=True, slots=True)
class Parcel:
    """One parcel of a note, and the list that declares it; `declaration_id` is 0 if there is none."""

    part: int
    logistics_no: str
    declaration_id: int
    order_no: str
    state: str
    state_words: Words


@dataclass(frozen=True, slots=True)
class NotePart:
    """One part of a note and its state."""

    number: int
    parcels: int
    state: str
    state_words: Words
    paper: Paper
    because: tuple[Because, ...]
    due: tuple[OpenDeadlineOut, ...]


@dataclass(frozen=True, slots=True)
class NoteStory:
    """A transport note with its parts and the states of its parcels."""

    sandbox: str
    now: Instant
    kind: str
    words: Words
    number: str
    """The sender's number (copNo)."""
    count: int
    """The declared number of parts."""
    missing: tuple[int, ...]
    """The first missing parts."""
    parts: tuple[NotePart, ...]
    states: tuple[tuple[str, Words, int], ...]
    """(state of the list, its words, number of parcels); the state is empty for parcels without a list."""
    parcels: tuple[Parcel, ...]
    """The first parcels; `parcels_more` counts the others."""
    parcels_more: int
    timeline: tuple[HappeningOut, ...]
    receipts: tuple[GivenReceiptOut, ...]
    open_deliveries: int
