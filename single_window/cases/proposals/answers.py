"""Answers about decisions that a second person must approve."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from msgspec import Meta

from single_window.frame.typed import Answer, Instant

if TYPE_CHECKING:
    from single_window.cases.second_officer import Effect
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


class FoundLineOut(Answer, frozen=True, kw_only=True):
    """The result of an inspection for a line of goods."""

    line: int
    goods: str
    result_zh: str
    result_en: str
    remark: str


class ProposalShownOut(ProposalOut, frozen=True, kw_only=True):
    """A decision that waits, or waited, for a second person, with what it would do as its subject stands."""

    number: Annotated[str, Meta(description="by which people know the subject")]
    action_zh: str
    action_en: str
    to_zh: Annotated[str, Meta(description="the state to which it would lead; empty: none, or it is not possible")]
    to_en: str
    return_status: Annotated[str, Meta(description="of the receipt that would report it; empty: none")]
    reads_zh: Annotated[str, Meta(description="what the declarant would read")]
    reads_en: Annotated[str, Meta(description="its meaning")]
    values: Annotated[dict[str, Any], Meta(description="values of the decision, such as an amount")]
    findings: Annotated[tuple[FoundLineOut, ...], Meta(description="the results of an inspection, by line")]
    vain: Annotated[bool, Meta(description="true if its gateway would refuse it as things stand")]


class ProposalsOut(Answer, frozen=True, kw_only=True):
    """Proposals that wait, oldest first."""

    proposals: tuple[ProposalOut, ...]
    next: Annotated[int | None, Meta(description="`after` of the next page")]


def proposal_out(decided: StoredDecision) -> ProposalOut:
    """Return the answer about a proposal, with the link to approve or decline it."""
    return ProposalOut.of(decided, links=_links(decided))


def _links(decided: StoredDecision) -> dict[str, str]:
    own = f"/api/v1/proposals/{decided.id}"
    return {"self": own, "settle": f"/api/v1/cases/proposal/{decided.id}/decisions"}


def shown_out(effect: Effect, label: str) -> ProposalShownOut:
    """Return the answer about a proposal with what it would do; `label`: the number of its subject."""
    proposal = effect.proposal
    return ProposalShownOut.of(
        proposal,
        links=_links(proposal),
        number=label,
        action_zh=effect.words.zh,
        action_en=effect.words.en,
        to_zh=effect.to.zh,
        to_en=effect.to.en,
        return_status=effect.return_status,
        reads_zh=effect.reads.zh,
        reads_en=effect.reads.en,
        values={name: value for name, value in proposal.details.items() if name != "findings"},
        findings=tuple(
            FoundLineOut.of(found, result_zh=found.result.zh, result_en=found.result.en) for found in effect.lines
        ),
        vain=effect.vain,
    )
