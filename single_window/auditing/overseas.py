"""Stock abroad: what was exported must be on hand, sold, lost, destroyed or sent back, or still on its way."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import Connection, select

from declarations.calendar import day_of
from declarations.money import SCALE, Scaled
from declarations.overseas.allocation import allocate
from declarations.overseas.ledger import replay
from declarations.overseas.moves import ELSEWHERE, StockMove, Supply
from declarations.parameters.tables.overseas import OverseasCountries
from gateways.overseas.known_stock import stock_row
from gateways.overseas.looking import by_customs
from gateways.overseas.repository import Goods, StockRow
from single_window.auditing.ledger import Ledger, LedgerDifference, compare_amounts
from single_window.language.words import Words
from single_window.store.agency_tables.overseas import overseas_move, overseas_notice, overseas_stock
from single_window.store.gateways.overseas import MOVES, STOCK
from single_window.store.gateways.overseas_exports import supplies_of
from single_window.store.law_books import law_of
from single_window.store.sandboxes import clocks

WORDS = Words("海外仓库存", "stock abroad")
NOT_TOLD, LOST_LINES = "booked without a notice", "lines of a notice"
NOT_BALANCED, TOO_MANY = "exported, and on hand, gone or on the way", "came in beyond what was exported"
NOT_ITS_SUM, BELOW_ZERO = "on hand, and what came less what went", "below zero"
SHORT = "short beyond what is on the way"
SUMS = ("received", "sold", "returned", "transferred", "adjusted", "destroyed", "sent_back", "on_hand", "damaged")


def audit_ledger(connection: Connection, sandbox: str) -> Ledger:
    """Compute the stock again from all moves, and compare it with what is kept; weigh each kind of goods: exported = on
    hand + sold + lost + destroyed + sent back + on the way."""
    columns = overseas_move.c
    chosen = MOVES.select().where(columns.sandbox == sandbox).order_by(columns.id)
    moves: Mapping[Goods, list[StockMove]] = defaultdict(list)
    for move in map(MOVES.make, connection.execute(chosen)):
        moves[move.ebc_code, move.sku].append(move)
    kept = [STOCK.make(row) for row in connection.execute(STOCK.select().where(overseas_stock.c.sandbox == sandbox))]
    supplies = _supplies(connection, sandbox, {code for code, _ in moves}) if moves else {}
    sums = {"exported": sum(supply.qty for goods in moves for supply in supplies.get(goods, ()))}
    sums |= {name: sum(getattr(row, name) for row in kept) for name in SUMS if name != "damaged"}
    differences = (
        *_of_notices(connection, sandbox, moves),
        *_of_rows(kept),
        *_of_stock(kept, moves, supplies),
        *(found for goods, told in sorted(moves.items()) for found in _weigh(goods, told, supplies.get(goods, ()))),
    )
    return Ledger("overseas", WORDS, len(kept), sums, differences)


def _supplies(connection: Connection, sandbox: str, codes: set[str]) -> Mapping[Goods, Sequence[Supply]]:
    today = day_of(clocks(connection)[sandbox].now())
    countries = law_of(connection, sandbox).on("overseas.countries", today).table_as(OverseasCountries)
    return supplies_of(connection, sandbox, codes, by_customs(countries))


def _of_notices(
    connection: Connection, sandbox: str, moves: Mapping[Goods, Sequence[StockMove]]
) -> Iterator[LedgerDifference]:
    """Compare the lines of notices with the moves that they have booked."""
    column = overseas_notice.c
    chosen = select(column.id, column.lines).where(column.sandbox == sandbox)
    told: dict[int, int] = {row[0]: row[1] for row in connection.execute(chosen)}
    booked = Counter(move.notice_id for of_goods in moves.values() for move in of_goods if not move.undone_by)
    for number in sorted(told.keys() | booked.keys()):
        if number not in told:
            yield LedgerDifference(str(number), NOT_TOLD, booked[number] * SCALE, 0)
        elif told[number] != booked[number]:
            yield LedgerDifference(str(number), LOST_LINES, booked[number] * SCALE, told[number] * SCALE)


def _of_rows(kept: Sequence[StockRow]) -> Iterator[LedgerDifference]:
    """Add up each row as the law of the ledger says it: on hand = I + R + A − S − X − B ± T."""
    for row in kept:
        found = row.received + row.returned + row.adjusted + row.transferred - row.sold - row.destroyed - row.sent_back
        if row.on_hand != found:
            yield LedgerDifference(row.key, NOT_ITS_SUM, row.on_hand, found)
        for sum_of_event in (row.received, row.sold, row.returned, row.destroyed, row.sent_back):
            if sum_of_event < 0:
                yield LedgerDifference(row.key, BELOW_ZERO, sum_of_event, 0)


def _of_stock(
    kept: Sequence[StockRow], moves: Mapping[Goods, Sequence[StockMove]], supplies: Mapping[Goods, Sequence[Supply]]
) -> Iterator[LedgerDifference]:
    again = [
        stock_row(goods[0], ledger)
        for goods, told in moves.items()
        for ledger in replay(told, supplies.get(goods, ()), {}).sums.values()
    ]
    for name in SUMS:
        yield from compare_amounts(name, _by_key(kept, name), _by_key(again, name))


def _by_key(rows: Sequence[StockRow], name: str) -> dict[tuple[object, ...], Scaled]:
    return {(row.key,): getattr(row, name) for row in rows}


def _weigh(goods: Goods, moves: Sequence[StockMove], supplies: Sequence[Supply]) -> Iterator[LedgerDifference]:
    """Weigh goods of a company. What is gone is counted export by export, as drafts of reconciliations do."""
    key, booked = " ".join(goods), [move for move in moves if move.is_booked]
    allocated = allocate(booked, supplies)
    gone = sum(took.qty for took in allocated.taken) + allocated.missing - sum(allocated.unmatched.values())
    exported, on_hand = sum(supply.qty for supply in supplies), sum(move.effect for move in booked)
    came = sum(move.qty for move in booked if move.event == "I")
    on_the_way = exported - came - sum(move.effect for move in booked if move.event == "T")
    if exported != on_hand + gone + on_the_way:
        yield LedgerDifference(key, NOT_BALANCED, exported, on_hand + gone + on_the_way)
    if came > exported:
        yield LedgerDifference(key, TOO_MANY, came, exported)
    for country in sorted({move.country for move in booked}):
        sent = sum(supply.qty for supply in supplies if supply.country == country)
        short, explained = _shortage(booked, country, sent)
        if short > explained:
            yield LedgerDifference(f"{key} {country}", SHORT, short, explained)


def _shortage(booked: Sequence[StockMove], country: str, sent: Scaled) -> tuple[Scaled, Scaled]:
    """Return what is short in the warehouses of a country, and what may be on its way to them: of what was `sent`
    there, of transfers, also from other countries, and of what else was sold or lost."""
    on_hand: Counter[str] = Counter()
    transfers: Counter[str] = Counter()
    came = may_come_back = 0
    for move in booked:
        if move.event == "T":
            transfers[move.to_warehouse] -= move.effect
        if move.country == country:
            on_hand[move.warehouse_code] += move.effect
            came += move.qty if move.event == "I" else 0
            may_come_back -= move.effect if move.event in ("S", "R", "A") else 0
    short = sum(-pieces for pieces in on_hand.values() if pieces < 0)
    moving = sum(moving for name, moving in transfers.items() if moving > 0 and name in (*on_hand, ELSEWHERE))
    return short, max(0, sent - came) + moving + max(0, may_come_back - short)
