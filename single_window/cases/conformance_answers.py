"""Answers about a participant's progress before going live."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from single_window.frame.typed import Answer


class SeenOut(Answer, frozen=True):
    """An outcome of a kind of document."""

    status: Annotated[str, Meta(description="a return status; - stands for all negative ones")]
    zh: str
    en: str
    documents: Annotated[int, Meta(description="number of documents with this outcome")]
    open: Annotated[int, Meta(description="number of these that were refused and not accepted since")]
    open_keys: Annotated[list[str], Meta(description="numbers of the first of them")]
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

    what: Annotated[str, Meta(description="send, see, handle")]
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
    complete: Annotated[bool, Meta(description="false: the mailbox has more receipts than were examined")]
    ready: Annotated[bool, Meta(description="no task is left")]
    kinds: list[KindStandingOut]
    left: list[LeftOut]
