"""Joins the documents of an import trade by their exact keys, and finds those that came under other numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from declarations import matching
from declarations.documents import Inventory
from declarations.reasons import Reason
from gateways.customs.lists import logistics_key_of
from gateways.customs.repository import CustomsRepository
from gateways.customs.trade import IMPORT, JoinedImport
from gateways.records import FiledDocument


def join_trades(meetings: Mapping[str, list[FiledDocument]]) -> Iterable[JoinedImport]:
    """Join each declared list of these orders with its partners, by their exact keys."""
    for filed_documents in meetings.values():
        inventories = [
            document for document in filed_documents if document.kind == "inventory" and document.state == "declared"
        ]
        if inventories:
            partners = partners_among(filed_documents)
            for inventory in inventories:
                yield join_trade(inventory, partners)


def partners_among(documents: Iterable[FiledDocument]) -> list[FiledDocument]:
    """Return the declared orders, payments and waybills among documents."""
    return [document for document in documents if document.kind in IMPORT.partners and document.state == "declared"]


def join_trade(inventory: FiledDocument, partners: Sequence[FiledDocument]) -> JoinedImport:
    """Join a list with its partners. The payment is the one that the order names, if any, else the first by key."""
    facts: Inventory = inventory.facts
    order = waybill = None
    for partner in partners:
        if partner.kind == "order" and partner.facts.ebc_code == facts.ebc_code:
            order = partner
        elif partner.kind == "waybill" and (partner.facts.logistics_code, partner.facts.logistics_no) == (
            facts.logistics_code,
            facts.logistics_no,
        ):
            waybill = partner
    payment_named = order.facts.pay_transaction_id if order is not None else ""
    payments = [
        partner
        for partner in partners
        if partner.kind == "payment"
        and partner.facts.ebp_code == facts.ebp_code
        and (not payment_named or partner.facts.pay_transaction_id == payment_named)
    ]
    payment = min(payments, key=lambda document: document.key, default=None)
    return JoinedImport(inventory, order, payment, waybill)


def misnumbered(trade: JoinedImport, repository: CustomsRepository) -> list[FiledDocument]:
    """Return documents of the kinds that a list misses which came under other numbers: at its order, where no other
    list has them; with the number of its waybill or of its order's payment; and the order and payment of that waybill.
    """
    order_no = trade.inventory.order_no
    met = repository.load_meetings([order_no])
    taken = {document.id for joined in join_trades(met) for document in joined.partners}
    near = [document for document in met.get(order_no, ()) if document.id not in taken]
    waybills = list(repository.papers("waybill", [logistics_key_of(trade.inventory.facts)]).values())
    near += waybills
    if trade.order is not None:
        paid = trade.order.facts
        near += repository.papers("payment", [f"{paid.pay_code}|{paid.pay_transaction_id}"]).values()
    others = sorted({document.order_no for document in waybills} - {order_no, ""})
    if others:
        # read without their locks, which would be taken out of order
        filed = repository.filed_at(others, ("inventory", "order", "payment"))
        if not any(document.kind == "inventory" for document in filed):
            near += filed
    wanted = {document.id: document for document in near if document.kind in trade.missing}
    return [document for document in wanted.values() if document.state in {"declared", "accepted"}]


def differences(trade: JoinedImport, others: Sequence[FiledDocument]) -> list[Reason]:
    """Return in which numbers and companies the first document of each missing kind differs from its trade."""
    first = {document.kind: document for document in reversed(others) if document.kind in trade.missing}
    if not first:
        return []
    order, payment, waybill = (
        document.facts if (document := present or first.get(kind)) is not None else None
        for kind, present in zip(IMPORT.partners, trade[1:], strict=True)
    )
    reasons = matching.compare(order, payment, waybill, trade.inventory.facts)
    return [reason for reason in reasons if reason.rule in matching.OF_NUMBERS]
