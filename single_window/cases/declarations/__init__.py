"""Stories: what the store knows about a number, in words. Queries only; the caller brings a connection that reads.

`find` returns what a number names; `of_declaration`, `of_order`, `of_note` and `of_message` its story; `counts` counts
a day.
"""

from __future__ import annotations

from single_window.cases.declarations.arrivals import of_message
from single_window.cases.declarations.assembly import of_declaration, of_order
from single_window.cases.declarations.counting import Counts, busy_sandbox, counts, latest_day, waiting_requests
from single_window.cases.declarations.gathering import flow_of
from single_window.cases.declarations.matches import find, of_list, of_request
from single_window.cases.declarations.note_parts import NoteStory
from single_window.cases.declarations.notes import of_note
from single_window.cases.declarations.parts import Match, MessageStory, Story
from single_window.language.phrases import tone

__all__ = [
    "Counts",
    "Match",
    "MessageStory",
    "NoteStory",
    "Story",
    "busy_sandbox",
    "counts",
    "find",
    "flow_of",
    "latest_day",
    "of_declaration",
    "of_list",
    "of_message",
    "of_note",
    "of_order",
    "of_request",
    "tone",
    "waiting_requests",
]
