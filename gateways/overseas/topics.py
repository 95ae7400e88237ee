"""The topics of the gateway of stock abroad, with payload, handler and lock of each."""

from __future__ import annotations

from enum import Enum, auto

from gateways.gateway import Gateway, NamedKeys, keys_of
from gateways.overseas import papers
from gateways.overseas.acts import decide
from gateways.overseas.looking import handle_days, handle_left
from gateways.overseas.repository import OverseasDesk
from gateways.topics.facts import StockLeft
from gateways.topics.overseas import StockDayDue
from gateways.topics.shared import Decision, DocumentFiled, document_id, subject_id
from gateways.topics.topic import Topic


class OverseasLock(Enum):
    """The names in a payload, which determine the rows to lock."""

    COMPANY = auto()
    """A company: its file is locked, which covers its stock and its cases."""
    CASE = auto()
    """A case: the file of its company is locked."""
    PAPER = auto()
    """A document: the file of the company that it names is locked."""


TOPICS = (
    Topic("agency.overseas_stock_notice", DocumentFiled, papers.handle_notices, OverseasLock.PAPER, document_id),
    Topic("agency.overseas_sale_evidence", DocumentFiled, papers.handle_evidence, OverseasLock.PAPER, document_id),
    Topic("overseas.stock_left", StockLeft, handle_left, OverseasLock.COMPANY, lambda left: left.code),
    Topic("deadline.overseas_day", StockDayDue, handle_days, OverseasLock.COMPANY, lambda due: due.code),
    Topic("decision.overseas_case", Decision, decide, OverseasLock.CASE, subject_id),
)


def lock_rows(named_keys: NamedKeys[OverseasLock], desk: OverseasDesk) -> None:
    """Lock the files of companies, in the order of their codes."""
    filed = desk.repository.documents(sorted(keys_of(named_keys, OverseasLock.PAPER)))
    codes = {paper.facts.ebc_code for paper in filed.values()} | keys_of(named_keys, OverseasLock.COMPANY)
    codes |= set(desk.repository.companies_of(keys_of(named_keys, OverseasLock.CASE)))
    desk.repository.files(sorted(codes))


OVERSEAS = Gateway("overseas", TOPICS, lock_rows)
