"""The topics of the export desk."""

from __future__ import annotations

from gateways.customs import cancellation, multipart, offices
from gateways.customs.export import acceptance, goods, loading, notes, returned, tallies
from gateways.customs.lock_targets import (
    DECLARATION,
    PIECE,
    PLACE,
    ChangeScope,
    LockTarget,
    TargetKind,
    meeting_key_of,
    request_id_of,
)
from gateways.topics.customs import (
    DepartureOverdue,
    LateParcels,
    OfficeAnswered,
    OfficeAsked,
    ParcelLoaded,
    Parcels,
    ParcelsLeft,
    PartsOverdue,
)
from gateways.topics.shared import DocumentFiled, declaration_id, document_id
from gateways.topics.topic import Topic

_TRADE = LockTarget(TargetKind.EXPORT, ChangeScope.ALL)
_DOCUMENT = LockTarget(TargetKind.DOCUMENT, ChangeScope.ALL)

TOPICS = (
    Topic("export.order", DocumentFiled, acceptance.handle_documents, _TRADE, meeting_key_of),
    Topic("export.collection", DocumentFiled, acceptance.handle_documents, _TRADE, meeting_key_of),
    Topic("export.waybill", DocumentFiled, acceptance.handle_documents, _TRADE, meeting_key_of),
    Topic("export.inventory", DocumentFiled, acceptance.handle_documents, _TRADE, meeting_key_of),
    Topic("export.consolidation", DocumentFiled, notes.handle_notes, PLACE, meeting_key_of),
    Topic("export.arrival_note", DocumentFiled, notes.handle_notes, PLACE, meeting_key_of),
    Topic("export.departure_note", DocumentFiled, notes.handle_notes, PLACE, meeting_key_of),
    Topic("deadline.parts", PartsOverdue, multipart.handle_missing, PLACE, meeting_key_of),
    Topic("goods.consolidated", Parcels, goods.handle_consolidated, PIECE),
    Topic("goods.arrived", Parcels, goods.handle_arrived, PIECE),
    Topic("goods.departed", Parcels, goods.handle_departed, PIECE),
    Topic("goods.left", ParcelsLeft, goods.handle_left, LockTarget(TargetKind.NOTE), request_id_of),
    Topic("goods.loaded", ParcelLoaded, loading.handle_loaded, DECLARATION, declaration_id),
    Topic("goods.late", LateParcels, goods.handle_late, LockTarget(TargetKind.LATE_PIECE)),
    Topic("deadline.departure", DepartureOverdue, goods.handle_window_over, PLACE, meeting_key_of),
    Topic("export.cancellation", DocumentFiled, cancellation.handle_export_cancellations, _DOCUMENT, document_id),
    Topic("export.refund", DocumentFiled, returned.handle_refunds, LockTarget(TargetKind.DOCUMENT), document_id),
    Topic("export.tally", DocumentFiled, tallies.handle_tallies, _DOCUMENT, document_id),
    Topic("office.asked", OfficeAsked, offices.handle_request, LockTarget(TargetKind.NOTHING)),
    Topic(
        "office.answered", OfficeAnswered, offices.handle_answered, LockTarget(TargetKind.DECLARATION), declaration_id
    ),
)
