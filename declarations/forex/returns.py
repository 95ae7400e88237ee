"""Checks of refunds to buyers and of late collections, by the enterprise's class (汇发〔2024〕11号)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from declarations.forex.findings import ReportFinding, remark, review
from declarations.money import plain, scaled, to_fen
from declarations.parameters import NoValue, Parameters
from declarations.parameters.tables.settlement import Deferral, SpecialRefund

SPECIAL_AT_BANK = "21100"
SPECIAL_ELSEWHERE = "21101"
NEVER_RECEIVED = "21102"
DEFERRED = "21103"


class OrderCollections(NamedTuple):
    """The first collection for an order: its day and its payer."""

    day: date
    payer: str


def sent_back(
    gnum: int,
    payee: str,
    dollars: Decimal,
    received: OrderCollections | None,
    forex_class: str,
    day: date,
    parameters: Parameters,
) -> Iterator[ReportFinding]:
    """Check that a refund goes to the payer of the order in time; otherwise it is a special refund."""
    try:
        value = parameters.on("forex.special_refund", day)
    except NoValue:
        return
    if received is None:
        yield review(NEVER_RECEIVED, (value.id,), gnum=str(gnum))
        return
    rule, late = value.read(SpecialRefund), (day - received.day).days
    if payee == received.payer and late <= rule.days:
        return
    values = {
        "gnum": str(gnum),
        "days": str(late),
        "payer": received.payer,
        "payee": payee,
        "dollars": f"{to_fen(dollars):f}",
        "most": plain(scaled(rule.most)),
        "forex_class": forex_class,
    }
    at_bank = forex_class == rule.forex_class and dollars <= rule.most
    yield (
        remark(SPECIAL_AT_BANK, (value.id,), **values) if at_bank else review(SPECIAL_ELSEWHERE, (value.id,), **values)
    )


def deferred(
    gnum: int, exported_on: date | None, forex_class: str, day: date, parameters: Parameters
) -> Iterator[ReportFinding]:
    """Check if a collection is so late after its export that it must be registered with SAFE."""
    try:
        value = parameters.on("forex.deferral", day)
    except NoValue:
        return
    rule = value.read(Deferral)
    if exported_on is None or forex_class not in rule.classes:
        return
    late = (day - exported_on).days
    if late > rule.days:
        yield review(
            DEFERRED,
            (value.id,),
            gnum=str(gnum),
            days=str(late),
            most=str(rule.days),
            forex_class=forex_class,
        )
