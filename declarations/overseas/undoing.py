"""Undoes moves whose notice is cancelled or replaced: they stay, and count no more."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from declarations.overseas.moves import StockMove


def without(moves: Sequence[StockMove], notices: Collection[int], document_id: int) -> list[StockMove]:
    """Return the moves of one kind of goods, those of these notices undone by a document. A move that told the same as
    one of them, and was not booked for that, is booked in its stead. What changes is a copy."""
    gone = {move.id: move for move in moves if move.notice_id in notices and not move.undone_by}
    heirs: dict[int, int] = {}
    found = []
    for move in moves:
        if move.id in gone:
            found.append(replace(move, undone_by=document_id))
        elif move.double_of in gone and not move.undone_by:
            heir = heirs.setdefault(move.double_of, move.id)
            freed = replace(move, double_of=heir if heir != move.id else 0)
            if heir == move.id:
                _inherit(freed, gone[move.double_of])
            found.append(freed)
        else:
            found.append(move)
    return found


def inherit_evidence(moves: Iterable[StockMove], undone: Iterable[StockMove]) -> None:
    """Give new sales what is known of the evidence of those that they replace: sales of the same goods under the same
    reference, or without one at the same instant."""
    held = {_sale(move): move for move in undone if move.event == "S"}
    for move in moves:
        if move.event == "S" and _sale(move) in held:
            _inherit(move, held[_sale(move)])


def _sale(move: StockMove) -> tuple[str, str]:
    return move.ref or str(move.at), move.sku


def _inherit(move: StockMove, before: StockMove) -> None:
    """Keep voucher, case, and that a sale does not count as long as it has no voucher."""
    move.voucher_no = move.voucher_no or before.voucher_no
    move.asked = before.asked
    move.uncounted = before.uncounted and not move.voucher_no
