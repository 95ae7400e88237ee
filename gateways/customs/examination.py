"""Examines an import trade: companies, the four documents, identity, limits, bonded stock.

Returns findings and has no side effects.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from declarations import clearance, limits, matching
from declarations.allowance import Allowance
from declarations.documents import Inventory
from declarations.identity import UNVERIFIED, Identification, identify
from declarations.parameters import NoValue
from declarations.reasons import Reason
from declarations.unanswered import LIST_WITHOUT_VALUE, missing_value_reason
from gateways.customs.companies import inspection_rate, suspended_companies, unregistered_companies
from gateways.customs.repository import BookLine, CustomsCompany, CustomsDesk, Declaration, ParcelRecord
from gateways.customs.stock import short_of_stock
from gateways.customs.trade import JoinedImport

BONDED = frozenset({"1210", "1239"})


@dataclass(slots=True)
class ExaminationRows:
    """The rows of customs' repository that an examination needs, loaded for all trades of a batch at once."""

    companies: Mapping[str, CustomsCompany]
    allowances: dict[tuple[str, int], Allowance]
    caps: Mapping[tuple[str, int], dict[str, int]]
    books: Mapping[tuple[str, str], BookLine]
    parcels: Mapping[str, ParcelRecord]
    year: int
    persons: Mapping[str, str] | None
    """Names by identity number; None if the sandbox does not check buyers against the register."""


def load_rows(trades: Sequence[tuple[JoinedImport, Declaration]], desk: CustomsDesk) -> ExaminationRows:
    """Load the rows for a batch of examinations, with one query for each kind of row."""
    lists: list[Inventory] = [trade.inventory.facts for trade, _ in trades]
    year = desk.day.year
    codes = {code for trade, _ in trades for _, code in companies_of(trade)}
    persons_with_caps = {
        (inventory.buyer_id_number, year)
        for inventory in lists
        if limits.capped_weights(inventory, desk.goods, desk.day)
    }
    book_keys = {
        (inventory.ems_no, line.item_record_no)
        for inventory in lists
        if inventory.trade_mode in BONDED
        for line in inventory.lines
    }
    return ExaminationRows(
        desk.repository.companies(sorted(codes)),
        desk.repository.allowances(sorted({(inventory.buyer_id_number, year) for inventory in lists})),
        desk.repository.caps(sorted(persons_with_caps)) if persons_with_caps else {},
        desk.repository.book_lines(sorted(book_keys)) if book_keys else {},
        desk.repository.parcels([declaration.logistics_key for _, declaration in trades]),
        year,
        desk.repository.persons(sorted({number.upper() for trade, _ in trades for number in _buyer_numbers(trade)}))
        if desk.options.identity == Identification.REGISTRY
        else None,
    )


def _buyer_numbers(trade: JoinedImport) -> Iterable[str]:
    """The buyer's identity numbers from list and order."""
    yield trade.inventory.facts.buyer_id_number
    if trade.order is not None:
        yield trade.order.facts.buyer_id_number


def companies_of(trade: JoinedImport) -> Iterable[tuple[str, str]]:
    """Yield the companies of a trade as pairs (required kind of registration, code)."""
    facts: Inventory = trade.inventory.facts
    yield "platform", facts.ebp_code
    yield "merchant", facts.ebc_code
    yield "agent", facts.agent_code
    yield "carrier", facts.logistics_code
    if trade.payment is not None:
        yield "payment_provider", trade.payment.facts.pay_code
    if facts.trade_mode in BONDED:
        yield "warehouse", facts.area_code


class ExaminationResult(NamedTuple):
    """The findings of an examination: `reasons` to refuse, the first of which goes into the receipt; `warnings`."""

    reasons: list[Reason]
    warnings: list[Reason]
    full_tax: bool


def examine(trade: JoinedImport, value: int, rows: ExaminationRows, desk: CustomsDesk) -> ExaminationResult:
    """Return all findings about a trade; of an incomplete one, about the documents that exist."""
    facts: Inventory = trade.inventory.facts
    unknown = unregistered_companies(companies_of(trade), rows.companies)
    reasons = [
        *suspended_companies(companies_of(trade), rows.companies, desk.now),
        *([] if desk.options.open else unknown),
    ]
    reasons += _compare_documents(trade, rows)
    if facts.port_code and facts.port_code != facts.customs_code:
        reasons += clearance.check(facts.customs_code, facts.port_code, desk.day, desk.law)
    verdict = _check_limits(facts, value, rows, desk)
    reasons += verdict.reasons
    if facts.trade_mode in BONDED:
        reasons += short_of_stock(facts, rows.books)
    return ExaminationResult(reasons, unknown if desk.options.open else [], verdict.full_tax)


def _check_limits(facts: Inventory, value: int, rows: ExaminationRows, desk: CustomsDesk) -> limits.LimitsVerdict:
    """Check the limits of a list; it is refused with a reason if the law of the day lacks a value."""
    buyer = facts.buyer_id_number, rows.year
    try:
        if desk.options.inspection:
            inspection_rate(facts.ebc_code, rows.companies, desk)
        used_value, caps = rows.allowances[buyer].taken, rows.caps.get(buyer, {})
        return limits.check(facts, value, used_value, desk.day, desk.law, desk.goods, caps)
    except NoValue as missing:
        return limits.LimitsVerdict((missing_value_reason(missing, LIST_WITHOUT_VALUE),), False)


def _compare_documents(trade: JoinedImport, rows: ExaminationRows) -> list[Reason]:
    """Compare the documents with each other, and check the buyer's identity."""
    facts: Inventory = trade.inventory.facts
    order, payment, waybill = (filed.facts if filed is not None else None for filed in trade[1:])
    identity = UNVERIFIED if rows.persons is None or order is None else identify(order, facts, rows.persons)
    return [
        *identity.reasons,
        *matching.compare(order, payment, waybill, facts, verified=identity.verified),
        *matching.check_identity_numbers(order, payment, facts),
    ]
