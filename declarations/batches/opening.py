"""Opens batches: the ways to do so, the key that lists of one batch share, and which lists may join it."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from declarations.parameters import NoValue, Parameters
from declarations.parameters.tables.clearance import BatchOpening
from declarations.reasons import Reason

MASTER_WAYBILL, ARRIVAL, STOCK_OUT, HAND = WAYS = ("master_waybill", "arrival", "stock_out", "hand")
BONDED = frozenset({"1210", "1239"})
JOINABLE = frozenset({"declared", "sent", "accepted", "awaiting_arrival"})
"""States in which a list may join: declared, its lane not drawn yet."""
NO_BATCHES = "19101"
OTHER_FLOW = "19102"
OTHER_OFFICE = "19103"
OTHER_MODE = "19104"
OTHER_OPENING = "19105"
IN_ANOTHER = "19106"
TOO_FAR = "19107"
NOT_OPEN = "19108"
FULL = "19109"


class Traveller(NamedTuple):
    """A list that may join a batch. `arrival_no`: the arrival note that reported its parcel; `batch_no`: the batch that
    it is in already. What is not known is empty."""

    key: str
    flow: str
    customs_code: str
    trade_mode: str
    state: str
    bill_no: str = ""
    arrival_no: str = ""
    ems_no: str = ""
    batch_no: str = ""


class Gathering(NamedTuple):
    """A batch as far as a list that would join it needs to know; `opening`: the key that opened it."""

    batch_no: str
    flow: str
    customs_code: str
    trade_mode: str
    opened_by: str
    opening: str
    state: str
    members: int


def opening_key(way: str, traveller: Traveller, day: date, label: str = "") -> str:
    """The key that the lists of one batch share, as a text without blanks in front of any sandbox: way, flow, office,
    mode, and the waybill, the arrival note, the account book and day, or the label of a batch made by hand.

    Empty where the list lacks it: then it is declared by itself. `day` is that of the list's acceptance.
    """
    shared = {
        MASTER_WAYBILL: traveller.bill_no,
        ARRIVAL: traveller.arrival_no,
        STOCK_OUT: f"{traveller.ems_no}|{day.isoformat()}"
        if traveller.ems_no and traveller.trade_mode in BONDED
        else "",
        HAND: label,
    }[way]
    return "|".join((way, traveller.flow, traveller.customs_code, traveller.trade_mode, shared)) if shared else ""


def check_way(way: str, day: date, parameters: Parameters) -> tuple[Reason, ...]:
    """Why no batch can be opened in this way on a day (empty: it can)."""
    try:
        value = parameters.on("batches.opening", day)
    except NoValue:
        return (Reason(NO_BATCHES, {"way": way, "day": day.isoformat()}),)
    if way in value.read(BatchOpening).by:
        return ()
    return (Reason(NO_BATCHES, {"way": way, "day": day.isoformat()}, (value.id,)),)


def check_joining(traveller: Traveller, batch: Gathering, day: date, parameters: Parameters) -> tuple[Reason, ...]:
    """Why a list cannot join a batch (empty: it can); every reason is given."""
    reasons = [*check_way(batch.opened_by, day, parameters)]
    named = {"key": traveller.key, "batch_no": batch.batch_no}
    for code, mine, theirs in (
        (OTHER_FLOW, traveller.flow, batch.flow),
        (OTHER_OFFICE, traveller.customs_code, batch.customs_code),
        (OTHER_MODE, traveller.trade_mode, batch.trade_mode),
    ):
        if mine != theirs:
            reasons.append(Reason(code, {**named, "list": mine, "batch": theirs}))
    if not reasons and batch.opened_by != HAND and opening_key(batch.opened_by, traveller, day) != batch.opening:
        reasons.append(Reason(OTHER_OPENING, {**named, "batch": batch.opening}))
    if traveller.batch_no and traveller.batch_no != batch.batch_no:
        reasons.append(Reason(IN_ANOTHER, {**named, "other": traveller.batch_no}))
    if traveller.state not in JOINABLE:
        reasons.append(Reason(TOO_FAR, {**named, "state": traveller.state}))
    if batch.state != "open":
        reasons.append(Reason(NOT_OPEN, {**named, "state": batch.state}))
    return (*reasons, *_full(batch, named, day, parameters))


def _full(batch: Gathering, named: dict[str, str], day: date, parameters: Parameters) -> tuple[Reason, ...]:
    try:
        value = parameters.on("batches.opening", day)
    except NoValue:  # reported already: there are no batches yet
        return ()
    most = value.read(BatchOpening).most
    if batch.members < most:
        return ()
    return (Reason(FULL, {**named, "most": str(most)}, (value.id,)),)
