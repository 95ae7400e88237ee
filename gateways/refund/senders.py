"""Checks the senders of refund papers: only the company itself may file them, from its registered DXP id."""

from __future__ import annotations

from collections.abc import Iterable

from declarations.reasons import Reason
from gateways.records import FiledDocument
from gateways.refund.repository import RefundRepository
from gateways.senders import check_own_mailbox

NOT_ITS_OWN = "20535"


def prefetch_companies(documents: Iterable[FiledDocument], repository: RefundRepository) -> None:
    """Load the companies of these documents in one query."""
    repository.standings({document.facts.ebc_code for document in documents})


def check_sender(document: FiledDocument, repository: RefundRepository) -> tuple[Reason, ...]:
    """Return a reason if a document was not sent by its company; empty also if the company has no registered DXP id."""
    code = document.facts.ebc_code
    refusal = check_own_mailbox(document, code, repository.standings([code])[code].dxp_id, NOT_ITS_OWN)
    return (refusal,) if refusal else ()
