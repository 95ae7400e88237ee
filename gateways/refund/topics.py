"""The topics of the refund desk, with payload, handler and lock of each.

A batch locks the accounts of its companies; the lock covers all rows of a company. Only invoice numbers are shared
between companies, and a unique index protects those.
"""

from __future__ import annotations

from enum import Enum, auto

from gateways.gateway import Gateway, NamedKeys, keys_of
from gateways.refund import (
    deciding_claims,
    exchange,
    filing,
    filing_outcome,
    invoices,
    overdue,
    reconciling,
    recovering,
    repaying,
    review,
)
from gateways.refund.repository import RefundDesk, RefundRepository
from gateways.topics.refund import (
    ExchangeCollected,
    ExchangeDue,
    ExportReturned,
    FilingIndexDue,
    ReconciliationDue,
    ReviewDue,
)
from gateways.topics.shared import Decision, DocumentFiled, document_id, subject_id
from gateways.topics.topic import Topic


class RefundLock(Enum):
    """The rows that a payload names; in each case the company's account is locked."""

    DOCUMENT = auto()
    CLAIM = auto()
    COMPANY = auto()
    RETURN = auto()
    """A return request (213)."""
    FILING = auto()
    """The filing documents of a claim."""


TOPICS = (
    Topic("agency.vat_invoice", DocumentFiled, invoices.handle_invoices, RefundLock.DOCUMENT, document_id),
    Topic("agency.refund_claim", DocumentFiled, deciding_claims.handle_claims, RefundLock.DOCUMENT, document_id),
    Topic("agency.reconciliation", DocumentFiled, reconciling.handle_reconciliations, RefundLock.DOCUMENT, document_id),
    Topic("agency.repayment", DocumentFiled, repaying.handle_repayments, RefundLock.DOCUMENT, document_id),
    Topic(
        "exchange.collected",
        ExchangeCollected,
        exchange.handle_collected,
        RefundLock.COMPANY,
        lambda collected: collected.ebc_code,
    ),
    Topic(
        "customs.export_returned",
        ExportReturned,
        recovering.handle_returned,
        RefundLock.RETURN,
        lambda returned: returned.request_id,
    ),
    Topic("decision.refund_claim", Decision, review.decide_claims, RefundLock.CLAIM, subject_id),
    Topic("deadline.refund_review", ReviewDue, review.handle_due, RefundLock.CLAIM, lambda due: due.claim_id),
    Topic("deadline.exchange", ExchangeDue, overdue.handle_due, RefundLock.CLAIM, lambda due: due.claim_id),
    Topic("agency.filing_index", DocumentFiled, filing.handle_indexes, RefundLock.DOCUMENT, document_id),
    Topic("deadline.filing_index", FilingIndexDue, filing.handle_due, RefundLock.CLAIM, lambda due: due.claim_id),
    Topic("decision.filing_case", Decision, filing_outcome.decide_filing, RefundLock.FILING, subject_id),
    Topic("deadline.reconciliation", ReconciliationDue, overdue.handle_due, RefundLock.CLAIM, lambda due: due.claim_id),
)


def lock_accounts(named_keys: NamedKeys[RefundLock], desk: RefundDesk) -> None:
    """Lock the accounts of a batch's companies, in the order of their codes."""
    desk.repository.accounts(sorted(companies_of(named_keys, desk.repository)))


def companies_of(named_keys: NamedKeys[RefundLock], repository: RefundRepository) -> set[str]:
    """Return the codes of a batch's companies: named directly, or of documents, claims and returns."""
    codes: set[str] = keys_of(named_keys, RefundLock.COMPANY)
    codes |= set(repository.companies_of_filing(keys_of(named_keys, RefundLock.FILING)))
    codes |= set(repository.companies(keys_of(named_keys, RefundLock.DOCUMENT), keys_of(named_keys, RefundLock.CLAIM)))
    return codes | {returned.ebc_code for returned in repository.returned(keys_of(named_keys, RefundLock.RETURN))}


REFUND = Gateway("refund", TOPICS, lock_accounts)
