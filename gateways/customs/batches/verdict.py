"""Decides a batch by the results of its samples, and closes it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from declarations.batches.sampling import REVIEW, decide_batch
from declarations.calendar import day_of
from declarations.reasons import Reason
from gateways.customs.batches.batch_place import BatchMember
from gateways.customs.batches.notes import PHASES_BEFORE_DRAW, add_event, start_phase
from gateways.customs.batches.phases import continue_member
from gateways.customs.batches.repository import CURRENT_STATES, Batch, BatchDesk, BatchRepository
from gateways.topics.customs import MemberReported


def handle_sampled(reports: Sequence[MemberReported], desk: BatchDesk) -> None:
    """Handle "sampled": store the results of samples, then decide the batches that are complete."""
    for batch, member, result in _members_of(reports, desk.repository):
        if member.state == "sample":
            member.state = result
            _count_sample(batch, member, result == "failed")
            desk.repository.put_member(member)
            desk.repository.put_batch(batch)
    _decide_all(reports, desk)


def handle_concluded(reports: Sequence[MemberReported], desk: BatchDesk) -> None:
    """Handle "concluded": members of decided batches continue."""
    lists = desk.repository.declarations([report.declaration_id for report in reports])
    for batch, member, _ in _members_of(reports, desk.repository):
        if batch.decided and lists[member.declaration_id].state == "concluded":
            batch.held -= member.state == "held"
            continue_member(member, lists[member.declaration_id], desk)
            desk.repository.put_batch(batch)


def _count_end(batch: Batch, member: BatchMember, end: str) -> str:
    """Count a member that was released or refused; return its state, which is "withdrawn" before the draw."""
    if end == "released":
        batch.released += 1
    elif batch.decided or member.state != "waiting":
        batch.refused += 1
    else:
        batch.members -= 1
        return "withdrawn"
    return end


def handle_settled(reports: Sequence[MemberReported], desk: BatchDesk) -> None:
    """Handle "settled": count members that were released or refused, then decide and close batches."""
    for batch, member, end in _members_of(reports, desk.repository):
        batch.held -= member.state == "held"
        if member.state == "sample":
            _count_sample(batch, member, end == "refused")
        member.state = _count_end(batch, member, end)
        if batch.phase in PHASES_BEFORE_DRAW:
            member.draw = {}  # it is excluded from the draw
        desk.repository.put_member(member)
        desk.repository.put_batch(batch)
    _decide_all(reports, desk)


def _count_sample(batch: Batch, member: BatchMember, failed: bool) -> None:
    """Count the result of a sample; the verdict needs the keys of those that failed."""
    batch.awaited -= 1
    if failed:
        batch.failed += 1
        batch.verdict = {**batch.verdict, "failed": [*batch.verdict.get("failed", ()), member.key]}


def _members_of(
    reports: Sequence[MemberReported], repository: BatchRepository
) -> Iterable[tuple[Batch, BatchMember, str]]:
    """Yield (batch, member, detail) for each report whose member has not left."""
    batches = repository.batches({report.batch_id for report in reports})
    by_place = {
        (member.batch_id, member.declaration_id): member
        for member in repository.members_of({report.declaration_id for report in reports})
        if member.state in CURRENT_STATES
    }
    for report in reports:
        member = by_place.get((report.batch_id, report.declaration_id))
        if member is not None and member.state in CURRENT_STATES:
            yield batches[report.batch_id], member, report.detail


def _decide_all(reports: Sequence[MemberReported], desk: BatchDesk) -> None:
    for batch in desk.repository.batches({report.batch_id for report in reports}).values():
        decide_batch_result(batch, desk)
        close_batch(batch, desk)


def decide_batch_result(batch: Batch, desk: BatchDesk) -> None:
    """Decide a batch once all its samples have results."""
    if batch.state != "under_inspection" or batch.awaited:
        return
    decision = decide_batch(
        batch.batch_no, batch.drawn, batch.verdict.get("failed", ()), day_of(batch.declared_at), desk.law
    )
    batch.advance(decision.action)
    batch.verdict = {**batch.verdict, "action": decision.action}
    batch.reasons, batch.revision = (decision.reason,), batch.revision + 1
    add_event(batch, f"batch_{decision.action}", desk, batch.reasons)
    start_phase(batch, "inspect" if decision.action == REVIEW else "release", desk)
    desk.repository.put_batch(batch)


def close_batch(batch: Batch, desk: BatchDesk) -> None:
    """Close a batch whose members have all ended."""
    if batch.state not in {"released", "partly_released", "in_review"} or batch.phase:
        return
    if batch.released + batch.refused == batch.members:
        batch.advance("close")
        batch.closed_at, batch.revision = desk.now, batch.revision + 1
        counts = {"released": str(batch.released), "refused": str(batch.refused)}
        add_event(batch, "batch_closed", desk, [Reason("19202", counts)])
        desk.repository.put_batch(batch)
