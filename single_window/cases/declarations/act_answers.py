"""Answers about what officers decide about lists and requests."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from single_window.frame.typed import Answer


class ActOut(Answer, frozen=True, kw_only=True):
    """What came of an act."""

    label: Annotated[str, Meta(description="what was decided about")]
    action: str
    before: Annotated[str, Meta(description="the state before")]
    after: Annotated[str, Meta(description="the state now")]
    status: Annotated[str, Meta(description="done; proposed: a second person must approve it; waiting: it is filed")]
