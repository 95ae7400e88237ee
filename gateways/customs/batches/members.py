"""Lists become members of a batch, and leave it again."""

from __future__ import annotations

from collections.abc import Sequence

from declarations.parameters.tables.clearance import BatchOpening
from declarations.reasons import Reason
from gateways.customs import lanes
from gateways.customs.batches.notes import note, start
from gateways.customs.batches.opening import fits
from gateways.customs.batches.places import BatchMember
from gateways.customs.batches.repository import Batch, BatchDesk, BatchRepository
from gateways.customs.outcome import event
from gateways.customs.repository import Declaration
from gateways.topics.customs import BatchDue, MemberReported


def most(desk: BatchDesk) -> int:
    """The largest number of lists in a batch; a full one is declared."""
    return desk.in_force("batches.opening").read(BatchOpening).most


def waits(declaration: Declaration | None) -> bool:
    """True if a list stands at the point at which its lane would be drawn."""
    return declaration is not None and declaration.state == "accepted" and not declaration.lane


def opened(
    opening: str, flow: str, customs_code: str, trade_mode: str, who: str, desk: BatchDesk, decision_id: int = 0
) -> Batch:
    """A new batch; when its window is over it is declared by itself."""
    batch = Batch(
        desk.repository.new_id(),
        desk.repository.batch_no(customs_code, flow, desk.now),
        flow,
        who,
        opening,
        customs_code,
        trade_mode,
        opened_at=desk.now,
        asked=decision_id,
    )
    desk.deadline(desk.due_in("windows.batch_hours"), BatchDue(batch.id))
    note(batch, "batch_opened", desk, actor=who, decision_id=decision_id)
    desk.repository.put_batch(batch)
    return batch


def reserve(batch: Batch, key: str, repository: BatchRepository) -> BatchMember:
    """Keep a place for a list that has not come this far."""
    member = BatchMember(batch.id, batch.places, 0, key, batch.flow, "reserved")
    batch.places, batch.members = batch.places + 1, batch.members + 1
    repository.put_member(member)
    repository.put_batch(batch)
    return member


def admit(batch: Batch, member: BatchMember, declaration: Declaration, desk: BatchDesk) -> None:
    """A list takes its place."""
    member.declaration_id, member.key, member.state = declaration.id, declaration.key, "waiting"
    declaration.batch_id, declaration.batch_no = batch.id, batch.batch_no
    desk.note(event(declaration, desk.now, "batch_joined", [Reason("19201", {"batch_no": batch.batch_no})]))
    desk.repository.put_member(member)
    desk.repository.put_declaration(declaration)


def dismiss(batch: Batch, member: BatchMember, why: str, repository: BatchRepository) -> None:
    """A place is given up: "removed", "missing" or "withdrawn"."""
    member.state = why
    batch.members -= 1
    repository.put_member(member)
    repository.put_batch(batch)


def alone(lists: Sequence[Declaration], desk: BatchDesk) -> None:
    """Lists continue without a batch: each draws its own lane, and one that an officer has concluded waits no
    longer."""
    companies = desk.repository.companies(sorted({declaration.ebc_code for declaration in lists})) if lists else {}
    for declaration in lists:
        declaration.batch_id, declaration.batch_no = 0, ""
        if waits(declaration):
            lanes.draw(declaration, companies, desk)
        elif declaration.state == "concluded":
            lanes.proceed(declaration, desk)
        desk.repository.put_declaration(declaration)


def join(reports: Sequence[MemberReported], desk: BatchDesk) -> None:
    """Lists would join."""
    lists = desk.repository.declarations([report.declaration_id for report in reports])
    keys = {key for declaration in lists.values() for key in (declaration.key, declaration.order_no)}
    kept = {(member.batch_id, member.key): member for member in desk.repository.reserved(keys)}
    left: list[Declaration] = []
    for report in reports:
        declaration = lists.get(report.declaration_id)
        if declaration is None or not waits(declaration) or declaration.batch_id:
            continue
        member = kept.pop((report.batch_id, declaration.key), None) or kept.pop(
            (report.batch_id, declaration.order_no), None
        )
        batch = desk.repository.batches([report.batch_id]).get(report.batch_id) if member else None
        if (
            member is not None
            and batch is not None
            and not (batch.state in {"open", "declared"} and fits(declaration, batch, desk))
        ):
            dismiss(batch, member, "missing", desk.repository)
            member = None
        if member is not None and batch is not None:
            admit(batch, member, declaration, desk)
        elif report.detail:
            batch = _of_opening(report.detail, declaration, desk)
            admit(batch, reserve(batch, declaration.key, desk.repository), declaration, desk)
        else:
            left.append(declaration)
    alone(left, desk)


def _of_opening(opening: str, declaration: Declaration, desk: BatchDesk) -> Batch:
    """The open batch of an opening, or a new one, which the declarant of its first list may declare.

    One that is full is declared; a new one is opened beside it."""
    batch = desk.repository.open_batches([opening]).get(opening)
    if batch is not None and batch.members >= most(desk):
        declare(batch, "customs", desk)
        batch = None
    return batch or opened(
        opening, declaration.flow, declaration.customs_code, declaration.trade_mode, declaration.agent_code, desk
    )


def declare(batch: Batch, who: str, desk: BatchDesk, decision_id: int = 0) -> None:
    """The batch is closed to new members; the samples are drawn, chunk by chunk."""
    batch.advance("declare")
    batch.declared_at, batch.revision = desk.now, batch.revision + 1
    note(batch, "batch_declared", desk, actor=who, decision_id=decision_id)
    start(batch, "gather", desk)
    desk.repository.put_batch(batch)


def handle_due(due: Sequence[BatchDue], desk: BatchDesk) -> None:
    """The windows of batches are over: declare what is still open, dissolve what is empty."""
    for batch in desk.repository.batches([deadline.batch_id for deadline in due]).values():
        if batch.state == "open" and batch.members:
            declare(batch, "customs", desk)
        elif batch.state == "open":
            dissolve(batch, desk)


def dissolve(batch: Batch, desk: BatchDesk) -> None:
    """No list is left."""
    batch.advance("dissolve")
    batch.closed_at, batch.phase, batch.revision = desk.now, "", batch.revision + 1
    note(batch, "batch_dissolved", desk)
    desk.repository.put_batch(batch)
