"""The topics of the export desk, and the function of this package that handles each."""

from __future__ import annotations

from gateways.customs import cancellation, multipart, offices
from gateways.customs.export import acceptance, goods, notes, returned, tallies
from gateways.gateway import Handler

HANDLERS: dict[str, Handler] = {
    "export.order": acceptance.handle_documents,
    "export.collection": acceptance.handle_documents,
    "export.waybill": acceptance.handle_documents,
    "export.inventory": acceptance.handle_documents,
    "export.consolidation": notes.handle_notes,
    "export.arrival_note": notes.handle_notes,
    "export.departure_note": notes.handle_notes,
    "deadline.parts": multipart.handle_missing,
    "goods.consolidated": goods.handle_consolidated,
    "goods.arrived": goods.handle_arrived,
    "goods.departed": goods.handle_departed,
    "goods.left": goods.handle_left,
    "goods.late": goods.handle_late,
    "deadline.departure": goods.handle_window_over,
    "export.cancellation": cancellation.handle_export_cancellations,
    "export.refund": returned.handle_refunds,
    "export.tally": tallies.handle_tallies,
    "office.asked": offices.handle_request,
    "office.answered": offices.handle_answered,
}
