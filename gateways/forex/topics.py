"""The topics of the foreign-exchange gateway, with payload, handler and lock of each."""

from __future__ import annotations

from enum import Enum, auto

from gateways.forex.acts import decide_reports
from gateways.forex.reports import handle_reports
from gateways.forex.repository import ForexDesk
from gateways.gateway import Gateway, NamedKeys, keys_of
from gateways.topics.shared import Decision, DocumentFiled, document_id, subject_id
from gateways.topics.topic import Topic


class ForexLock(Enum):
    """The rows that a payload names; in each case the enterprise is locked."""

    DOCUMENT = auto()
    REPORT = auto()


TOPICS = (
    Topic("agency.forex_report", DocumentFiled, handle_reports, ForexLock.DOCUMENT, document_id),
    Topic("decision.forex_report", Decision, decide_reports, ForexLock.REPORT, subject_id),
)


def lock_rows(named_keys: NamedKeys[ForexLock], desk: ForexDesk) -> None:
    """Lock the enterprises of all filed and all decided reports of a batch."""
    documents_by_id = desk.repository.documents(keys_of(named_keys, ForexLock.DOCUMENT))
    decided = desk.repository.companies_of(keys_of(named_keys, ForexLock.REPORT))
    desk.repository.lock_enterprises(
        sorted({*decided, *(document.facts.ebc_code for document in documents_by_id.values())})
    )


FOREX = Gateway("forex", TOPICS, lock_rows)
