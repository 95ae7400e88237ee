"""All topics of customs, each with its payload, handler and lock.

The topics of batches, exports and summaries are defined in their packages and included here.
"""

from __future__ import annotations

from gateways.customs import (
    acceptance,
    cancellation,
    held_lists,
    locks,
    parcels,
    payment_answers,
    release,
    returns,
    review,
    stock,
)
from gateways.customs.batches.topics import TOPICS as BATCH_TOPICS
from gateways.customs.export.topics import TOPICS as EXPORT_TOPICS
from gateways.customs.lock_targets import (
    DECLARATION,
    ChangeScope,
    LockTarget,
    TargetKind,
    lot_of,
    meeting_key_of,
    request_id_of,
)
from gateways.customs.summaries.topics import TOPICS as SUMMARY_TOPICS
from gateways.gateway import Gateway
from gateways.topics.customs import (
    ArrivalOverdue,
    ClosingDue,
    GoodsBackDue,
    HoldEnded,
    InspectionFailed,
    InspectionPassed,
    ListUnheld,
    OfficerDue,
    PartnersOverdue,
    PaymentDataAnswered,
    PaymentDataOverdue,
    RequestDue,
    TaxAssessed,
    TaxRecomputed,
    TaxShort,
)
from gateways.topics.facts import HoldLifted
from gateways.topics.shared import Decision, DocumentFiled, declaration_id, document_id, subject_id
from gateways.topics.spot_checks import GoodsBookedOut
from gateways.topics.topic import Topic

_TRADE = LockTarget(TargetKind.ORDER, ChangeScope.ALL)
_ALLOWANCE = LockTarget(TargetKind.DECLARATION, ChangeScope.ALLOWANCE)
_STATE = LockTarget(TargetKind.DECLARATION)
_DOCUMENT = LockTarget(TargetKind.DOCUMENT)
_REQUEST = LockTarget(TargetKind.REQUEST, ChangeScope.ALL)

IMPORTS = (
    Topic("import.order", DocumentFiled, acceptance.handle_documents, _TRADE, meeting_key_of),
    Topic("import.payment", DocumentFiled, acceptance.handle_documents, _TRADE, meeting_key_of),
    Topic("import.waybill", DocumentFiled, acceptance.handle_documents, _TRADE, meeting_key_of),
    Topic("import.inventory", DocumentFiled, acceptance.handle_documents, _TRADE, meeting_key_of),
    Topic(
        "deadline.partners",
        PartnersOverdue,
        acceptance.handle_partners_missing,
        LockTarget(TargetKind.WAITING_LIST, ChangeScope.ALL),
        declaration_id,
    ),
    Topic("import.waybill_status", DocumentFiled, parcels.handle_statuses, _DOCUMENT, document_id),
    Topic("import.intake", DocumentFiled, parcels.handle_intakes, _DOCUMENT, document_id),
    Topic("deadline.arrival", ArrivalOverdue, parcels.handle_never_arrived, DECLARATION, declaration_id),
    Topic("import.stock_filing", DocumentFiled, stock.handle_filings, _DOCUMENT, document_id),
    Topic("stock.booked_out", GoodsBookedOut, stock.handle_booked_out, LockTarget(TargetKind.LOT), lot_of),
    Topic("payment_data.answered", PaymentDataAnswered, payment_answers.handle_answered, DECLARATION, declaration_id),
    Topic("deadline.payment_data", PaymentDataOverdue, payment_answers.handle_overdue, DECLARATION, declaration_id),
)
RELEASES = (
    Topic("tax.assessed", TaxAssessed, release.handle_assessed, _ALLOWANCE, declaration_id),
    Topic("tax.short", TaxShort, release.handle_short, DECLARATION, declaration_id),
    Topic("inspection.passed", InspectionPassed, review.handle_inspection_passed, _STATE, declaration_id),
    Topic("inspection.failed", InspectionFailed, review.handle_inspection_failed, _STATE, declaration_id),
    Topic("hold.lifted", HoldLifted, held_lists.handle_lifted, LockTarget(TargetKind.NOTHING)),
    Topic("deadline.hold", HoldEnded, held_lists.handle_ended, LockTarget(TargetKind.NOTHING)),
    Topic("deadline.unheld", ListUnheld, held_lists.handle_unheld, DECLARATION, declaration_id),
    Topic("decision.declaration", Decision, review.decide_declarations, DECLARATION, subject_id),
    Topic("deadline.officer", OfficerDue, review.handle_automatic_officer, DECLARATION, declaration_id),
    Topic("deadline.closing", ClosingDue, release.handle_closing, _STATE, declaration_id),
)
REQUESTS = (
    Topic(
        "import.cancellation",
        DocumentFiled,
        cancellation.handle_cancellations,
        LockTarget(TargetKind.DOCUMENT, ChangeScope.ALL),
        document_id,
    ),
    Topic("import.refund", DocumentFiled, returns.handle_refunds, _DOCUMENT, document_id),
    Topic("tax.recomputed", TaxRecomputed, returns.handle_recomputed, _ALLOWANCE, declaration_id),
    Topic("decision.request", Decision, review.decide_requests, _REQUEST, subject_id),
    Topic("deadline.request", RequestDue, returns.handle_decision_due, _REQUEST, request_id_of),
    Topic("deadline.goods_back", GoodsBackDue, returns.handle_goods_back, _REQUEST, request_id_of),
)
CUSTOMS = Gateway(
    "customs", (*IMPORTS, *RELEASES, *REQUESTS, *BATCH_TOPICS, *EXPORT_TOPICS, *SUMMARY_TOPICS), locks.lock_rows
)
