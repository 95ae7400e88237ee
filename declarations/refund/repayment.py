"""Repayment of a refund, by quantity, when goods come back; several repayments add up exactly to the refund."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from declarations.money import Scaled, plain
from declarations.reasons import Reason
from declarations.refund.lines import InvoiceTaken

_FEN: Scaled = 1_000


class TooMuchReturned(ValueError):
    """Raised if more goods came back than were refunded, or a quantity is negative."""

    permanent = True

    def __init__(self, qty: Scaled, returned_qty: Scaled, already: Scaled) -> None:
        super().__init__(f"of {qty} refunded, {already} came back before and {returned_qty} now (scaled quantities)")


def repay(refunded: Scaled, qty: Scaled, returned_qty: Scaled, already: Scaled) -> Scaled:
    """Return the part of a refund (whole fen) to repay if `returned_qty` of `qty` comes back after `already` did.

    All quantities have the same unit. The result is the share of all returned goods minus the share of those returned
    before, each rounded half up to fen, so that exactly `refunded` is repaid in the end. Raises `TooMuchReturned`.
    """
    _check(qty, returned_qty, already)
    return _share(refunded, already + returned_qty, qty) - _share(refunded, already, qty)


def release(taken: Sequence[InvoiceTaken], returned_qty: Scaled, already: Scaled) -> tuple[InvoiceTaken, ...]:
    """Return the quantities and amounts to subtract from `used` of a link's invoice lines for returned goods.

    Invoice lines are freed from the last number to the first; all returns together free exactly what was used.
    Raises `TooMuchReturned`.
    """
    _check(sum(invoice.qty for invoice in taken), returned_qty, already)
    before, after = _freed(taken, already), _freed(taken, already + returned_qty)
    pairs = zip(before, after, strict=True)
    return tuple(
        InvoiceTaken(late.invoice_no, late.line, late.qty - early.qty, late.amount - early.amount)
        for early, late in pairs
        if late != early
    )


class ReturnCertificate(NamedTuple):
    """The certificate to customs about returned goods; `issued` only if nothing is owed."""

    issued: bool
    reason: Reason


def certificate(refunded: Scaled, due: Scaled, repaid: Scaled) -> ReturnCertificate:
    """Return the certificate that returned goods were not refunded or the refund is repaid, or the amount owed (rules
    3.7).

    `refunded` was paid for the goods, `due` must be repaid, `repaid` has been repaid; in whole fen.
    """
    numbers = {
        "refunded": plain(refunded),
        "due": plain(due),
        "repaid": plain(repaid),
        "left": plain(max(0, due - repaid)),
    }
    if repaid < due:
        return ReturnCertificate(False, Reason("20422", numbers))
    return ReturnCertificate(True, Reason("20421" if refunded else "20420", numbers))


def _freed(taken: Sequence[InvoiceTaken], qty: Scaled) -> list[InvoiceTaken]:
    freed_lines = []
    for line in sorted(taken, reverse=True):
        freed = min(line.qty, qty)
        qty -= freed
        freed_lines.append(line._replace(qty=freed, amount=line.amount * freed // line.qty if line.qty else 0))
    return freed_lines


def _share(whole: Scaled, part: Scaled, of: Scaled) -> Scaled:
    return (2 * whole * part + of * _FEN) // (2 * of * _FEN) * _FEN


def _check(qty: Scaled, returned_qty: Scaled, already: Scaled) -> None:
    if min(returned_qty, already) < 0 or qty <= 0 or already + returned_qty > qty:
        raise TooMuchReturned(qty, returned_qty, already)
