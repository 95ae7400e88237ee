"""Divides freight and insurance of a list among its lines, to the fen (rules 1.2, reading 10)."""

from __future__ import annotations

from collections.abc import Sequence

from declarations.money import Scaled

FEN: Scaled = 1_000
"""One fen, scaled."""


def allocate(total: Scaled, weights: Sequence[int], fallback: Sequence[int] = ()) -> list[Scaled]:
    """Divide `total` (whole fen) in proportion to `weights`, each share rounded half up; the last gets the remainder.

    If the remainder is negative, it is taken from the shares before, from the end. If all weights are zero, `fallback`
    (quantities) is used instead, and equal shares if that is zero too. The shares add up to `total` exactly,
    also of a total below zero, of which a port takes no list.
    """
    if len(weights) == 1:
        return [total]
    if not (whole := sum(weights)):
        weights = fallback if any(fallback) else [1] * len(weights)
        whole = sum(weights)
    cents = total // FEN
    shares = [(2 * cents * weight + whole) // (2 * whole) for weight in weights[:-1]]
    shares.append(cents - sum(shares))
    _take_back(shares)
    return [share * FEN for share in shares]


def share_by_quantity(whole: Scaled, part: Scaled, quantity: Scaled, step: Scaled = FEN) -> Scaled:
    """Return `whole` × `part` ÷ `quantity`, rounded half up to a multiple of `step` (scaled)."""
    return (2 * whole * part + quantity * step) // (2 * quantity * step) * step


def _take_back(shares: list[int]) -> None:
    position = len(shares) - 1
    while shares[-1] < 0 < position:
        position -= 1
        taken = min(shares[position], -shares[-1])
        shares[position] -= taken
        shares[-1] += taken
