"""Output VAT of an export that is taxed as a domestic sale (rules 3.4; reading 41)."""

from __future__ import annotations

from decimal import Decimal

from declarations.money import Scaled, decimal_of, round_to_fen, scaled_of


def calculate_output_vat(fob_rmb: Scaled, bonded: Scaled, levy: Decimal) -> Scaled:
    """Return (FOB − bonded materials) ÷ (1 + levy) × levy, rounded once to fen; `levy` is a share such as 0.13.

    The base is 0 if bonded materials exceed the FOB. Raises `ValueError` for negative amounts. MoF/STA 2026-11, before
    it 财税[2012]39.
    """
    if fob_rmb < 0 or bonded < 0 or levy < 0:
        raise ValueError(f"a negative amount: FOB {fob_rmb}, bonded materials {bonded}, levy {levy}")
    # multiply before dividing, so that a whole number of fen remains exact
    return scaled_of(round_to_fen(decimal_of(max(0, fob_rmb - bonded)) * levy / (1 + levy)))
