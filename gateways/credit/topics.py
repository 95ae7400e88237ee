"""The topics of the credit gateway, with payload, handler and lock of each."""

from __future__ import annotations

from enum import Enum, auto

from gateways.credit import considering, ledger, papers
from gateways.credit.acts import decide, handle_defence, handle_late
from gateways.credit.repository import CreditDesk
from gateways.gateway import Gateway, NamedKeys, keys_of
from gateways.topics.credit import AssessmentDue, DecisionDue, DefenceDue
from gateways.topics.facts import CreditEventHappened, SuspensionChanged
from gateways.topics.shared import Decision, DocumentFiled, document_id, subject_id
from gateways.topics.topic import Topic


class CreditLock(Enum):
    """The names in a payload, which determine the rows to lock."""

    COMPANY = auto()
    """A company, by either of its codes: its file is locked, which covers its events and cases."""
    CASE = auto()
    """A case: the file of its company is locked."""
    PAPER = auto()
    """A document about a case: the file of the company of the case is locked."""


TOPICS = (
    Topic("credit.event", CreditEventHappened, ledger.handle_events, CreditLock.COMPANY, lambda event: event.company),
    Topic(
        "credit.suspension",
        SuspensionChanged,
        considering.handle_suspensions,
        CreditLock.COMPANY,
        lambda change: change.company,
    ),
    Topic("agency.credit_objection", DocumentFiled, papers.handle_objections, CreditLock.PAPER, document_id),
    Topic("agency.credit_repair_application", DocumentFiled, papers.handle_repairs, CreditLock.PAPER, document_id),
    Topic("deadline.credit_day", AssessmentDue, considering.handle_due, CreditLock.COMPANY, lambda due: due.code),
    Topic("deadline.credit_defence", DefenceDue, handle_defence, CreditLock.CASE, lambda due: due.case_id),
    Topic("deadline.credit_decision", DecisionDue, handle_late, CreditLock.CASE, lambda due: due.case_id),
    Topic("decision.credit_case", Decision, decide, CreditLock.CASE, subject_id),
)


def lock_rows(named_keys: NamedKeys[CreditLock], desk: CreditDesk) -> None:
    """Lock the files of companies, in the order of their codes."""
    named = keys_of(named_keys, CreditLock.COMPANY)
    known = desk.repository.companies(named)
    codes = {known[name].code if name in known else name for name in named}
    filed = desk.repository.documents(sorted(keys_of(named_keys, CreditLock.PAPER)))
    numbers = desk.repository.case_ids({papers.number_of(paper) for paper in filed.values()}) if filed else {}
    codes |= set(desk.repository.companies_of({*keys_of(named_keys, CreditLock.CASE), *numbers.values()}))
    desk.repository.files(sorted(codes))


CREDIT = Gateway("credit", TOPICS, lock_rows)
