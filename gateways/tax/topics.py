"""The topics of the tax gateway, with payload, handler and lock of each."""

from __future__ import annotations

from enum import Enum, auto

from gateways.gateway import Gateway, NamedKeys, keys_of
from gateways.tax import assessment, billing, collection
from gateways.tax.repository import TaxDesk
from gateways.topics.facts import ListReleased
from gateways.topics.shared import Decision, declaration_id, subject_id
from gateways.topics.tax import CollectionDue, GoodsReturned, ReturnFiled, TaxDropped, TaxRequested
from gateways.topics.topic import Topic


class TaxLock(Enum):
    """The names in a payload, which determine the rows to lock."""

    BILL = auto()
    """A declaration: its bill and that bill's guarantee are locked."""
    NEW_BILL = auto()
    """(declaration, document): also the guarantee that the list names is locked."""


TOPICS = (
    Topic(
        "tax.requested",
        TaxRequested,
        assessment.handle_requested,
        TaxLock.NEW_BILL,
        lambda request: (request.declaration_id, request.document_id),
    ),
    Topic("tax.dropped", TaxDropped, assessment.handle_dropped, TaxLock.BILL, declaration_id),
    Topic("customs.released", ListReleased, billing.handle_released, TaxLock.BILL, declaration_id),
    Topic("customs.returned", GoodsReturned, billing.handle_returned, TaxLock.BILL, declaration_id),
    Topic("customs.return_filed", ReturnFiled, collection.handle_return_filed, TaxLock.BILL, declaration_id),
    Topic("deadline.collection", CollectionDue, collection.handle_due, TaxLock.BILL, declaration_id),
    Topic("decision.tax_bill", Decision, collection.decide_bills, TaxLock.BILL, subject_id),
)


def lock_rows(named_keys: NamedKeys[TaxLock], desk: TaxDesk) -> None:
    """Lock bills, then guarantees."""
    new = keys_of(named_keys, TaxLock.NEW_BILL)
    declarations = {declaration for declaration, _ in new} | keys_of(named_keys, TaxLock.BILL)
    bills = desk.repository.bills(sorted(declarations))
    lists = desk.repository.inventories(sorted({document for _, document in new}))
    guarantees = {bill.assure_code for bill in bills.values()}
    guarantees |= {inventory.facts.assure_code for inventory in lists.values()}
    desk.repository.guarantees(sorted(guarantees))


TAX = Gateway("tax", TOPICS, lock_rows)
