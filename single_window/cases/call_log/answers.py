"""Answers about calls that were kept."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from declarations.calendar import utc_text
from single_window.frame.typed import Answer, Instant
from single_window.store.call_log import LoggedCall


class LoggedCallOut(Answer, frozen=True, kw_only=True):
    """A call, without the bodies."""

    id: int
    at: Annotated[Instant, Meta(description="by the clock of the window's machine")]
    took: Annotated[int, Meta(description="milliseconds")]
    caller: Annotated[str, Meta(description="a key's id or an account; empty on a window of this machine only")]
    method: str
    path: Annotated[str, Meta(description="below /api/v1")]
    query: str
    status: int
    request_id: Annotated[str, Meta(description="as in the header X-Request-Id")]
    request_size: Annotated[int, Meta(description="bytes")]
    answer_size: Annotated[int, Meta(description="bytes")]
    misses: Annotated[str, Meta(description="which criteria a call misses that is listed as near; else empty")]


class BodyOut(Answer, frozen=True, kw_only=True):
    """A body: the beginning of its text, and its size in bytes."""

    type: str
    size: int
    text: str


class WholeCallOut(Answer, frozen=True, kw_only=True):
    """A call with its request and its answer."""

    call: LoggedCallOut
    request: BodyOut
    answer: BodyOut


class CallsOut(Answer, frozen=True, kw_only=True):
    """Calls, newest first."""

    calls: tuple[LoggedCallOut, ...]
    count: Annotated[int, Meta(description="how many calls meet the criteria, of the newest 5,000 below `before`")]
    near: Annotated[tuple[LoggedCallOut, ...], Meta(description="if none does: the calls that miss the least")]
    next: Annotated[int | None, Meta(description="`before` of the next page")]


def call_out(call: LoggedCall, misses: str = "") -> LoggedCallOut:
    """Return the answer about a call."""
    return LoggedCallOut(
        **{name: getattr(call, name) for name in LoggedCallOut.__struct_fields__ if name not in ("at", "misses")},
        at=utc_text(call.at),
        misses=misses,
    )


def whole_call_out(call: LoggedCall) -> WholeCallOut:
    """Return the answer about a call with its bodies."""
    return WholeCallOut(
        call=call_out(call),
        request=BodyOut(type=call.request_type, size=call.request_size, text=text_of(call.request)),
        answer=BodyOut(type=call.answer_type, size=call.answer_size, text=text_of(call.answer)),
    )


def text_of(body: bytes) -> str:
    """Return the text of a body, with a sign for each byte that is none."""
    return body.decode("utf-8", "replace").replace("\0", "\ufffd")
