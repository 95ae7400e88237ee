"""The numbers under which others told of a shipment's lists is stored. An agency that numbers what it looks into, and
names a list or a container in it, appears here without a line of its own."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, or_, select

from declarations.documents import Order, unpack
from declarations.refund.numbers import split_item_number
from gateways.customs.outcome import KIND_OF_LIST
from single_window.cases.shipments.found import FoundShipment
from single_window.store.agency_tables import NUMBERED
from single_window.store.agency_tables.forex import forex_leg, forex_report
from single_window.store.agency_tables.refund import refund_claim, refund_line
from single_window.store.bulk import chunks, one_of
from single_window.store.gateways.refund.exports import items_of_summary
from single_window.store.tables import document, request, summary_declaration, summary_member
from single_window.store.trace_codes import batches_drawn

FOREX_REPORT, REFUND_CLAIM = "forex_report", "refund_claim"
TAX_BILL, WAYBILL, PACKING_LIST = "tax_bill", "export_waybill", "port_packing_list"
_RANGES = 100
"""Declarations of which one statement looks for claims."""


class EventPlace(NamedTuple):
    """Where events are stored: their kind, their business key (empty: any), and the number."""

    kind: str
    key: str
    number: str


def places_of(connection: Connection, sandbox: str, shipment: FoundShipment) -> set[EventPlace]:
    """Return where the events of a shipment are stored; for companies only those of their own lists, parcels and
    cases."""
    packing = shipment.packed if shipment.companies is None else ()
    of_merchants = [row for row in shipment.lists if _may_read(shipment, row.ebc_code)]
    return {
        *_of_lists(shipment.lists),
        *_of_payments(connection, sandbox, shipment.lists),
        *_of_requests(connection, sandbox, shipment.lists),
        *_of_reports(connection, sandbox, of_merchants),
        *_of_lots(connection, sandbox, shipment),
        *_of_claims(connection, sandbox, [row for row in of_merchants if row.flow == "E"]),
        *_numbered(connection, sandbox, shipment),
        *(EventPlace(PACKING_LIST, "", parcel.listed_in) for parcel in packing if parcel.listed_in),
        *(EventPlace("korea_parcel", parcel.parcel_no, parcel.parcel_no) for parcel in shipment.korean),
        *(EventPlace("port_case", case.case_no, case.case_no) for case in shipment.cases),
    }


def _of_lists(lists: Sequence[Any]) -> Iterator[EventPlace]:
    """Two merchants may use the same number of an order, so what is keyed by merchant is known by its key."""
    for row in lists:
        for kind in (KIND_OF_LIST[row.flow], *(("export_order", "collection") if row.flow == "E" else ("order",))):
            yield EventPlace(kind, row.key, row.order_no)
        if row.flow == "E":
            yield EventPlace(WAYBILL, row.logistics_key, row.logistics_key.partition("|")[2][:60])
        else:
            yield EventPlace(TAX_BILL, row.key, row.order_no)
            yield from (EventPlace(kind, row.logistics_key, row.order_no) for kind in ("waybill", "waybill_status"))


def _of_payments(connection: Connection, sandbox: str, lists: Sequence[Any]) -> Iterator[EventPlace]:
    """Payments of imports, by the transaction that the order names."""
    keys = {row.key for row in lists if row.flow == "I"}
    chosen = select(document.c.order_no, document.c.facts).where(
        document.c.sandbox == sandbox, document.c.kind == "order", one_of(connection, document.c.key, sorted(keys))
    )
    for order_no, facts in connection.execute(chosen) if keys else ():
        order = unpack(Order, facts)
        yield EventPlace("payment", f"{order.pay_code}|{order.pay_transaction_id}", order_no)


def _of_requests(connection: Connection, sandbox: str, lists: Sequence[Any]) -> Iterator[EventPlace]:
    orders = {row.id: row.order_no for row in lists}
    chosen = select(request.c.kind, request.c.key, request.c.declaration_id).where(
        request.c.sandbox == sandbox, one_of(connection, request.c.declaration_id, sorted(orders))
    )
    for kind, key, number in connection.execute(chosen) if orders else ():
        yield from (EventPlace(kind, key, place) for place in (orders[number], key.rpartition("|")[2]))


def _of_reports(connection: Connection, sandbox: str, lists: Sequence[Any]) -> Iterator[EventPlace]:
    """Reports of payments by the merchants of these lists that name their orders or numbers."""
    leg, named = forex_leg.c, []
    for column, numbers in ((leg.order_no, "order_no"), (leg.entry_no, "invt_no")):
        if some := sorted({getattr(row, numbers) for row in lists} - {""}):
            named.append((column != "") & one_of(connection, column, some))
    if not named:
        return
    own = {(row.ebc_code, number) for row in lists for number in (row.order_no, row.invt_no) if number}
    chosen = select(forex_report.c.key, forex_report.c.cop_no, leg.ebc_code, leg.order_no, leg.entry_no)
    chosen = chosen.join(forex_leg, leg.report_id == forex_report.c.id).where(leg.sandbox == sandbox, or_(*named))
    for key, number, merchant, order_no, entry_no in connection.execute(chosen):
        if {(merchant, order_no), (merchant, entry_no)} & own:
            yield EventPlace(FOREX_REPORT, key, number)


def _of_lots(connection: Connection, sandbox: str, shipment: FoundShipment) -> Iterator[EventPlace]:
    """Lots that the lists draw from account books, and their newest recalls; for companies only their own."""
    for batch in batches_drawn(connection, sandbox, [row.id for row in shipment.lists]):
        if _may_read(shipment, batch.ebc_code):
            yield EventPlace("trace_batch", batch.batch_no, batch.batch_no)
            if batch.recall_no:
                yield EventPlace("recall", batch.recall_no, batch.recall_no)


def _of_claims(connection: Connection, sandbox: str, lists: Sequence[Any]) -> Iterator[EventPlace]:
    """Refund claims of the merchants of these lists that name an item of theirs: a line of the list, or of the summary
    declaration into which it went."""
    members, own = _summarised(connection, sandbox, [row.id for row in lists]), {row.invt_no for row in lists} - {""}
    declared = own | {member.entry_id for member in members} - {""}
    claimed = list(_claimed(connection, sandbox, sorted(declared), sorted({row.ebc_code for row in lists})))
    of_month = {(member.summary_id, member.month, member.declaration_id) for member in members} if claimed else set()
    items = {item for place in of_month for item in items_of_summary(connection, *place).values()}
    for key, number, item in claimed:
        if item in items or split_item_number(item)[0] in own:
            yield EventPlace(REFUND_CLAIM, key, number)


def _claimed(connection: Connection, sandbox: str, declared: Sequence[str], merchants: Sequence[str]) -> Iterator[Any]:
    """The items of these declarations and lists that merchants claim: key and number of the claim, item number."""
    line, claim = refund_line.c, refund_claim.c
    chosen = select(claim.key, claim.cop_no, line.item_no).join(refund_line, line.claim_id == claim.id)
    in_index = (line.sandbox == sandbox) & (line.item_no != "")  # in each: SQLite searches its index for no range else
    for some in chunks(declared, _RANGES):
        items = [in_index & line.item_no.between(f"{number}001", f"{number}099") for number in some]
        yield from connection.execute(chosen.where(or_(*items), one_of(connection, claim.ebc_code, merchants)))


def _summarised(connection: Connection, sandbox: str, ids: Sequence[int]) -> Sequence[Any]:
    """The summary and month of each of these lists, with the numbers of the declarations that were made of it."""
    member, made = summary_member.c, summary_declaration.c
    chosen = (
        select(member.declaration_id, member.summary_id, member.month, made.entry_id)
        .join(summary_declaration, (made.summary_id == member.summary_id) & (made.month == member.month))
        .where(member.sandbox == sandbox, one_of(connection, member.declaration_id, ids))
    )
    return connection.execute(chosen).all() if ids else ()


def _numbered(connection: Connection, sandbox: str, shipment: FoundShipment) -> Iterator[EventPlace]:
    """What agencies number: cases, samples, parcels that name a list of the shipment, or its container; for companies
    what is about them."""
    about = {
        "declaration_id": {row.id for row in shipment.lists},
        "invt_no": {row.invt_no for row in shipment.lists} - {""},
        "container_no": set(shipment.containers) if shipment.companies is None else set(),
    }
    for known in NUMBERED:
        column = known.table.c
        named = [_among(connection, column[name], some) for name, some in about.items() if name in column and some]
        if shipment.companies is not None:  # nobody else reads a case about them, either
            named = (
                [or_(*named) & _among(connection, column[known.company], shipment.companies)]
                if named and known.company
                else []
            )
        if named:
            chosen = select(column[known.number]).where(column.sandbox == sandbox, or_(*named))
            yield from (EventPlace(known.kind, number, number) for number in connection.execute(chosen).scalars())


def _may_read(shipment: FoundShipment, company: str) -> bool:
    return shipment.companies is None or company in shipment.companies


def _among(connection: Connection, column: Any, some: Collection[Any]) -> ColumnElement[bool]:
    return one_of(connection, column, sorted(some))
