"""Modes of export, and the customs districts in which each is open, by day (rules 2.1; reading 28)."""

from __future__ import annotations

from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from declarations.districts import applies_to
from declarations.parameters import NoValue, Parameters
from declarations.reasons import Reason

RETAIL, BONDED, B2B, WAREHOUSE = "9610", "1210", "9710", "9810"
MODES = (RETAIL, BONDED, B2B, WAREHOUSE)
CLOSED = "17201"
NOT_OF_EXPORT = "17202"
_NAMES = MappingProxyType({mode: f"export.modes.{mode}" for mode in MODES})


class Opening(NamedTuple):
    """The answer if a mode is open, and the id of the dated value that decides it (none before its first day)."""

    open: bool
    parameter_ids: tuple[str, ...] = ()


def find_opening(trade_mode: str, customs_code: str, day: date, parameters: Parameters) -> Opening:
    """Return whether a mode of export is open at an office on the day of acceptance; an unknown mode never is."""
    if trade_mode not in _NAMES:
        return Opening(False)
    try:
        value = parameters.on(_NAMES[trade_mode], day)
    except NoValue:  # a mode does not exist before its first day
        return Opening(False)
    return Opening(applies_to(value, customs_code), (value.id,))


def check(trade_mode: str, customs_code: str, day: date, parameters: Parameters) -> tuple[Reason, ...]:
    """Return the reason why an office does not accept a list of this mode on this day; empty if it does."""
    if trade_mode not in _NAMES:
        return (Reason(NOT_OF_EXPORT, {"trade_mode": trade_mode}),)
    mode_opening = find_opening(trade_mode, customs_code, day, parameters)
    if mode_opening.open:
        return ()
    values = {"trade_mode": trade_mode, "customs_code": customs_code, "day": day.isoformat()}
    return (Reason(CLOSED, values, mode_opening.parameter_ids),)
