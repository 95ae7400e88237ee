"""Queries of stock abroad: cases with the way of their goods, stock, moves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from declarations.calendar import day_of
from declarations.money import Scaled, amount_text
from declarations.overseas.allocation import DESTROYED, LOST, SENT_BACK, SOLD, allocate, quantities
from declarations.overseas.moves import StockMove, Supply
from declarations.parameters.tables.overseas import OverseasCountries
from gateways.overseas.looking import by_customs
from gateways.overseas.repository import OverseasCase
from single_window.cases.overseas.answers import (
    OVERSEAS_KIND,
    ExportChainOut,
    OverseasCaseOut,
    StockMoveOut,
    StockOut,
)
from single_window.frame import case_rows
from single_window.frame.case_rows import CaseReader, CaseRows
from single_window.frame.typed import history_out, instant_text
from single_window.store.agency_tables.overseas import overseas_case, overseas_stock
from single_window.store.bulk import one_of
from single_window.store.gateways.overseas import OVERSEAS_CASES, STOCK, moves_asked, moves_of
from single_window.store.gateways.overseas_exports import supplies_of
from single_window.store.law_books import law_of
from single_window.store.sandboxes import clocks
from single_window.store.tables import refund_claim, refund_line

WAITING = ("open", "overdue")
OVERSEAS_ROWS = CaseRows(overseas_case, OVERSEAS_CASES.select, OVERSEAS_CASES.make, WAITING)
MOST_MOVES = 200
"""Moves that an answer about a case shows, the newest ones."""


def find_overseas_case(connection: Connection, sandbox: str, number: str) -> OverseasCase | None:
    """Return a case by its caseNo or id."""
    by_id = number.isascii() and number.isdigit() and len(number) < 19
    column = overseas_case.c
    return OVERSEAS_ROWS.find(connection, sandbox, column.id == int(number) if by_id else column.case_no == number)


def countries_of(connection: Connection, sandbox: str) -> Mapping[str, str]:
    """Return customs code → letters of the countries of warehouses, as of the sandbox's day."""
    today = day_of(clocks(connection)[sandbox].now())
    value = law_of(connection, sandbox).on("overseas.countries", today)
    return by_customs(value.table_as(OverseasCountries))


def list_stock(connection: Connection, sandbox: str, merchant: str, limit: int) -> tuple[StockOut, ...]:
    """Return the stock of a company, or of all."""
    columns = overseas_stock.c
    chosen = STOCK.select().where(columns.sandbox == sandbox).order_by(columns.key).limit(limit)
    if merchant:
        chosen = chosen.where(columns.ebc_code == merchant)
    return tuple(StockOut.of(STOCK.make(row)) for row in connection.execute(chosen))


def goods_of(
    connection: Connection, sandbox: str, code: str, skus: Collection[str] = ()
) -> tuple[Mapping[str, Sequence[Supply]], Mapping[str, Sequence[StockMove]]]:
    """Return what a company has sent abroad, and the moves of it, by goods; `skus`: only of these."""
    sent = supplies_of(connection, sandbox, [code], countries_of(connection, sandbox))
    supplies = {sku: of_goods for (_, sku), of_goods in sent.items() if not skus or sku in skus}
    moves: dict[str, list[StockMove]] = defaultdict(list)
    for move in moves_of(connection, sandbox, [code], sorted({*supplies, *skus})):
        moves[move.sku].append(move)
    return supplies, moves


def chain_of(connection: Connection, sandbox: str, code: str, skus: Collection[str] = ()) -> tuple[ExportChainOut, ...]:
    """Return the exported items of goods (without `skus` of all), from departure to reconciliation, what left first at
    the top."""
    supplies, moves = goods_of(connection, sandbox, code, skus)
    claims = _claims(connection, sandbox, [supply.item_no for sent in supplies.values() for supply in sent])
    return tuple(out for sku in sorted(supplies) for out in _chain(supplies[sku], moves.get(sku, ()), claims))


def _chain(
    supplies: Sequence[Supply], moves: Sequence[StockMove], claims: Mapping[str, Sequence[str]]
) -> list[ExportChainOut]:
    taken = allocate(moves, supplies).taken
    by_event = {event: quantities(taken, event) for event in (SOLD, LOST, DESTROYED, SENT_BACK)}
    came: dict[str, Scaled] = defaultdict(int)
    for move in moves:
        if move.event == "I" and move.is_booked:
            came[move.country] += move.qty
    found = []
    for supply in sorted(supplies, key=lambda one: (one.departed_at, one.item_no)):
        arrived = min(came[supply.country], supply.qty)
        came[supply.country] -= arrived
        of_item = {event: taken_of.get(supply.item_no, 0) for event, taken_of in by_event.items()}
        found.append(
            ExportChainOut(
                item_no=supply.item_no,
                sku=supply.sku,
                unit=supply.unit,
                country=supply.country,
                departed_at=instant_text(supply.departed_at),
                exported=amount_text(supply.qty),
                received=amount_text(arrived),
                sold=amount_text(of_item[SOLD]),
                lost=amount_text(of_item[LOST]),
                destroyed=amount_text(of_item[DESTROYED]),
                sent_back=amount_text(of_item[SENT_BACK]),
                left=amount_text(supply.qty - sum(of_item.values())),
                claims=tuple(claims.get(supply.item_no, ())),
            )
        )
    return found


def _claims(connection: Connection, sandbox: str, items: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """Item → its claims, each with its state."""
    found: dict[str, list[str]] = defaultdict(list)
    if not items:
        return found
    chosen = (
        select(refund_line.c.item_no, refund_claim.c.cop_no, refund_claim.c.business, refund_claim.c.state)
        .join(refund_claim, refund_claim.c.id == refund_line.c.claim_id)
        .where(
            refund_line.c.sandbox == sandbox,
            refund_line.c.item_no != "",
            one_of(connection, refund_line.c.item_no, items),
        )
        .order_by(refund_claim.c.id)
    )
    for item_no, *told in connection.execute(chosen):
        found[item_no].append(" ".join(filter(None, told)))
    return found


def moves_out(moves: Sequence[StockMove]) -> tuple[StockMoveOut, ...]:
    """Return answers about moves, newest event first."""
    ordered = sorted(moves, key=lambda move: (move.at, move.id), reverse=True)
    return tuple(
        StockMoveOut.of(move, booked=move.is_booked, counts=not move.uncounted) for move in ordered[:MOST_MOVES]
    )


def _moves_of_case(connection: Connection, sandbox: str, case: OverseasCase) -> Sequence[StockMove]:
    if case.kind == "E":
        return moves_asked(connection, sandbox, case.case_no)
    if case.sku:
        return moves_of(connection, sandbox, [case.ebc_code], [case.sku])
    return ()


def _show(connection: Connection, sandbox: str, number: str) -> OverseasCaseOut | None:
    case = find_overseas_case(connection, sandbox, number)
    if case is None:
        return None
    moves = _moves_of_case(connection, sandbox, case)
    skus = {move.sku for move in moves} | ({case.sku} if case.sku else set())
    return OverseasCaseOut.of(
        case,
        chain=chain_of(connection, sandbox, case.ebc_code, sorted(skus)) if skus else (),
        moves=moves_out(moves),
        history=history_out(case_rows.history(connection, sandbox, case.case_no, "overseas_case")),
    )


OVERSEAS_CASE_READER: CaseReader[Any, Any, Any] = CaseReader(
    kind=OVERSEAS_KIND, listed=OVERSEAS_ROWS.newest, out=OverseasCaseOut.of, show=_show
)
