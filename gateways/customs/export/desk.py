"""What the export desk hears, and who in this package deals with it."""

from __future__ import annotations

from gateways.customs import offices, parts
from gateways.customs.export import acceptance, cancellation, goods, notes, returned, tallies
from gateways.gateway import Hearing

HEARINGS: dict[str, Hearing] = {
    "export.order": acceptance.hear_documents,
    "export.collection": acceptance.hear_documents,
    "export.waybill": acceptance.hear_documents,
    "export.inventory": acceptance.hear_documents,
    "export.consolidation": notes.hear_notes,
    "export.arrival_note": notes.hear_notes,
    "export.departure_note": notes.hear_notes,
    "deadline.parts": parts.hear_missing,
    "goods.consolidated": goods.hear_consolidated,
    "goods.arrived": goods.hear_arrived,
    "goods.departed": goods.hear_departed,
    "goods.left": goods.hear_left,
    "goods.late": goods.hear_late,
    "deadline.departure": goods.hear_window_over,
    "export.cancellation": cancellation.hear_cancellations,
    "export.refund": returned.hear_refunds,
    "export.tally": tallies.hear_tallies,
    "office.asked": offices.hear_asked,
    "office.answered": offices.hear_answered,
}
