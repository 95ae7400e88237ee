"""Checks of notes about exported parcels: consolidation (607), arrival (507), departure (509).

A note may come in parts, in any order; it takes effect once all parts have come and agree. A note must have the carrier
and the transport mode of each list whose parcel it names. A list may omit vehicle, voyage and master waybill, so these
are compared only if both documents have them; the notes of one parcel are compared with each other in the same way.
"""

from __future__ import annotations

from typing import TypeAlias

from declarations.documents import ArrivalNote, Consolidation, DepartureNote, ExportInventory
from declarations.reasons import Reason

OTHER_PART = "17301"
OTHER_CARRIER = "17302"
OTHER_TRANSPORT = "17303"
Note: TypeAlias = Consolidation | ArrivalNote | DepartureNote
_WIRE_NAMES = {
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
_COMPARED_FIELDS = ("traf_mode", "traf_name", "voyage_no", "bill_no")


def compare_parts(part: Note, other: Note) -> tuple[Reason, ...]:
    """Return the contradictions between two parts of a note; empty if they belong together."""
    return tuple(
        [
            Reason(OTHER_PART, {"field": wire, "found": str(getattr(part, name)), "other": str(getattr(other, name))})
            for name, wire in _WIRE_NAMES.items()
            if hasattr(part, name) and getattr(part, name) != getattr(other, name)
        ]
    )


def compare_with_list(note: Note, inventory: ExportInventory) -> tuple[Reason, ...]:
    """Return the contradictions between a note and a list whose waybill it names; empty if they agree."""
    reasons = []
    if note.logistics_code != inventory.logistics_code:
        reasons.append(Reason(OTHER_CARRIER, {"found": note.logistics_code, "list": inventory.logistics_code}))
    for name in _COMPARED_FIELDS:
        note_value, list_value = getattr(note, name, ""), getattr(inventory, name)
        if note_value and list_value and note_value != list_value:
            reasons.append(
                Reason(OTHER_TRANSPORT, {"field": _WIRE_NAMES[name], "found": note_value, "list": list_value})
            )
    return tuple(reasons)
