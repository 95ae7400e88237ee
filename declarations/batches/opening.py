"""Opening of batches: the ways to open one, the key shared by its lists, and the checks for joining."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from declarations.lifecycle import state_values
from declarations.parameters import NoValue, Parameters
from declarations.parameters.tables.clearance import BatchOpening
from declarations.reasons import Reason

MASTER_WAYBILL, ARRIVAL, STOCK_OUT, HAND = ("master_waybill", "arrival", "stock_out", "hand")
BONDED = frozenset({"1210", "1239"})
JOINABLE = frozenset({"declared", "sent", "accepted", "awaiting_arrival"})
"""States in which a list may join: its lane is not drawn yet."""
NO_BATCHES = "19101"
OTHER_FLOW = "19102"
OTHER_OFFICE = "19103"
OTHER_MODE = "19104"
OTHER_OPENING = "19105"
IN_ANOTHER_BATCH = "19106"
LANE_ALREADY_DRAWN = "19107"
NOT_OPEN = "19108"
BATCH_FULL = "19109"


class BatchCandidate(NamedTuple):
    """A list to join a batch. `arrival_no`: the arrival note of its parcel; `batch_no`: its current batch. Unknown
    values are empty."""

    key: str
    flow: str
    customs_code: str
    trade_mode: str
    state: str
    bill_no: str = ""
    arrival_no: str = ""
    ems_no: str = ""
    batch_no: str = ""


class BatchInfo(NamedTuple):
    """The data of a batch that the checks for joining read; `opening`: its opening key."""

    batch_no: str
    flow: str
    customs_code: str
    trade_mode: str
    opened_by: str
    opening: str
    state: str
    members: int


def opening_key(way: str, candidate: BatchCandidate, day: date, label: str = "") -> str:
    """Return the key shared by the lists of one batch: "way|flow|office|mode|" and, by way, the master waybill, the
    arrival note, the account book and day, or the label of a manual batch. Empty if the list lacks that value: it is
    then declared singly. `day` is the list's day of acceptance.
    """
    bonded = candidate.ems_no and candidate.trade_mode in BONDED
    shared_value = {
        MASTER_WAYBILL: candidate.bill_no,
        ARRIVAL: candidate.arrival_no,
        STOCK_OUT: f"{candidate.ems_no}|{day.isoformat()}" if bonded else "",
        HAND: label,
    }[way]
    of_all = (way, candidate.flow, candidate.customs_code, candidate.trade_mode, shared_value)
    return "|".join(of_all) if shared_value else ""


def check_way(way: str, day: date, parameters: Parameters) -> tuple[Reason, ...]:
    """Return the reasons why no batch can be opened in this way on a day; empty if it can."""
    try:
        value = parameters.on("batches.opening", day)
    except NoValue:
        return (Reason(NO_BATCHES, {"way": way, "day": day.isoformat()}),)
    if way in value.table_as(BatchOpening).by:
        return ()
    return (Reason(NO_BATCHES, {"way": way, "day": day.isoformat()}, (value.id,)),)


def check_joining(candidate: BatchCandidate, batch: BatchInfo, day: date, parameters: Parameters) -> tuple[Reason, ...]:
    """Return all reasons why a list cannot join a batch; empty if it can."""
    reasons = [*check_way(batch.opened_by, day, parameters)]
    names = {"key": candidate.key, "batch_no": batch.batch_no}
    for code, list_value, batch_value in (
        (OTHER_FLOW, candidate.flow, batch.flow),
        (OTHER_OFFICE, candidate.customs_code, batch.customs_code),
        (OTHER_MODE, candidate.trade_mode, batch.trade_mode),
    ):
        if list_value != batch_value:
            reasons.append(Reason(code, {**names, "list": list_value, "batch": batch_value}))
    if not reasons and batch.opened_by != HAND and opening_key(batch.opened_by, candidate, day) != batch.opening:
        reasons.append(Reason(OTHER_OPENING, {**names, "batch": batch.opening}))
    if candidate.batch_no and candidate.batch_no != batch.batch_no:
        reasons.append(Reason(IN_ANOTHER_BATCH, {**names, "other": candidate.batch_no}))
    if candidate.state not in JOINABLE:
        reasons.append(Reason(LANE_ALREADY_DRAWN, {**names, **state_values(candidate.state)}))
    if batch.state != "open":
        reasons.append(Reason(NOT_OPEN, {**names, **state_values(batch.state, "batch")}))
    return (*reasons, *_check_size(batch, names, day, parameters))


def _check_size(batch: BatchInfo, names: dict[str, str], day: date, parameters: Parameters) -> tuple[Reason, ...]:
    try:
        value = parameters.on("batches.opening", day)
    except NoValue:  # reported by `check_way`: the law has no batches yet
        return ()
    max_members = value.table_as(BatchOpening).most
    if batch.members < max_members:
        return ()
    return (Reason(BATCH_FULL, {**names, "most": str(max_members)}, (value.id,)),)
