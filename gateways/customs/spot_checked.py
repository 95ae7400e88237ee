"""Lists that plans of spot checks stop. Where nothing was ever held, nothing is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from declarations.documents.inventory import Inventory, InventoryLine
from declarations.reasons import Reason
from declarations.spot_checks import drawing
from declarations.spot_checks.drawing import SampledUnit
from gateways.customs import list_holds
from gateways.customs.repository import CustomsDesk, Declaration
from gateways.holds import Held, Hold

AGENCY = "spot_checks"


def read_together(declarations: Sequence[Declaration], desk: CustomsDesk) -> None:
    """Read the plans for the goods of lists together: what is asked of each list then finds them without a query."""
    if desk.circumstances.held is not None:
        lines = [line for declaration in declarations for line in _lines(declaration, desk)]
        desk.held(Held.DRAWN, frozenset[str]().union(*(list_holds.first_digits(line.gcode) for line in lines)))


class StoppedBy(NamedTuple):
    """A plan that stops a list: its reason and number, and the line of which it takes a sample."""

    reason: Reason
    plan_no: str
    gnum: int


def stopping_plans(declaration: Declaration, desk: CustomsDesk) -> list[StoppedBy]:
    """Return the plans that stop an import list, each with the first line that it draws and no other has taken.

    A plan draws by its secret."""
    if desk.circumstances.held is None or declaration.flow != "I":
        return []
    lines = _lines(declaration, desk)
    held = desk.held(Held.DRAWN, frozenset[str]().union(*(list_holds.first_digits(line.gcode) for line in lines)))
    found: dict[int, StoppedBy] = {}
    for line in lines if held else ():
        by_others = {stopped.plan_no for stopped in found.values()}
        plans = sorted(_plans_of(line, held).items())
        drawn = (StoppedBy(reason, number, line.gnum) for number, reason in plans if number not in by_others)
        if stopped := next((one for one in drawn if _draws(one, line, declaration, desk)), None):
            found[line.gnum] = stopped
    return list(found.values())


def _draws(stopped: StoppedBy, line: InventoryLine, declaration: Declaration, desk: CustomsDesk) -> bool:
    key = drawing.line_key(declaration.ebc_code, declaration.order_no, line.gnum)
    secret, rate = (
        desk.plan_secret(AGENCY, stopped.plan_no),
        rate_of(stopped.reason, SampledUnit(key, line.gcode, line.country)),
    )
    return drawing.is_drawn(secret, stopped.plan_no, key, rate)


def rate_of(reason: Reason, unit: SampledUnit) -> Decimal:
    """Return the share at which a plan draws a unit, raised where earlier samples failed."""
    raised = drawing.read_raised(str(reason.values.get("raised", "")))
    return drawing.raised_rate(Decimal(str(reason.values["rate"])), unit, raised)


def _plans_of(line: InventoryLine, held: Mapping[str, Sequence[Hold]]) -> dict[str, Reason]:
    """The plans that name the goods and the origin of a line: number → reason."""
    holds = [hold for code in sorted(list_holds.first_digits(line.gcode)) for hold in held.get(code, ())]
    return {hold.by: hold.reason for hold in holds if hold.reason.values.get("origin") in {"", line.country}}


def _lines(declaration: Declaration, desk: CustomsDesk) -> Sequence[InventoryLine]:
    filed = list_holds.filed_list(declaration, desk)
    return filed.lines if isinstance(filed, Inventory) else ()
