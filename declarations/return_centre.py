"""Return-centre warehouses (退货中心仓): bonded retail imports come back to the zone that they left (rules 1.5).

A warehouse of the zone receives and sorts what buyers send back, and files the return in place of the agent who
declared the list. No message says that it is one, so a return (625) whose agent is a registered warehouse, and not the
list's agent, is taken for a return through such a warehouse (reading 57). All terms of returns stay as they are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import NamedTuple

from declarations.documents import Inventory, Refund
from declarations.parameters import NoValue, Parameters
from declarations.parameters.tables.clearance import ReturnCentre
from declarations.reasons import Reason
from declarations.risk import grade_values
from schemas import codes

NAME = "returns.centre_warehouse"
WAREHOUSE = "warehouse"
NOT_YET, OTHER_MODE, NO_ZONE, ELSEWHERE, BARRED = "14033", "14034", "14035", "14036", "14037"
OTHER_AGENT = "-625013"


class ReturnAgent(NamedTuple):
    """The registered agent of a return: its kinds, and its credit grade on the day."""

    kinds: Collection[str]
    grade: str


def comes_through(refund: Refund, inventory: Inventory, agent: ReturnAgent | None) -> bool:
    """True if a return is filed by a return-centre warehouse."""
    return agent is not None and WAREHOUSE in agent.kinds and refund.agent_code != inventory.agent_code


def reasons_against(
    refund: Refund, inventory: Inventory, agent: ReturnAgent, applied_on: date, parameters: Parameters
) -> Iterator[Reason]:
    """Yield the reasons against a return through a return-centre warehouse; none: it may come so."""
    try:
        value = parameters.on(NAME, applied_on)
    except NoValue:
        yield Reason(NOT_YET, {"applied": applied_on.isoformat()})
        return
    rule, used = value.table_as(ReturnCentre), (value.id,)
    if inventory.trade_mode not in rule.modes:
        yield Reason(OTHER_MODE, {"trade_mode": inventory.trade_mode, "expected": ", ".join(rule.modes)}, used)
    office = codes.offices.get(refund.customs_code)
    name = office.zh if office else ""
    if not any(zone in name for zone in rule.zone_words):
        yield Reason(NO_ZONE, {"customs_code": refund.customs_code, "office": name or "-"}, used)
    if refund.customs_code != inventory.customs_code:
        yield Reason(ELSEWHERE, {"request": refund.customs_code, "list": inventory.customs_code}, used)
    if agent.grade in rule.barred_grades:
        yield Reason(BARRED, {"agent_code": refund.agent_code, **grade_values(agent.grade)}, used)
