"""Examines an export trade: companies, mode, clearance by list and in the district, documents, bonded stock.

Returns findings and has no side effects.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from declarations import clearance
from declarations.documents import ExportInventory
from declarations.export import comparing, list_clearance, modes
from declarations.parameters import NoValue
from declarations.reasons import Reason
from declarations.unanswered import LIST_WITHOUT_VALUE, missing_value_reason
from gateways.customs.companies import inspection_rate, suspended_companies, unregistered_companies
from gateways.customs.repository import (
    BookLine,
    CustomsCompany,
    CustomsDesk,
    CustomsRepository,
    Declaration,
    ParcelRecord,
)
from gateways.customs.stock import short_of_stock
from gateways.customs.trade import JoinedExport
from gateways.records import FiledDocument

WAYBILL_USED = "17131"
BONDED = modes.BONDED
OVERSEAS = "overseas_warehouse"
"""Kind of registration of a company that has filed its overseas warehouses (mode 9810, until 2024-12-14)."""


@dataclass(slots=True)
class ExaminationRows:
    """The rows of customs' repository that an examination needs, loaded for all trades of a batch at once."""

    companies: Mapping[str, CustomsCompany]
    books: Mapping[tuple[str, str], BookLine]
    parcels: Mapping[str, ParcelRecord]
    users: Mapping[int, Declaration]
    """Lists that have used one of these waybills before."""
    arrivals: Mapping[str, FiledDocument]
    """The arrival notes that have named one of these parcels before, by key."""
    departures: Mapping[int, FiledDocument]
    """The departure notes that wait for the release of one of these parcels, by the id of their request."""


def load_rows(
    trades: Sequence[tuple[JoinedExport, Declaration]], users: Iterable[int], repository: CustomsRepository
) -> ExaminationRows:
    """Load the rows for a batch of examinations, with one query for each kind of row."""
    codes = {code for trade, _ in trades for _, code in companies_of(trade)}
    books = {key for trade, _ in trades for key in stock_keys_of(trade.inventory.facts)}
    parcels = repository.parcels([declaration.logistics_key for _, declaration in trades])
    arrivals = sorted({parcel.arrival_key for parcel in parcels.values() if parcel.arrival_key})
    return ExaminationRows(
        repository.companies(sorted(codes)),
        repository.book_lines(sorted(books)) if books else {},
        parcels,
        repository.declarations(sorted(users)),
        repository.papers("arrival_note", arrivals),
        _load_departures(parcels.values(), repository),
    )


def _load_departures(parcels: Iterable[ParcelRecord], repository: CustomsRepository) -> dict[int, FiledDocument]:
    waiting = sorted({parcel.departure_id for parcel in parcels if parcel.departure_id})
    if not waiting:
        return {}
    requests = repository.requests_by_id(waiting)
    documents_by_id = repository.documents([request.document_id for request in requests.values()])
    return {
        number: documents_by_id[request.document_id]
        for number, request in requests.items()
        if request.document_id in documents_by_id
    }


def stock_keys_of(facts: ExportInventory) -> list[tuple[str, str]]:
    """Return the account book lines, as (book, item record), that a list of a special area draws on; else none."""
    if facts.trade_mode != BONDED:
        return []
    return [(facts.ems_no, line.item_record_no) for line in facts.lines]


def companies_of(trade: JoinedExport) -> Iterable[tuple[str, str]]:
    """Yield the companies of a trade as pairs (required kind of registration, code).

    A platform abroad has no code ("无"); a merchant that collects the payment itself is no payment provider.
    """
    facts: ExportInventory = trade.inventory.facts
    if facts.ebp_code != "无":
        yield "platform", facts.ebp_code
    yield "merchant", facts.ebc_code
    yield "agent", facts.agent_code
    yield "carrier", facts.logistics_code
    if trade.collection is not None and trade.collection.facts.pay_code not in {"", facts.ebc_code}:
        yield "payment_provider", trade.collection.facts.pay_code
    if facts.trade_mode == BONDED:
        yield "warehouse", facts.iac_code


class ExaminationResult(NamedTuple):
    """The findings of an examination: `reasons` to refuse, the first of which goes into the receipt; `warnings`;
    reasons for `review`; `value` in yuan, scaled, 0 if no exchange rate is known."""

    reasons: list[Reason]
    warnings: list[Reason]
    review: list[Reason]
    value: int


def examine(
    trade: JoinedExport, used_by: Declaration | None, rows: ExaminationRows, desk: CustomsDesk
) -> ExaminationResult:
    """Return all findings about a trade; of an incomplete one, about the documents that exist.

    `used_by` is another list that uses the same waybill.
    """
    facts: ExportInventory = trade.inventory.facts
    unknown = unregistered_companies(companies_of(trade), rows.companies)
    reasons = [
        *suspended_companies(companies_of(trade), rows.companies, desk.now),
        *([] if desk.options.open else unknown),
    ]
    day, parameters = desk.day, desk.law
    compared, undecided = _compare_documents(trade, rows, desk)
    reasons += compared
    if used_by is not None:
        reasons.append(Reason(WAYBILL_USED, {"logistics_no": facts.logistics_no, "order_no": used_by.order_no}))
    verdict = list_clearance.check(
        facts, day, parameters, desk.goods, warehouse_filed=_has_filed_warehouse(facts, rows.companies, desk)
    )
    reasons += verdict.reasons
    reasons += clearance.check(facts.customs_code, facts.port_code, day, parameters)
    if facts.trade_mode == BONDED:
        reasons += short_of_stock(facts, rows.books)
    reasons += undecided
    return ExaminationResult(
        reasons, unknown if desk.options.open else [], list(verdict.review), verdict.fob.amount or 0
    )


def _compare_documents(
    trade: JoinedExport, rows: ExaminationRows, desk: CustomsDesk
) -> tuple[list[Reason], list[Reason]]:
    """The differences between the documents, and a reason if the law of the day lacks a value to decide the list."""
    order, waybill, collection = (
        filed.facts if filed is not None else None for filed in (trade.order, trade.waybill, trade.collection)
    )
    facts: ExportInventory = trade.inventory.facts
    try:
        if desk.options.inspection:
            inspection_rate(facts.ebc_code, rows.companies, desk)
        return comparing.compare(order, waybill, facts, collection, desk.day, desk.law), []
    except NoValue as missing:
        return [], [missing_value_reason(missing, LIST_WITHOUT_VALUE)]


def _has_filed_warehouse(facts: ExportInventory, companies: Mapping[str, CustomsCompany], desk: CustomsDesk) -> bool:
    """True if a merchant has filed its overseas warehouse; an open sandbox assumes so of an unknown merchant."""
    company = companies.get(facts.ebc_code)
    return desk.options.open if company is None else OVERSEAS in company.kinds
