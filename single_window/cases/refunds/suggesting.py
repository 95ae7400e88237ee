"""Works out what a claim could be reduced to because goods came back: a figure for the officer's form, which he
may change."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from single_window.cases.refunds.parts import ClaimedExportOut

FEN = Decimal("0.01")


class Reduction(NamedTuple):
    """Refund claimed, what falls away with the goods that came back, and what is left, in yuan; `lines`: number of the
    line, item, quantity that came back of the quantity claimed, refund of it."""

    claimed: Decimal
    left: Decimal
    lines: Sequence[tuple[int, str, Decimal, Decimal, Decimal]]

    @property
    def taken_off(self) -> Decimal:
        """Return what falls away."""
        return self.claimed - self.left


def reduction_of(exports: Sequence[ClaimedExportOut], claimed: str) -> Reduction | None:
    """Return the refund that is left if each line loses the share of its quantity that came back; None if nothing of
    the claim came back. Goods that were returned count against this claim up to its own quantity."""
    lines = [
        (export.number, export.item_no, back, Decimal(export.qty), _share(export, back))
        for export in exports
        if export.known and (back := came_back(export)) > 0
    ]
    if not lines:
        return None
    total = Decimal(claimed)
    return Reduction(total, max(total - sum((share for *_, share in lines), Decimal()), Decimal()), lines)


def came_back(export: ClaimedExportOut) -> Decimal:
    """The quantity of a line's item that claims and returns have beyond what was exported; at most the line's."""
    beyond = Decimal(export.item_used) + Decimal(export.item_returned) - Decimal(export.item_qty)
    return min(max(beyond, Decimal()), Decimal(export.qty))


def _share(export: ClaimedExportOut, back: Decimal) -> Decimal:
    return (Decimal(export.refund) * back / Decimal(export.qty)).quantize(FEN, ROUND_HALF_UP)
