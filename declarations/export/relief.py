"""Relief from import taxes for exports that come back unsold or rejected (rules 3.7; reading 33).

The day of export decides which announcement applies; before the first there is no relief. Messages do not say if goods
were unsold or rejected, unprocessed and complete, so these facts are parameters (`ReliefStatements`).
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from declarations.calendar import months_after
from declarations.parameters import NoValue, Parameters
from declarations.parameters.tables.clearance import Chapters, ReturnRelief
from declarations.reasons import Reason

NO_RELIEF = "17421"
LATE_FOR_RELIEF = "17422"
FOOD = "17423"
GOODS_CHANGED = "17424"
REFUND_NOT_SETTLED = "17425"
OTHER_MODE = "17426"


class ReliefStatements(NamedTuple):
    """Statements of inspection (goods in their original state, though perhaps unpacked) and of the tax office (export
    tax refund repaid or never received)."""

    original_state: bool = True
    refund_settled: bool = True


AS_EXPORTED = ReliefStatements()


class Relief(NamedTuple):
    """The relief of a return from import taxes: its last day (None: no relief applies), and the reasons against it."""

    last_day: date | None
    reasons: tuple[Reason, ...]
    parameter_ids: tuple[str, ...] = ()

    @property
    def granted(self) -> bool:
        """True if there is no reason against it."""
        return not self.reasons


def decide_relief(
    trade_mode: str,
    exported_on: date,
    accepted_on: date,
    parameters: Parameters,
    statements: ReliefStatements = AS_EXPORTED,
) -> Relief:
    """Return the relief for goods exported and declared again on these days, regardless of the kind of goods.

    `exported_on` is the day of export release, or for 1210 the day on which they left the zone.
    """
    try:
        relief_value = parameters.on("export.returns.relief", exported_on)
    except NoValue:
        return Relief(None, (Reason(NO_RELIEF, {"exported": exported_on.isoformat()}),))
    last_day, parameter_ids = months_after(exported_on, relief_value.table_as(ReturnRelief).months), (relief_value.id,)
    reasons = []
    if trade_mode not in relief_value.table_as(ReturnRelief).modes:
        reasons.append(Reason(OTHER_MODE, {"trade_mode": trade_mode}, parameter_ids))
    if accepted_on > last_day:
        values = {
            "exported": exported_on.isoformat(),
            "last": last_day.isoformat(),
            "accepted": accepted_on.isoformat(),
        }
        reasons.append(Reason(LATE_FOR_RELIEF, values, parameter_ids))
    if not statements.original_state:
        reasons.append(Reason(GOODS_CHANGED, {}, parameter_ids))
    if not statements.refund_settled:
        reasons.append(Reason(REFUND_NOT_SETTLED, {}, parameter_ids))
    return Relief(last_day, tuple(reasons), parameter_ids)


def find_food(gnum: int, gcode: str, exported_on: date, parameters: Parameters) -> Reason | None:
    """Return the reason if a line is food (by chapter), to which the relief does not apply; else None."""
    value = parameters.on("export.returns.food", exported_on)
    if gcode[:2] not in value.table_as(Chapters).chapters:
        return None
    return Reason(FOOD, {"gnum": str(gnum), "gcode": gcode}, (value.id,))
