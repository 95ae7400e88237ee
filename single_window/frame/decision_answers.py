"""Answers about decisions: what may be decided about a subject, and what came of a decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from single_window.frame.typed import Answer, Instant, Reasons

if TYPE_CHECKING:
    from single_window.frame.decision_kinds import Act, Subject
    from single_window.store.decisions import StoredDecision


class ActOut(Answer, frozen=True, kw_only=True):
    """An act that is possible now."""

    action: str
    zh: str
    en: str
    to: Annotated[str, Meta(description="the state to which it leads; empty: depends on what is found")]
    return_status: Annotated[str, Meta(description="the status of the receipt that reports it; empty: none")]
    needs: Annotated[tuple[str, ...], Meta(description="reason, and names of fields of a decision")]


class DecisionMadeOut(Answer, frozen=True, kw_only=True):
    """A decision that was made."""

    decision: int
    action: str
    by: str
    reason: str
    state: Annotated[str, Meta(description="filed, proposed, declined, done, refused")]
    at: Instant
    answer: Annotated[Reasons, Meta(description="why it was refused, or what was noted")]


class DecidableOut(Answer, frozen=True, kw_only=True):
    """A subject of decisions as it stands."""

    subject: str
    number: str
    label: str
    state: str
    state_zh: str
    state_en: str
    version: Annotated[int, Meta(description="what to give as `seen`, so that nothing is decided on what has changed")]
    acts: Annotated[tuple[ActOut, ...], Meta(description="what an officer may do now")]
    made: Annotated[tuple[DecisionMadeOut, ...], Meta(description="the newest hundred decisions, the oldest first")]
    undone_by: Annotated[tuple[str, ...], Meta(description="actions that undo the last decision now, by anybody")]


class DecidedOut(Answer, frozen=True, kw_only=True):
    """The result of a decision."""

    decision: int
    subject: str
    number: str
    label: str
    action: str
    status: Annotated[str, Meta(description="done; proposed: a second person must approve; declined; waiting: filed")]
    before: Annotated[str, Meta(description="the state before")]
    after: Annotated[str, Meta(description="the state now")]
    version: int
    links: dict[str, str]


def decidable_out(
    subject: Subject, acts: tuple[Act, ...], made: tuple[StoredDecision, ...], undone_by: tuple[str, ...]
) -> DecidableOut:
    """A subject with what may be done and what was done."""
    return DecidableOut(
        subject=subject.kind,
        number=str(subject.id),
        label=subject.label,
        state=subject.state,
        state_zh=subject.words.zh,
        state_en=subject.words.en,
        version=subject.version,
        acts=tuple(
            ActOut(
                action=act.action,
                zh=act.words.zh,
                en=act.words.en,
                to=act.to,
                return_status=act.return_status,
                needs=act.needs,
            )
            for act in acts
        ),
        made=tuple(DecisionMadeOut.of(decided, decision=decided.id) for decided in made),
        undone_by=undone_by,
    )
