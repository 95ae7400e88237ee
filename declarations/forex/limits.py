"""Limits of a single leg: the transaction limit, the small lane, the check of payments for imports.

Each leg is compared separately, in US dollars at the day's rate. A leg above a limit is reviewed by a bank's officer,
not refused (reading 46).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from declarations.forex.findings import ReportFinding, demand_review
from declarations.money import amount_text, round_to_fen, scaled_of
from declarations.parameters import NoValue, Parameters
from declarations.parameters.tables.settlement import TransactionLimit

ABOVE_LIMIT = "21060"
IMPORT_UNPROVED = "21061"
GOODS, SERVICES = "goods", "services"


def check_transaction(
    gnum: int, dollars: Decimal, leg_sort: str, day: date, parameters: Parameters
) -> Iterator[ReportFinding]:
    """Check a leg of `GOODS` or `SERVICES` against the transaction limit; raises `NoValue` before there was one."""
    value = parameters.on("forex.transaction_limit", day)
    limits = value.table_as(TransactionLimit)
    limit = limits.goods if leg_sort == GOODS else limits.services
    if dollars > limit:
        yield demand_review(
            ABOVE_LIMIT, (value.id,), gnum=str(gnum), dollars=_dollar_text(dollars), limit=amount_text(scaled_of(limit))
        )


def is_small(dollars: Decimal, day: date, parameters: Parameters) -> bool:
    """True if an amount is in the small lane, whose checks are lighter; False before there was one."""
    try:
        return dollars <= parameters.on("forex.small_lane", day).amount
    except NoValue:
        return False


def check_import_payment(
    gnum: int, dollars: Decimal, is_proved: bool, day: date, parameters: Parameters
) -> Iterator[ReportFinding]:
    """Check that a payment for goods above the limit is proved by customs data."""
    try:
        value = parameters.on("forex.import_check", day)
    except NoValue:
        return
    if dollars > value.amount and not is_proved:
        yield demand_review(
            IMPORT_UNPROVED,
            (value.id,),
            gnum=str(gnum),
            dollars=_dollar_text(dollars),
            limit=amount_text(scaled_of(value.amount)),
        )


def _dollar_text(dollars: Decimal) -> str:
    """Format an amount to the cent, or with five decimals if rounding would change it."""
    rounded = round_to_fen(dollars)
    return f"{rounded:f}" if rounded == dollars else f"{dollars:.5f}"
