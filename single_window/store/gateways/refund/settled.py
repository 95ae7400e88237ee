"""Checks for customs that no refund is outstanding for the returned goods of a list."""

from __future__ import annotations

from sqlalchemy import Connection, select

from declarations.documents import ExportInventory, unpack
from single_window.store.bulk import one_of
from single_window.store.gateways.refund.exports import items_of_list
from single_window.store.tables import declaration, document, refund_claim, refund_line, refund_paper

GIVEN_UP = ("rejected", "deleted")


def refund_settled(connection: Connection, sandbox: str, list_id: int) -> bool:
    """True if a repayment certificate names the list, or no claim has an unrepaid refund for its items."""
    invt_no, packed = connection.execute(
        select(declaration.c.invt_no, document.c.facts)
        .join(document, document.c.id == declaration.c.document_id)
        .where(declaration.c.id == list_id)
    ).one()
    certified = connection.execute(
        select(refund_paper.c.id)
        .where(
            refund_paper.c.sandbox == sandbox,
            refund_paper.c.invt_no == invt_no,
            refund_paper.c.invt_no != "",
            refund_paper.c.kind == "repayment",
            refund_paper.c.state == "accepted",
        )
        .limit(1)
    ).first()
    if certified is not None:
        return True
    items = items_of_list(connection, list_id, invt_no, unpack(ExportInventory, packed))
    refunded = connection.execute(
        select(refund_line.c.claim_id)
        .join(refund_claim, refund_claim.c.id == refund_line.c.claim_id)
        .where(
            refund_line.c.sandbox == sandbox,
            refund_line.c.item_no != "",
            one_of(connection, refund_line.c.item_no, sorted(set(items.values()))),
            refund_line.c.refund > 0,
            refund_line.c.repaid_qty < refund_line.c.taken,
            refund_claim.c.state.not_in(GIVEN_UP),
        )
        .limit(1)
    ).first()
    return refunded is None
