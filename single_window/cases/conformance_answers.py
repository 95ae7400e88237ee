"""Answers about a participant's progress before going live."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from msgspec import Meta

from single_window.frame.typed import Answer
from single_window.language.words import Words


class OutcomeStanding(StrEnum):
    """The standing of one thing that a participant has to show."""

    NOT_SEEN = "not_seen"
    WRONG = "wrong"
    """Every document with the outcome was refused and not accepted since, or its receipt was not taken."""
    PARTLY = "partly"
    RIGHT = "right"
    NOT_ASKED = "not_asked"


STANDINGS = {
    OutcomeStanding.NOT_SEEN: Words("未见过", "not seen"),
    OutcomeStanding.WRONG: Words("未处理", "not dealt with"),
    OutcomeStanding.PARTLY: Words("部分处理", "dealt with in part"),
    OutcomeStanding.RIGHT: Words("已见，已处理", "seen, and dealt with"),
    OutcomeStanding.NOT_ASKED: Words("不要求", "not asked for"),
}


class SeenOut(Answer, frozen=True):
    """An outcome of a kind of document."""

    status: Annotated[str, Meta(description="a return status; - stands for all negative ones")]
    zh: str
    en: str
    state: Annotated[
        OutcomeStanding, Meta(description="wrong, partly and right: of the documents that had the outcome")
    ]
    documents: Annotated[int, Meta(description="number of documents with this outcome")]
    open: Annotated[int, Meta(description="number of these that were refused and not accepted since")]
    open_keys: Annotated[list[str], Meta(description="numbers of the first of them")]
    untaken: Annotated[int, Meta(description="number of these whose receipt was not taken: by a poll or a channel")]
    how: Annotated[str, Meta(description="the command that produces it; for outcomes not seen yet")]


class KindStandingOut(Answer, frozen=True):
    """A kind of document."""

    kind: str
    type: Annotated[str, Meta(description="code of its message, as in 621")]
    zh: str
    en: str
    flow: str
    taken: Annotated[int, Meta(description="number of accepted documents")]
    outcomes: list[SeenOut]


class LeftOut(Answer, frozen=True):
    """A remaining task."""

    what: Annotated[str, Meta(description="send, see, handle, take")]
    kind: str
    status: str
    zh: str
    en: str
    how: str


class ConformanceOut(Answer, frozen=True, kw_only=True):
    """A participant's progress before going live."""

    mailbox: str
    roles: list[str]
    flows: list[str]
    receipts: Annotated[int, Meta(description="number of the newest receipts examined")]
    taken: Annotated[int, Meta(description="receipts up to this number were taken, by polls or a channel")]
    complete: Annotated[bool, Meta(description="false: the mailbox has more receipts than were examined")]
    ready: Annotated[bool, Meta(description="no task is left")]
    kinds: list[KindStandingOut]
    left: list[LeftOut]
