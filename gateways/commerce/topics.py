"""The topics of the gateway of market supervision and commerce, with payload, handler and lock of each."""

from __future__ import annotations

from enum import Enum, auto

from gateways.circumstances import Options
from gateways.commerce import acts, changes, months, papers, register
from gateways.commerce.repository import CommerceDesk
from gateways.gateway import Gateway, NamedKeys
from gateways.topics.commerce import (
    LicenceAsked,
    LicenceChangeDue,
    LicenceDue,
    LicenceOverdue,
    LicencesRecorded,
    ZoneCompanyNamed,
    ZoneMonthDue,
)
from gateways.topics.facts import OptionsChanged
from gateways.topics.shared import Decision, DocumentFiled, document_id, subject_id
from gateways.topics.topic import Topic


class CommerceLock(Enum):
    """The names in a payload, which determine the rows to lock."""

    COMMERCE = auto()
    """Commerce of the sandbox, which covers all its rows."""


def is_on(options: Options) -> bool:
    """True where a sandbox opted in."""
    return options.commerce != "off"


_ALL = CommerceLock.COMMERCE
TOPICS = (
    Topic("agency.licence_query", DocumentFiled, register.handle_queries, _ALL, document_id),
    Topic("agency.licence_authorisation", DocumentFiled, papers.handle_authorisations, _ALL, document_id),
    Topic("agency.trader_filing", DocumentFiled, papers.handle_filings, _ALL, document_id),
    Topic("agency.zone_monthly_report", DocumentFiled, months.handle_reports, _ALL, document_id),
    Topic("commerce.licence_asked", LicenceAsked, register.handle_asked, _ALL, lambda asked: asked.code),
    Topic(
        "commerce.licences_recorded",
        LicencesRecorded,
        changes.handle_recorded,
        _ALL,
        lambda recorded: recorded.credit_code,
        hears=is_on,
    ),
    Topic(
        "commerce.options_changed",
        OptionsChanged,
        changes.handle_options,
        _ALL,
        lambda changed: changed.names,
        hears=is_on,
    ),
    Topic(
        "commerce.zone_company_named",
        ZoneCompanyNamed,
        months.handle_named,
        _ALL,
        lambda named: named.zone,
    ),
    Topic("deadline.licence_answer", LicenceDue, register.handle_due, _ALL, lambda due: due.query_id),
    Topic("deadline.licence_silence", LicenceOverdue, register.handle_overdue, _ALL, lambda due: due.query_id),
    Topic("deadline.licence_change", LicenceChangeDue, changes.handle_change_due, _ALL, lambda due: due.credit_code),
    Topic("deadline.zone_month", ZoneMonthDue, months.handle_due, _ALL, lambda due: due.zone),
    Topic("decision.commerce_case", Decision, acts.decide, _ALL, subject_id),
)


def lock_rows(named_keys: NamedKeys[CommerceLock], desk: CommerceDesk) -> None:
    """Lock commerce of the sandbox."""
    desk.repository.lock()


COMMERCE = Gateway("commerce", TOPICS, lock_rows)
