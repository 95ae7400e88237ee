"""Answers about questions to declarants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from single_window.frame.typed import Answer, Instant
from single_window.language import phrases

if TYPE_CHECKING:
    from single_window.store.questions import Question


class QuestionOut(Answer, frozen=True, kw_only=True):
    """A question to a declarant, with his answer."""

    id: int
    subject: Annotated[str, Meta(description="the kind of case, such as declaration or refund_claim")]
    number: Annotated[str, Meta(description="the number of the case")]
    company: str
    mailbox: Annotated[str, Meta(description="the DXP id of the declarant, whose question it is")]
    state: Annotated[str, Meta(description="open, answered, silent, superseded, withdrawn, decided")]
    state_zh: str
    state_en: str
    text: Annotated[str, Meta(description="what is asked, as the receipt has it")]
    returns: Annotated[tuple[str, ...], Meta(description="what should come back: explanation, files, message")]
    silence: Annotated[str, Meta(description="what happens without an answer: decide, refuse")]
    asked_at: Instant
    due: Annotated[Instant, Meta(description="the instant until which it is to be answered")]
    reminders: int
    answer: str
    files: Annotated[tuple[str, ...], Meta(description="SHA-256 of the files of the answer")]
    answered_by: str
    answered_at: Annotated[Instant, Meta(description="or when it was noted that no answer came")]
    links: dict[str, str]


class QuestionsOut(Answer, frozen=True, kw_only=True):
    """A page of questions."""

    requests: tuple[QuestionOut, ...]
    next: Annotated[int | None, Meta(description="`before` of the next page; null: there is none")]


def question_out(asked: Question) -> QuestionOut:
    """Return the answer about a question."""
    state = phrases.phrase("question_state", asked.state)
    own = f"/api/v1/requests/{asked.id}"
    return QuestionOut.of(
        asked,
        state_zh=state.zh,
        state_en=state.en,
        returns=tuple(asked.returns.split()),
        files=tuple(asked.files.split()),
        links={"self": own, **({"answer": f"{own}/answer"} if asked.is_open else {})},
    )
