"""Lists join and leave batches; batches are opened, declared and dissolved."""

from __future__ import annotations

from collections.abc import Sequence

from declarations.parameters.tables.clearance import BatchOpening
from declarations.reasons import Reason
from gateways.customs import risk_lane
from gateways.customs.batches.batch_place import BatchMember
from gateways.customs.batches.notes import add_event, start_phase
from gateways.customs.batches.opening import fits
from gateways.customs.batches.repository import Batch, BatchDesk, BatchRepository
from gateways.customs.outcome import make_event
from gateways.customs.repository import Declaration
from gateways.topics.customs import BatchDue, MemberReported


def max_members(desk: BatchDesk) -> int:
    """Return the maximum number of lists in a batch; a full batch is declared."""
    return desk.value_today("batches.opening").table_as(BatchOpening).most


def awaits_lane(declaration: Declaration | None) -> bool:
    """True if a list is accepted and its lane not yet drawn."""
    return declaration is not None and declaration.state == "accepted" and not declaration.lane


def open_batch(
    opening: str, flow: str, customs_code: str, trade_mode: str, who: str, desk: BatchDesk, decision_id: int = 0
) -> Batch:
    """Open a batch; it is declared automatically at its deadline."""
    numbers = desk.repository.new_id(), desk.repository.batch_no(customs_code, flow, desk.now)
    batch = Batch(*numbers, flow, who, opening, customs_code, trade_mode, opened_at=desk.now, asked=decision_id)
    desk.schedule(desk.instant_after("windows.batch_hours"), BatchDue(batch.id))
    add_event(batch, "batch_opened", desk, actor=who, decision_id=decision_id)
    desk.repository.put_batch(batch)
    return batch


def reserve_member(batch: Batch, key: str, repository: BatchRepository) -> BatchMember:
    """Reserve a place for a list that does not await its lane yet."""
    member = BatchMember(batch.id, batch.places, 0, key, batch.flow, "reserved")
    batch.places, batch.members = batch.places + 1, batch.members + 1
    repository.put_member(member)
    repository.put_batch(batch)
    return member


def admit_member(batch: Batch, member: BatchMember, declaration: Declaration, desk: BatchDesk) -> None:
    """Assign a list to a reserved place."""
    member.declaration_id, member.key, member.state = declaration.id, declaration.key, "waiting"
    declaration.batch_id, declaration.batch_no = batch.id, batch.batch_no
    desk.add_event(make_event(declaration, desk.now, "batch_joined", [Reason("19201", {"batch_no": batch.batch_no})]))
    desk.repository.put_member(member)
    desk.repository.put_declaration(declaration)


def dismiss_member(batch: Batch, member: BatchMember, why: str, repository: BatchRepository) -> None:
    """Give up a place; `why` is "removed", "missing" or "withdrawn"."""
    member.state = why
    batch.members -= 1
    repository.put_member(member)
    repository.put_batch(batch)


def continue_without_batch(lists: Sequence[Declaration], desk: BatchDesk) -> None:
    """Continue lists without a batch: draw the lane of each, and proceed with those already concluded."""
    companies = desk.repository.companies(sorted({declaration.ebc_code for declaration in lists})) if lists else {}
    for declaration in lists:
        declaration.batch_id, declaration.batch_no = 0, ""
        if awaits_lane(declaration):
            risk_lane.draw_lane(declaration, companies, desk)
        elif declaration.state == "concluded":
            risk_lane.proceed(declaration, desk)
        desk.repository.put_declaration(declaration)


def handle_joined(reports: Sequence[MemberReported], desk: BatchDesk) -> None:
    """Handle "joined": admit lists to a reserved place or to the batch of their opening; the others continue alone."""
    lists = desk.repository.declarations([report.declaration_id for report in reports])
    keys = {key for declaration in lists.values() for key in (declaration.key, declaration.order_no)}
    kept = {(member.batch_id, member.key): member for member in desk.repository.reserved(keys)}
    left: list[Declaration] = []
    for report in reports:
        declaration = lists.get(report.declaration_id)
        if declaration is None or not awaits_lane(declaration) or declaration.batch_id:
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
            dismiss_member(batch, member, "missing", desk.repository)
            member = None
        if member is not None and batch is not None:
            admit_member(batch, member, declaration, desk)
        elif report.detail:
            batch = _batch_of_opening(report.detail, declaration, desk)
            admit_member(batch, reserve_member(batch, declaration.key, desk.repository), declaration, desk)
        else:
            left.append(declaration)
    continue_without_batch(left, desk)


def _batch_of_opening(opening: str, declaration: Declaration, desk: BatchDesk) -> Batch:
    """Return the open batch of an opening key; declare it if full. Without one open a new batch for the declarant."""
    batch = desk.repository.open_batches([opening]).get(opening)
    if batch is not None and batch.members >= max_members(desk):
        declare_batch(batch, "customs", desk)
        batch = None
    return batch or open_batch(
        opening, declaration.flow, declaration.customs_code, declaration.trade_mode, declaration.agent_code, desk
    )


def declare_batch(batch: Batch, who: str, desk: BatchDesk, decision_id: int = 0) -> None:
    """Close a batch to new members and start gathering the inputs of its draw."""
    batch.advance("declare")
    batch.declared_at, batch.revision = desk.now, batch.revision + 1
    add_event(batch, "batch_declared", desk, actor=who, decision_id=decision_id)
    start_phase(batch, "gather", desk)
    desk.repository.put_batch(batch)


def handle_due(deadlines: Sequence[BatchDue], desk: BatchDesk) -> None:
    """Handle deadlines of batches: declare an open batch, dissolve an empty one."""
    for batch in desk.repository.batches([deadline.batch_id for deadline in deadlines]).values():
        if batch.state == "open" and batch.members:
            declare_batch(batch, "customs", desk)
        elif batch.state == "open":
            dissolve_batch(batch, desk)


def dissolve_batch(batch: Batch, desk: BatchDesk) -> None:
    """End a batch that has no members."""
    batch.advance("dissolve")
    batch.closed_at, batch.phase, batch.revision = desk.now, "", batch.revision + 1
    add_event(batch, "batch_dissolved", desk)
    desk.repository.put_batch(batch)
