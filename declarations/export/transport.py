"""Notes about parcels on their way out: consolidation (607), arrival (507), departure (509).

A note may come in parts, in any order: it takes effect once all are there and agree. A note that names a list's parcel
must be of its carrier and transport mode; vehicle, voyage and master waybill of a list may be left to the
consolidation, so they are compared only where both name them. The notes of one parcel are compared with each other in
the same way.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from declarations.documents import ArrivalNote, Consolidation, DepartureNote, ExportInventory
from declarations.reasons import Reason

OTHER_PART = "17301"
OTHER_CARRIER = "17302"
OTHER_TRANSPORT = "17303"
Note: TypeAlias = Consolidation | ArrivalNote | DepartureNote
_WIRE = {
    "msg_count": "msgCount",
    "customs_code": "customsCode",
    "traf_mode": "trafMode",
    "traf_name": "trafName",
    "voyage_no": "voyageNo",
    "bill_no": "billNo",
    "logistics_code": "logisticsCode",
    "ie_flag": "ieFlag",
    "operator_code": "operatorCode",
    "agent_code": "agentCode",
}
_COMPARED = ("traf_mode", "traf_name", "voyage_no", "bill_no")


def missing(count: int, numbers: Iterable[int]) -> tuple[int, ...]:
    """The parts of a note of `count` parts that have not come, given the numbers of those that have."""
    here = set(numbers)
    return tuple([number for number in range(1, count + 1) if number not in here])


def of_one_note(part: Note, other: Note) -> tuple[Reason, ...]:
    """In what a part contradicts another part of the same note; empty when they belong together."""
    return tuple(
        [
            Reason(OTHER_PART, {"field": wire, "found": str(getattr(part, name)), "other": str(getattr(other, name))})
            for name, wire in _WIRE.items()
            if hasattr(part, name) and getattr(part, name) != getattr(other, name)
        ]
    )


def carries(note: Note, inventory: ExportInventory) -> tuple[Reason, ...]:
    """Why a note that names the waybill of a list is not about its parcel; empty when it is."""
    reasons = []
    if note.logistics_code != inventory.logistics_code:
        reasons.append(Reason(OTHER_CARRIER, {"found": note.logistics_code, "list": inventory.logistics_code}))
    for name in _COMPARED:
        noted, listed = getattr(note, name, ""), getattr(inventory, name)
        if noted and listed and noted != listed:
            reasons.append(Reason(OTHER_TRANSPORT, {"field": _WIRE[name], "found": noted, "list": listed}))
    return tuple(reasons)
