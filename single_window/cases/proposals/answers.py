"""Answers about decisions that a second person must approve."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from single_window.frame.typed import Answer, Instant

if TYPE_CHECKING:
    from single_window.store.decisions import StoredDecision


class ProposalOut(Answer, frozen=True, kw_only=True):
    """A decision that waits, or waited, for a second person."""

    id: int
    subject: Annotated[str, Meta(description="declaration, request, refund_claim, registration")]
    subject_id: str
    action: str
    by: Annotated[str, Meta(description="who proposed it")]
    role: str
    reason: str
    at: Annotated[Instant, Meta(description="when it was proposed, by the sandbox's clock")]
    state: Annotated[str, Meta(description="proposed, declined, filed, done, refused")]
    second: Annotated[str, Meta(description="who approved or declined it")]
    links: dict[str, str]


class ProposalsOut(Answer, frozen=True, kw_only=True):
    """Proposals that wait, oldest first."""

    proposals: tuple[ProposalOut, ...]
    next: Annotated[int | None, Meta(description="`after` of the next page")]


def proposal_out(decided: StoredDecision) -> ProposalOut:
    """Return the answer about a proposal, with the link to approve or decline it."""
    return ProposalOut.of(decided, links={"settle": f"/api/v1/cases/proposal/{decided.id}/decisions"})
