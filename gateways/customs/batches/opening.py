"""Keys by which batches are opened, and the check whether a list may join a batch."""

from __future__ import annotations

from declarations.batches.opening import (
    ARRIVAL,
    HAND,
    OTHER_FLOW,
    OTHER_MODE,
    OTHER_OFFICE,
    BatchCandidate,
    BatchInfo,
    check_joining,
    check_way,
    opening_key,
)
from declarations.calendar import day_of
from declarations.reasons import Reason
from gateways.customs.batches.repository import Batch, BatchDesk
from gateways.customs.repository import CustomsDesk, Declaration


def opening_of(declaration: Declaration, desk: CustomsDesk) -> str:
    """Return the values shared by lists of one batch, by the sandbox's option; "" if lists are declared singly."""
    way = desk.options.batches
    if not way or check_way(way, desk.day, desk.law):
        return ""
    arrival = ""
    if way == ARRIVAL:
        parcel = desk.repository.parcels([declaration.logistics_key]).get(declaration.logistics_key)
        arrival = parcel.arrival_key if parcel is not None else ""
    return opening_key(way, _make_candidate(declaration, arrival), day_of(declaration.accepted_at))


def manual_opening_of(flow: str, customs_code: str, trade_mode: str, number: int) -> str:
    """Return the opening key of a batch that was opened manually; `number` is the id of the decision."""
    label = BatchCandidate("", flow, customs_code, trade_mode, "")
    return opening_key(HAND, label, day_of(0), str(number))


def refusals_to_join(declaration: Declaration, batch: Batch, desk: BatchDesk) -> list[Reason]:
    """Return the reasons against adding a list to a batch manually, however the batch was opened; empty if allowed."""
    batch_info = BatchInfo(
        batch_no=batch.batch_no,
        flow=batch.flow,
        customs_code=batch.customs_code,
        trade_mode=batch.trade_mode,
        opened_by=HAND,
        opening=batch.opening,
        state=batch.state,
        members=batch.members,
    )
    return list(check_joining(_make_candidate(declaration), batch_info, desk.day, desk.law))


def fits(declaration: Declaration, batch: Batch, desk: BatchDesk) -> bool:
    """True if a list for which a place was reserved has the batch's direction, office and mode."""
    unfit = {OTHER_FLOW, OTHER_OFFICE, OTHER_MODE}
    return not any(reason.rule in unfit for reason in refusals_to_join(declaration, batch, desk))


def _make_candidate(declaration: Declaration, arrival: str = "") -> BatchCandidate:
    stock = declaration.held.stock
    return BatchCandidate(
        key=declaration.key,
        flow=declaration.flow,
        customs_code=declaration.customs_code,
        trade_mode=declaration.trade_mode,
        state=declaration.state,
        bill_no=declaration.bill_no,
        arrival_no=arrival,
        ems_no=stock[0].ems_no if stock else "",
        batch_no=declaration.batch_no,
    )
