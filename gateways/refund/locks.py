"""Locks for a batch, as far as it is known before it is handled: the accounts of the companies that it is about.

Of a company, its account stands for all that the desk keeps. Only numbers of invoices are shared by companies, and a
unique index guards those.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gateways.gateway import Delivered
from gateways.refund.repository import RefundRepository
from gateways.topics.refund import ExchangeCollected, ExportReturned
from gateways.topics.shared import Decision, DocumentFiled


def hold(batch: Sequence[Delivered], repository: RefundRepository) -> None:
    """Lock the accounts of the companies that a batch is about, in the order of their codes."""
    repository.accounts(sorted(companies(batch, repository)))


def companies(batch: Iterable[Delivered], repository: RefundRepository) -> set[str]:
    """The companies that a batch is about: those of documents, of claims, and those that are named."""
    documents, claims, requests, codes = set[int](), set[int](), set[int](), set[str]()
    for _, payload in batch:
        if isinstance(payload, DocumentFiled):
            documents.add(payload.document_id)
        elif isinstance(payload, ExchangeCollected):
            codes.add(payload.ebc_code)
        elif isinstance(payload, ExportReturned):
            requests.add(payload.request_id)
        elif isinstance(payload, Decision):
            claims.add(payload.subject_id)
        else:
            claims.add(payload.claim_id)
    codes.update(repository.companies(documents, claims))
    codes.update(returned.ebc_code for returned in repository.returned(requests))
    return codes
