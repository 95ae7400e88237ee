"""Answers about sample messages."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from single_window.frame.typed import Answer, Instant


class SampleMessageOut(Answer, frozen=True, kw_only=True):
    """A sample message."""

    code: str
    type: Annotated[str, Meta(description="root element")]
    xml: str


class SamplesOut(Answer, frozen=True, kw_only=True):
    """The sample messages of one trade."""

    key: Annotated[str, Meta(description="the numbers follow from it")]
    at: Annotated[Instant, Meta(description="the times in the messages")]
    messages: tuple[SampleMessageOut, ...]
