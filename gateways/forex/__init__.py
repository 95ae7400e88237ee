"""The foreign-exchange gateway: banks and payment institutions report receipts and payments of real trade."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gateways.forex.acts import decide_as_filed_earlier, decide_reports
from gateways.forex.reports import handle_reports
from gateways.forex.repository import ForexDesk
from gateways.gateway import Delivered, Handler
from gateways.topics.forex import ReportActed
from gateways.topics.shared import Decision, DocumentFiled

HANDLERS: dict[str, Handler] = {
    "agency.forex_report": handle_reports,
    "decision.forex_report": decide_reports,
    "forex.acted": decide_as_filed_earlier,
}


class Forex:
    """The foreign-exchange gateway."""

    name = "forex"
    handlers: Mapping[str, Handler] = HANDLERS

    def hold(self, batch: Sequence[Delivered], desk: ForexDesk) -> None:
        """The enterprises of the reports that came and of those that an officer acted on, all at once."""
        payloads = [delivered.payload for delivered in batch]
        filed = desk.repository.documents(
            {payload.document_id for payload in payloads if isinstance(payload, DocumentFiled)}
        )
        decided = desk.repository.companies_of(
            {
                *(payload.subject_id for payload in payloads if isinstance(payload, Decision)),
                *(payload.report_id for payload in payloads if isinstance(payload, ReportActed)),
            }
        )
        desk.repository.hold(sorted({*decided, *(document.facts.ebc_code for document in filed.values())}))
