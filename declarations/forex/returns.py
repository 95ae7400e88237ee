"""Checks of refunds to buyers and of late collections, by the enterprise's class (汇发〔2024〕11号)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from declarations.forex.findings import ReportFinding, add_remark, demand_review
from declarations.money import amount_text, round_to_fen, scaled_of
from declarations.parameters import NoValue, Parameters
from declarations.parameters.tables.settlement import Deferral, SpecialRefund

SPECIAL_AT_BANK = "21100"
SPECIAL_ELSEWHERE = "21101"
NEVER_RECEIVED = "21102"
DEFERRED = "21103"


class FirstCollection(NamedTuple):
    """The first collection for an order: its day and its payer."""

    day: date
    payer: str


def check_refund_to_buyer(
    gnum: int,
    payee: str,
    dollars: Decimal,
    first: FirstCollection | None,
    forex_class: str,
    day: date,
    parameters: Parameters,
) -> Iterator[ReportFinding]:
    """Check that a refund goes to the payer of the order in time; otherwise it is a special refund."""
    try:
        value = parameters.on("forex.special_refund", day)
    except NoValue:
        return
    if first is None:
        yield demand_review(NEVER_RECEIVED, (value.id,), gnum=str(gnum))
        return
    rule, days_late = value.table_as(SpecialRefund), (day - first.day).days
    if payee == first.payer and days_late <= rule.days:
        return
    values = {
        "gnum": str(gnum),
        "days": str(days_late),
        "payer": first.payer,
        "payee": payee,
        "dollars": f"{round_to_fen(dollars):f}",
        "most": amount_text(scaled_of(rule.most)),
        "forex_class": forex_class,
    }
    at_bank = forex_class == rule.forex_class and dollars <= rule.most
    yield (
        add_remark(SPECIAL_AT_BANK, (value.id,), **values)
        if at_bank
        else demand_review(SPECIAL_ELSEWHERE, (value.id,), **values)
    )


def check_deferral(
    gnum: int, exported_on: date | None, forex_class: str, day: date, parameters: Parameters
) -> Iterator[ReportFinding]:
    """Check if a collection is so late after its export that it must be registered with SAFE."""
    try:
        value = parameters.on("forex.deferral", day)
    except NoValue:
        return
    rule = value.table_as(Deferral)
    if exported_on is None or forex_class not in rule.classes:
        return
    days_late = (day - exported_on).days
    if days_late > rule.days:
        yield demand_review(
            DEFERRED, (value.id,), gnum=str(gnum), days=str(days_late), most=str(rule.days), forex_class=forex_class
        )
