"""Changes stock: books moves and lets those of other notices count no more, all of it or nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from declarations.overseas.ledger import REFUSING, SHORT, WARNINGS, LedgerFinding, Replayed
from declarations.overseas.moves import StockMove
from declarations.overseas.notices import StockNotice
from declarations.overseas.undoing import inherit_evidence, without
from declarations.reasons import Reason
from gateways.overseas.differences import settle_differences
from gateways.overseas.known_stock import KnownStock, stock_row
from gateways.overseas.looking import end_silence
from gateways.overseas.outcomes import end_asked
from gateways.overseas.repository import Goods, OverseasDesk

TAKEN_IN, DIFFERENT, REFUSED = "120", "300", "100"


class NoticeAnswer(NamedTuple):
    """The answer to a notice: its status, and the reasons for it."""

    status: str
    reasons: Sequence[Reason]


class StockChange(NamedTuple):
    """The change that a notice makes: the moves that it tells, and the ids of notices whose moves count no more."""

    notice: StockNotice
    document_id: int
    moves: Sequence[StockMove]
    undone: Collection[int]


def apply_change(change: StockChange, known: KnownStock, desk: OverseasDesk) -> NoticeAnswer:
    """Apply a change, or, with the reasons, nothing of it. The answer names no reason if nothing is to be said of
    it."""
    notice, told = change.notice, known.told_by(change.undone)
    kept = _moves_after(change, known, desk)
    found = {goods: _replayed(goods, of_goods, change, known) for goods, of_goods in kept.items()}
    fresh = [finding for goods in found for finding in fresh_findings(found[goods], known.ledger(goods))]
    if refusals := [finding.reason for finding in fresh if finding.reason.rule in REFUSING]:
        return NoticeAnswer(REFUSED, refusals)
    _put_changed(kept, known, desk)
    known.ledgers.update(found)
    _put_stock(found, desk)
    settle_differences(notice.ebc_code, found, desk)
    end_silence(notice.ebc_code, notice.warehouse_code, desk)
    end_asked(notice.ebc_code, {move.asked for of_goods in told.values() for move in of_goods} - {""}, desk)
    warnings = [finding.reason for finding in fresh if finding.reason.rule in WARNINGS]
    differences = [finding.reason for finding in fresh if finding.reason.rule not in WARNINGS]
    return NoticeAnswer(DIFFERENT if differences else TAKEN_IN, (*differences, *warnings))


def _replayed(goods: Goods, moves: Sequence[StockMove], change: StockChange, known: KnownStock) -> Replayed:
    """The ledger of goods after a change."""
    if change.undone:
        return known.replayed(goods, moves)
    return known.ledger_after(goods, moves, [move for move in change.moves if (move.ebc_code, move.sku) == goods])


def _moves_after(change: StockChange, known: KnownStock, desk: OverseasDesk) -> dict[Goods, list[StockMove]]:
    """Return the moves of the goods that a change concerns as they are after it; nothing is stored."""
    told = known.told_by(change.undone)
    kept = {goods: without(known.moves[goods], change.undone, change.document_id) for goods in told}
    _number(change.moves, {**known.moves, **kept}, desk)
    inherit_evidence(change.moves, [move for of_goods in told.values() for move in of_goods])
    for move in change.moves:
        goods = (move.ebc_code, move.sku)
        kept.setdefault(goods, list(known.moves.get(goods, ()))).append(move)
    return kept


def _put_changed(kept: Mapping[Goods, list[StockMove]], known: KnownStock, desk: OverseasDesk) -> None:
    """Store the moves of goods that are new or changed."""
    before = {id(move) for goods in kept for move in known.moves.get(goods, ())}
    desk.repository.put_moves([move for moves in kept.values() for move in moves if id(move) not in before])
    known.moves.update(kept)


def _number(moves: Sequence[StockMove], known: Mapping[Goods, Sequence[StockMove]], desk: OverseasDesk) -> None:
    """Give moves their ids, and mark those that tell what was told before under the same reference."""
    refs = {move.ref for move in moves} - {""}
    told = {
        move.said: move.id
        for goods in {(move.ebc_code, move.sku) for move in moves}
        for move in known.get(goods, ())
        if move.ref in refs and move.is_booked
    }
    for move in moves:
        move.id = desk.repository.new_id()
        if move.ref and move.event != "C":
            first = told.setdefault(move.said, move.id)
            move.double_of = first if first != move.id else 0


def fresh_findings(after: Replayed, before: Replayed) -> list[LedgerFinding]:
    """Return the findings that a notice has brought, or made worse."""
    known = {finding.key: finding.reason for finding in before.findings}
    return [finding for finding in after.findings if _is_worse(finding.reason, known.get(finding.key))]


def _is_worse(found: Reason, before: Reason | None) -> bool:
    if before is None or found.rule != SHORT:
        return found != before
    return Decimal(found.values["short"]) > Decimal(before.values["short"])


def _put_stock(found: Mapping[Goods, Replayed], desk: OverseasDesk) -> None:
    rows = [stock_row(code, ledger) for (code, _), replayed in found.items() for ledger in replayed.sums.values()]
    desk.repository.put_stock(rows)
