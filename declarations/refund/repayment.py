"""Repayment of a refund, by quantity, when goods come back; several repayments add up exactly to the refund."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from declarations.money import Scaled, amount_text
from declarations.reasons import Reason
from declarations.refund.lines import InvoiceLineUse

_FEN: Scaled = 1_000


class TooMuchReturned(ValueError):
    """Raised if more goods came back than were refunded, nothing was refunded, or a quantity is negative."""

    permanent = True

    def __init__(self, qty: Scaled, returned_qty: Scaled, returned_before: Scaled) -> None:
        super().__init__(
            f"of {qty} refunded, {returned_before} came back before and {returned_qty} now (scaled quantities)"
        )


def amount_to_repay(refunded: Scaled, qty: Scaled, returned_qty: Scaled, returned_before: Scaled) -> Scaled:
    """Return the part of a refund (whole fen) to repay when `returned_qty` of `qty` comes back, and `returned_before`
    came back earlier.

    All quantities have the same unit. The result is the share of all returned goods minus the share of those returned
    before, each rounded half up to fen, so that exactly `refunded` is repaid in the end. Raises `TooMuchReturned`.
    """
    _check(qty, returned_qty, returned_before)
    return _share(refunded, returned_before + returned_qty, qty) - _share(refunded, returned_before, qty)


def next_repayment(
    refunded: Scaled, qty: Scaled, repaid: Scaled, returned_before: Scaled, returned_qty: Scaled
) -> Scaled:
    """Return what is repaid of `refunded` (whole fen) for `returned_qty`; `repaid`: with `returned_before`.

    That is the share of all that came back; but where a reconciliation by another price or an officer has moved what
    was repaid, what is left of the refund is shared among the goods that are left. Raises `TooMuchReturned`.
    """
    _check(qty, returned_qty, returned_before)
    if repaid == _share(refunded, returned_before, qty):
        return amount_to_repay(refunded, qty, returned_qty, returned_before)
    return amount_to_repay(refunded - repaid, qty - returned_before, returned_qty, 0)


def uses_to_free(
    uses: Sequence[InvoiceLineUse], returned_qty: Scaled, returned_before: Scaled
) -> tuple[InvoiceLineUse, ...]:
    """Return the quantities and amounts by which returned goods free the invoice lines of a link.

    Invoice lines are freed from the last number to the first; all returns together free exactly what was used.
    Raises `TooMuchReturned`.
    """
    _check(sum(use.qty for use in uses), returned_qty, returned_before)
    before, after = _freed_by(uses, returned_before), _freed_by(uses, returned_before + returned_qty)
    pairs = zip(before, after, strict=True)
    return tuple(
        InvoiceLineUse(late.invoice_no, late.line, late.qty - early.qty, late.amount - early.amount)
        for early, late in pairs
        if late != early
    )


class ReturnCertificate(NamedTuple):
    """The certificate to customs about returned goods; `issued` only if nothing is owed."""

    issued: bool
    reason: Reason


def make_certificate(refunded: Scaled, due: Scaled, repaid: Scaled) -> ReturnCertificate:
    """Return the certificate that returned goods were not refunded or the refund is repaid (rules 3.7); if an amount is
    owed, it is not issued, and the reason names the amount.

    `refunded` was paid for the goods, `due` must be repaid, `repaid` has been repaid; in whole fen.
    """
    numbers = {
        "refunded": amount_text(refunded),
        "due": amount_text(due),
        "repaid": amount_text(repaid),
        "left": amount_text(max(0, due - repaid)),
    }
    if repaid < due:
        return ReturnCertificate(False, Reason("20422", numbers))
    return ReturnCertificate(True, Reason("20421" if refunded else "20420", numbers))


def _freed_by(uses: Sequence[InvoiceLineUse], qty: Scaled) -> list[InvoiceLineUse]:
    freed = []
    for use in sorted(uses, reverse=True):
        freed_quantity = min(use.qty, qty)
        qty -= freed_quantity
        amount = use.amount * freed_quantity // use.qty if use.qty else 0
        freed.append(use._replace(qty=freed_quantity, amount=amount))
    return freed


def _share(amount: Scaled, part_qty: Scaled, whole_qty: Scaled) -> Scaled:
    return (2 * amount * part_qty + whole_qty * _FEN) // (2 * whole_qty * _FEN) * _FEN


def _check(qty: Scaled, returned_qty: Scaled, returned_before: Scaled) -> None:
    if min(returned_qty, returned_before) < 0 or qty <= 0 or returned_before + returned_qty > qty:
        raise TooMuchReturned(qty, returned_qty, returned_before)
