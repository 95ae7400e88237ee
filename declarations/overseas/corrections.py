"""Compares what is refunded of exported items with what is sold of them now: goods that come back from buyers after
their reconciliation, or after an ordinary claim, leave a refund to be repaid; a reconciliation that was accepted
stays as it is (our reading: 国家税务总局公告2025年第3号 says nothing of it)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from declarations.money import Scaled
from declarations.overseas.allocation import SOLD, allocate, quantities
from declarations.overseas.moves import StockMove, Supply

BACK = "R"


class RefundedQuantity(NamedTuple):
    """What a line of a claim has left of an item, in the item's unit. `settled`: refunded, and no reconciliation is
    awaited; `reconciled`: it was refunded ahead of its sale."""

    claim_no: str
    item_no: str
    qty: Scaled
    settled: bool
    reconciled: bool


class RefundDifference(NamedTuple):
    """What is refunded of an item by a claim, and what is sold of that, as the goods were declared. `to_repay`: the
    quantity to be repaid, in the unit of the item."""

    claim_no: str
    item_no: str
    sku: str
    refunded: Scaled
    sold: Scaled
    to_repay: Scaled = 0

    @property
    def difference(self) -> Scaled:
        """Above zero: to be claimed; below: to be repaid."""
        return self.sold - self.refunded


def corrections(
    refunded: Sequence[RefundedQuantity],
    supplies: Mapping[str, Sequence[Supply]],
    moves: Mapping[str, Sequence[StockMove]],
) -> list[RefundDifference]:
    """Return what differs of a company's items, by goods (SKU). `refunded`: oldest claim first; those that await no
    reconciliation keep what is sold, before those that do. Goods of which no warehouse tells are left out; of ordinary
    claims at most what came back is to be repaid."""
    of_item: dict[str, list[RefundedQuantity]] = {}
    for quantity in refunded:
        of_item.setdefault(quantity.item_no, []).append(quantity)
    found: list[RefundDifference] = []
    for sku, sent in sorted(supplies.items()):
        own = [supply for supply in sent if supply.item_no in of_item]
        if own and (told := moves.get(sku)):
            sold = quantities(allocate(told, sent).taken, SOLD)
            back = sum(move.qty for move in told if move.event == BACK and move.is_booked)
            for supply in own:
                found += _of_item(supply, of_item[supply.item_no], sold.get(supply.item_no, 0), back)
    return found


def _of_item(
    supply: Supply, claimed: Sequence[RefundedQuantity], sold: Scaled, back: Scaled
) -> Iterator[RefundDifference]:
    left = sold
    for quantity in sorted(claimed, key=lambda one: not one.settled):  # as drafts of those that wait reckon with it
        refunded = _declared(quantity.qty, supply)
        kept = min(refunded, left)
        left -= kept
        if quantity.settled and not quantity.reconciled:
            kept = max(kept, refunded - back)
        if quantity.settled and kept < refunded:
            to_repay = quantity.qty - kept * (supply.legal_qty or supply.qty) // supply.qty
            yield RefundDifference(quantity.claim_no, supply.item_no, supply.sku, refunded, kept, to_repay)
    reconciled = [quantity for quantity in claimed if quantity.settled and quantity.reconciled]
    if left and reconciled:
        refunded = _declared(reconciled[-1].qty, supply)
        yield RefundDifference(reconciled[-1].claim_no, supply.item_no, supply.sku, refunded, refunded + left)


def _declared(qty: Scaled, supply: Supply) -> Scaled:
    return supply.qty * qty // supply.legal_qty if supply.legal_qty else qty
