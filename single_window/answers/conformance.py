"""Answers about how far a participant has come before going live."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from single_window.frame.typed import Answer


class SeenOut(Answer, frozen=True, kw_only=True):
    """An outcome of a kind of document."""

    status: Annotated[str, Meta(description="a return status; - stands for every negative one")]
    zh: str
    en: str
    documents: Annotated[int, Meta(description="how many had it")]
    open: Annotated[int, Meta(description="how many of these were refused and not taken since")]
    open_keys: Annotated[list[str], Meta(description="numbers of the first of them")]
    how: Annotated[str, Meta(description="the command that brings it about, where it was not seen")]


class KindStandingOut(Answer, frozen=True, kw_only=True):
    """A kind of document."""

    kind: str
    type: Annotated[str, Meta(description="code of its message, as in 621")]
    zh: str
    en: str
    flow: str
    taken: Annotated[int, Meta(description="how many were sent rightly")]
    outcomes: list[SeenOut]


class LeftOut(Answer, frozen=True, kw_only=True):
    """One thing that is left to do."""

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
    receipts: Annotated[int, Meta(description="receipts that were looked at, the newest")]
    complete: Annotated[bool, Meta(description="false: the mailbox holds more receipts than are looked at")]
    ready: Annotated[bool, Meta(description="nothing is left")]
    kinds: list[KindStandingOut]
    left: list[LeftOut]
