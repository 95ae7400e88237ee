"""Drawn stories of stock abroad and of containers: moves and events in any order, and all that follows from them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from declarations.calendar import DAY, HOUR, instant_of
from declarations.overseas.allocation import DESTROYED, LOST, SENT_BACK, SOLD, allocate, quantities
from declarations.overseas.drafting import AheadLine, DraftTerms, draft_claim
from declarations.overseas.ledger import extend, replay
from declarations.overseas.moves import ELSEWHERE, EVENTS, StockMove, Supply
from declarations.overseas.notices import sorted_moves
from declarations.overseas.transfers import disagreements
from declarations.overseas.undoing import inherit_evidence, without
from declarations.port.charges import UnknownSize, charges_of
from declarations.port.events import PortEvent, PortEventCode
from declarations.port.loading import outcomes_of
from declarations.port.timeline import Loadings, clashes_of, packed_after, stays_of
from tests.law.drawing_stories import Chances
from tests.law.imported import law

FIRST = instant_of(date(2026, 9, 1))
WAREHOUSES = (("TYO01", "JPN"), ("TYO02", "JPN"), ("HAM01", "DEU"))
STEP = 100_000


def stock_abroad(chances: Chances) -> Any:
    """The ledgers, findings, allocation, transfers and draft of a company's goods."""
    supplies = [_supply(chances, number) for number in range(2 + chances.number(3))]
    moves = [_move(chances, number) for number in range(1, 6 + chances.number(9))]
    before = replay(moves[:-2], supplies, {"JPN": 3, "DEU": 25})
    later = [replace(move, at=moves[0].at + 400 * DAY + move.id) for move in moves[-2:]]
    extended = extend(before, later)
    found = replay(moves, supplies, {"JPN": 3, "DEU": 25})
    allocation = allocate(moves, supplies)
    events = (SOLD, LOST, DESTROYED, SENT_BACK)
    taken = {event: quantities(allocation.taken, event, date(2026, 10, 12)) for event in events}
    return [
        [found.sums, found.findings, extended and [extended.sums, extended.findings]],
        [[took.item_no, took.move.id, took.qty] for took in allocation.taken],
        [allocation.unmatched, taken, [move.id for move in sorted_moves(moves)]],
        list(disagreements([move for move in moves if move.event == "T"], FIRST + 45 * DAY, "overseas.transfer_days")),
        _drafted(supplies, moves, chances),
        _undone(moves),
    ]


def transfers(chances: Chances) -> Any:
    """Return what warehouses do not agree about: transfers by the same numbers; some come in elsewhere, later, as other
    lots, or not in full."""
    moves = list[StockMove]()
    for number in range(1, 3 + chances.number(5)):
        lot, qty, day = chances.one_of(("", "L1", "L2")), (2 + chances.number(4)) * STEP, chances.number(20)
        ref, (here, _), (there, _) = f"R{1 + chances.number(3)}", *(chances.one_of(WAREHOUSES) for _ in range(2))
        receiver = chances.one_of((there, there, there, "TYO02"))
        came = qty - chances.one_of((0, 0, 0, STEP))
        other = chances.one_of((lot, lot, lot, "L2", ""))
        sku = chances.one_of(("SKU1", "SKU1", "SKU2"))
        later = day + chances.one_of((1, 3, 9, -1))
        moves += [
            _side(2 * number, here, there, day, qty, sku=sku, ref=ref, lot=lot),
            _side(2 * number + 1, receiver, receiver, later, came, sku=sku, ref=ref, lot=other),
        ]
    return list(disagreements(moves, FIRST + 12 * DAY, "overseas.transfer_days"))


def _side(number: int, warehouse: str, to: str, day: int, qty: int, *, sku: str, ref: str, lot: str) -> StockMove:
    """One side of a transfer: what its warehouse has sent, or received where it is the receiver."""
    at = FIRST + day * DAY
    place = (number, number, number, "3702961003", warehouse, "JPN", "T", at, str(at))
    move = StockMove(*place, "2026-10-01", at + DAY, sku, lot, qty, "011", ref=ref)
    move.to_warehouse = to
    return move


def _supply(chances: Chances, number: int) -> Supply:
    qty, left = (2 + chances.number(12)) * STEP, FIRST + chances.number(40) * DAY
    country = chances.one_of(("JPN", "JPN", "DEU"))
    by_sea, legal_qty = chances.yes(1, 2), qty * chances.one_of((1, 2))
    return Supply(f"ITEM{number}", "SKU1", country, qty, "011", left, by_sea=by_sea, legal_qty=legal_qty)


def _move(chances: Chances, number: int) -> StockMove:
    event, (warehouse, country) = chances.one_of((*EVENTS, "I", "S", "S")), chances.one_of(WAREHOUSES)
    at = FIRST + chances.number(60) * DAY + chances.number(24) * HOUR
    qty = (1 + chances.number(6)) * STEP * (-1 if event == "A" and chances.yes(2, 3) else 1)
    to = chances.one_of((warehouse, "TYO02", "HAM01", ELSEWHERE)) if event == "T" else ""
    move = StockMove(
        *(number, 1 + number // 3, number, "3702961003", warehouse, country, event, at, str(at)),
        *(f"2026-10-{1 + chances.number(28):02}", at + DAY, "SKU1", chances.one_of(("", "", "L1", "L2")), qty, "011"),
        condition=chances.one_of(("", "", "D")),
        ref=chances.one_of(("", "R1", "R2", "R3")),
        to_warehouse=to,
        item_no=chances.one_of(("", "", "ITEM0", "ITEM1")),
    )
    move.price, move.currency = chances.one_of((0, 900, 1300)) * STEP, chances.one_of(("JPY", "JPY", "USD"))
    move.vat, move.tax_included, move.tax_by = chances.number(2) * STEP, chances.yes(1, 2), chances.one_of("SPN")
    move.voucher_no, move.uncounted = chances.one_of(("", "V1")), chances.yes(1, 5)
    move.double_of = 1 if number > 1 and chances.yes(1, 9) else 0
    return move


def _drafted(supplies: list[Supply], moves: list[StockMove], chances: Chances) -> Any:
    lines = [
        AheadLine(
            *(f"L{number}", one.item_no, one.qty, one.qty - chances.number(2) * STEP, 13 * one.qty, "USD"),
            *(9 * one.qty, one.legal_qty, chances.number(3) * STEP),
        )
        for number, one in enumerate(supplies, 1)
    ]
    told: list[Any] = []
    for manufacturer in (False, True):
        terms = DraftTerms(date(2026, 10, 20), manufacturer, law())
        told.append(draft_claim(lines, {"SKU1": supplies}, {"SKU1": moves}, terms))
    return told


def _undone(moves: list[StockMove]) -> Any:
    """Return what a cancelled notice leaves, and what new sales inherit of the old."""
    left = without(moves, {1, 2}, 77)
    new = [replace(move, voucher_no="", uncounted=False) for move in moves]
    inherit_evidence(new, moves)
    told = [[move.id, move.undone_by, move.double_of, move.voucher_no, move.uncounted] for move in left]
    return [told, [[move.voucher_no, move.uncounted] for move in new]]


def container(chances: Chances) -> Any:
    """The stays, clashes, loadings and charges of a container."""
    events = [_event(chances, number) for number in range(1, 4 + chances.number(7))]
    calls: dict[str, list[str]] = {}
    for event in events:
        calls.setdefault(event.call, []).append(event.event)
    calls = {call: [*codes, *chances.one_of(([], ["DEP"], ["LEN"]))] for call, codes in calls.items() if call}
    stays = stays_of(events)
    loaded = Loadings(stays)
    newest = [loaded.newest(bill, after) for bill in ("", "B1", "B2") for after in (0, FIRST + 20 * DAY)]
    charges: list[Any] = []
    for stay in stays:
        try:
            charges.append(charges_of(stay, law(), FIRST + 60 * DAY))
        except UnknownSize as unknown:
            charges.append(type(unknown).__name__)
    told = [[stay.terminal, stay.since, stay.until, [f"{one.id}:{one.mark}" for one in stay.events]] for stay in stays]
    return [
        [told, [clash.key for clash in clashes_of(stays)], outcomes_of(stays, calls), charges],
        [[one and one.id for one in newest], [packed_after(stays, bill, 0) for bill in ("", "B1", "B2")]],
    ]


def _event(chances: Chances, number: int) -> PortEvent:
    code, terminal = chances.one_of(list(PortEventCode)), chances.one_of(("QDTERM", "QDTERM", "KRTERM"))
    at = FIRST + chances.number(30) * DAY + chances.number(4) * HOUR
    told = at + chances.one_of((0, 1, 30)) * HOUR
    event = PortEvent(number, terminal, "QDXU1000015", code, at, told, iso_type=chances.one_of(("", "22G1", "45G1")))
    event.voyage_no = chances.one_of(("", "1E", "2E"))
    event.call = f"{terminal}||{event.voyage_no}" if event.voyage_no else ""
    event.bill_no, event.full = chances.one_of(("", "B1", "B2")), chances.one_of(("", "4", "5"))
    return event
