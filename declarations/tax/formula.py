"""The formulas of import tax in integer arithmetic, so that half a fen is exact and rounds up.

    S    = specific × litres
    CT*  = (V + D + S) ÷ (1 − rc) × rc + S  =  ((V + D) × rc + S) ÷ (1 − rc)
    VAT* = (V + D + CT*) × rv

Amounts V and D are scaled by 10⁵ and in whole fen, rates are scaled by 10⁶; intermediate amounts have eleven decimals.
"""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from typing import NamedTuple

from declarations.money import SCALE, Scaled
from declarations.tax.allocation import FEN
from declarations.tax.rates import MICRO

_FEN_INSIDE = 10**9
_MICRO_INSIDE = 10**5


class Taxes(NamedTuple):
    """Payable consumption tax and VAT (scaled, whole fen), and the statutory amounts before the reduction
    (micro-yuan)."""

    consumption: Scaled
    vat: Scaled
    consumption_full: int
    vat_full: int


def calculate_duty(value: Scaled, rate: int, specific: int, quantity: Scaled, factor: int) -> Scaled:
    """Return the customs duty in whole fen: (V × rate + specific × legal quantity) × factor."""
    if not factor:
        return 0
    return _round_to_fen((value * rate + specific * quantity) * factor, MICRO)


def round_once(taxable: Scaled, rate: int, specific: int, vat: int, factor: int) -> Taxes:
    """Policy P1: the statutory amounts are not rounded; each payable tax of a line is rounded once.

    `taxable` is V + D, `specific` is S with eleven decimals.
    """
    base, rest = taxable * MICRO, MICRO - rate
    consumption = base * rate + specific * MICRO  # ÷ rest
    added = (base * rest + consumption) * vat  # ÷ rest ÷ MICRO
    return Taxes(
        _round_to_fen(consumption * factor, rest * MICRO),
        _round_to_fen(added * factor, rest * MICRO * MICRO),
        _round(consumption, rest * _MICRO_INSIDE),
        _round(added, rest * MICRO * _MICRO_INSIDE),
    )


def round_statutory_first(taxable: Scaled, rate: int, specific: int, vat: int, factor: int) -> Taxes:
    """Policy P2: the statutory amounts are rounded to fen first, then reduced and rounded again."""
    base, rest = taxable * MICRO, MICRO - rate
    consumption = _round_to_fen(base * rate + specific * MICRO, rest)
    added = _round_to_fen((taxable + consumption) * MICRO * vat, MICRO)
    to_micro = MICRO // SCALE
    return Taxes(
        _round_to_fen(consumption * factor * MICRO, MICRO),
        _round_to_fen(added * factor * MICRO, MICRO),
        consumption * to_micro,
        added * to_micro,
    )


def _round_to_fen(numerator: int, divisor: int) -> Scaled:
    """Round an amount with eleven decimals, numerator ÷ divisor, half up to whole fen; return it scaled."""
    return _round(numerator, divisor * _FEN_INSIDE) * FEN


def _round(numerator: int, divisor: int) -> int:
    return (2 * numerator + divisor) // (2 * divisor)


Policy = Callable[[Scaled, int, int, int, int], Taxes]
POLICIES: dict[str, Policy] = {"P1": round_once, "P2": round_statutory_first}


def policy_of(name: str) -> Policy:
    """Return the rounding policy of a name; raises `LookupError`, naming the nearest."""
    policy = POLICIES.get(name)
    if policy is None:
        near = get_close_matches(name, POLICIES, n=1, cutoff=0) or list(POLICIES)
        raise LookupError(f"no rounding policy {name!r}; did you mean {near[0]}?")
    return policy
