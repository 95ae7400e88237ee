"""The table of contents of the foreign-exchange gateway: its topics, with payload, handler and lock of each."""

from __future__ import annotations

from enum import Enum, auto

from gateways.forex.acts import decide_reports
from gateways.forex.reports import handle_reports
from gateways.forex.repository import ForexDesk
from gateways.gateway import Gateway, Named, keys_of
from gateways.topics.shared import Decision, DocumentFiled, document_id, subject_id
from gateways.topics.topic import Topic


class ForexLock(Enum):
    """An enterprise, by what a payload names of it."""

    DOCUMENT = auto()
    REPORT = auto()


TOPICS = (
    Topic("agency.forex_report", DocumentFiled, handle_reports, ForexLock.DOCUMENT, document_id),
    Topic("decision.forex_report", Decision, decide_reports, ForexLock.REPORT, subject_id),
)


def lock(named: Named[ForexLock], desk: ForexDesk) -> None:
    """Lock the enterprises of the reports that came and of those that an officer decided about, all at once."""
    filed = desk.repository.documents(keys_of(named, ForexLock.DOCUMENT))
    decided = desk.repository.companies_of(keys_of(named, ForexLock.REPORT))
    desk.repository.hold(sorted({*decided, *(document.facts.ebc_code for document in filed.values())}))


FOREX = Gateway("forex", TOPICS, lock)
