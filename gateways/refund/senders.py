"""Who may hand in papers of a company: the company itself, from the DXP id that it is known to send from."""

from __future__ import annotations

from collections.abc import Iterable

from declarations.reasons import Reason
from gateways.records import Filed
from gateways.refund.repository import RefundRepository

NOT_ITS_OWN = "20535"


def expect(handed: Iterable[Filed], repository: RefundRepository) -> None:
    """Ask for the companies of these documents together."""
    repository.standings({document.facts.ebc_code for document in handed})


def against(document: Filed, repository: RefundRepository) -> tuple[Reason, ...]:
    """Why a document is not its company's own; nothing against one whose company has no DXP id that is known."""
    code = document.facts.ebc_code
    known, sender = repository.standings([code])[code].dxp_id, document.mailboxes.partition(";")[0]
    if known in ("", sender):
        return ()
    return (Reason(NOT_ITS_OWN, {"sender": sender, "code": code, "dxp_id": known}),)
