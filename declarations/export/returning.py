"""Decides if exports may come back as a return (213) and whether tax-free or taxed (rules 2.2, 3.7; readings 5, 33).

Both terms, for the return and for the relief, start on the export release day (1210: the day the goods left the zone)
and end on the acceptance of the return, inclusive. The law of the day of acceptance applies to the term of return, the
districts and the trade mode, that of the day of export to the relief. Goods not admitted as a return are an ordinary
import. No message states whether the site handles retail exports (from 2026-04-01), so this is not checked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from declarations.calendar import months_after
from declarations.districts import applies_to, district_of
from declarations.documents import ExportInventory, ExportRefund, ReturnTally
from declarations.export.modes import BONDED, RETAIL
from declarations.export.relief import AS_EXPORTED, Relief, ReliefStatements, decide_relief, find_food
from declarations.money import Scaled, amount_text
from declarations.parameters import NoValue, Parameters, Value
from declarations.parameters.tables.shape import Words
from declarations.reasons import Reason

NO_RETURNS_YET = "17401"
TOO_LATE = "17402"
OTHER_DISTRICT = "17403"
OTHER_MODE = "17404"
OTHER_MERCHANT = "17405"
NOT_IN_LIST = "17406"
TOO_MUCH = "17407"
OTHER_UNIT = "17408"
OTHER_PARCEL = "17409"


class Departure(NamedTuple):
    """The days of an export: its release, and for 1210 the departure from the zone (None: the day of release)."""

    released_on: date
    left_zone_on: date | None = None


class ReturnVerdict(NamedTuple):
    """The reasons against admitting a return (empty: admitted), and the numbers of its tax-free and its taxed lines.

    `grounds` are the reasons why lines are taxed; `last_day` and `last_free_day` are None if the law sets none.
    """

    reasons: tuple[Reason, ...]
    relieved: tuple[int, ...] = ()
    taxed: tuple[int, ...] = ()
    grounds: tuple[Reason, ...] = ()
    last_day: date | None = None
    last_free_day: date | None = None
    parameter_ids: tuple[str, ...] = ()

    @property
    def allowed(self) -> bool:
        """True if the goods may come back as a return; if not, they are an ordinary import."""
        return not self.reasons


def export_day_of(trade_mode: str, departure: Departure) -> date:
    """Return the day on which both terms of a return start."""
    if trade_mode == BONDED and departure.left_zone_on is not None:
        return departure.left_zone_on
    return departure.released_on


def last_day_of_return(start: date, accepted_on: date, parameters: Parameters) -> date:
    """Return the last day for a return of goods exported on `start`, by the law of the day of acceptance."""
    return months_after(start, int(parameters.on("export.returns.months", accepted_on).amount))


def check(
    refund: ExportRefund,
    inventory: ExportInventory,
    departure: Departure,
    returned_quantities: Mapping[int, Scaled],
    accepted_on: date,
    parameters: Parameters,
    statements: ReliefStatements = AS_EXPORTED,
) -> ReturnVerdict:
    """Check a return request accepted on a day, and which of its lines are tax-free.

    `returned_quantities`: quantities of earlier requests, by line number of the list.
    """
    start = export_day_of(inventory.trade_mode, departure)
    try:
        months = parameters.on("export.returns.months", accepted_on)
    except NoValue:
        return ReturnVerdict((Reason(NO_RETURNS_YET, {"accepted": accepted_on.isoformat()}),))
    last = months_after(start, int(months.amount))
    reasons = (
        *_check_last_day(start, last, accepted_on, months),
        *_check_district(refund, inventory, accepted_on, parameters),
        *_check_trade(refund, inventory, accepted_on, parameters),
        *_check_goods(refund, inventory, returned_quantities),
    )
    line_relief = decide_relief(inventory.trade_mode, start, accepted_on, parameters, statements)
    food_reasons = (
        []
        if line_relief.last_day is None
        else [reason for line in refund.lines if (reason := find_food(line.gnum, line.gcode, start, parameters))]
    )
    return _make_verdict(refund, reasons, line_relief, food_reasons, last, months)


def _make_verdict(
    refund: ExportRefund,
    reasons: tuple[Reason, ...],
    line_relief: Relief,
    food_reasons: Sequence[Reason],
    last: date,
    months: Value,
) -> ReturnVerdict:
    """Divide the lines into tax-free and taxed ones."""
    gnums = dict.fromkeys(line.gnum for line in refund.lines)
    taxed_gnums = gnums.keys() if line_relief.reasons else {int(reason.values["gnum"]) for reason in food_reasons}
    return ReturnVerdict(
        reasons,
        tuple([gnum for gnum in gnums if gnum not in taxed_gnums]),
        tuple([gnum for gnum in gnums if gnum in taxed_gnums]),
        (*line_relief.reasons, *food_reasons),
        last,
        line_relief.last_day,
        tuple(
            dict.fromkeys(
                (
                    months.id,
                    *line_relief.parameter_ids,
                    *(parameter_id for reason in food_reasons for parameter_id in reason.parameter_ids),
                )
            )
        ),
    )


def compare_parcels(tally: ReturnTally, refund: ExportRefund) -> tuple[Reason, ...]:
    """Return the contradictions between a tally (215) and a return request (213); empty if it is the same parcel."""
    pairs = {
        "logisticsCode": (tally.logistics_code, refund.logistics_code),
        "logisticsNo": (tally.logistics_no, refund.logistics_no),
        "billNo": (tally.bill_no, refund.bill_no),
    }
    if tally.invt_no:
        pairs["invtNo"] = tally.invt_no, refund.invt_no
    return tuple(
        [
            Reason(OTHER_PARCEL, {"field": field, "tally": counted, "request": claimed})
            for field, (counted, claimed) in pairs.items()
            if counted != claimed
        ]
    )


def _check_last_day(start: date, last: date, accepted_on: date, months: Value) -> Iterator[Reason]:
    if accepted_on > last:
        yield Reason(
            TOO_LATE,
            {"exported": start.isoformat(), "last": last.isoformat(), "accepted": accepted_on.isoformat()},
            (months.id,),
        )


def _check_district(
    refund: ExportRefund, inventory: ExportInventory, accepted_on: date, parameters: Parameters
) -> Iterator[Reason]:
    offices = inventory.customs_code, refund.customs_code
    if district_of(offices[0]) == district_of(offices[1]):
        return
    value = parameters.on("export.returns.cross_district", accepted_on)
    # other districts only ever admitted returns of retail exports
    if inventory.trade_mode != RETAIL or not applies_to(value, *offices):
        values = {"exported_at": offices[0], "returned_at": offices[1], "trade_mode": inventory.trade_mode}
        yield Reason(OTHER_DISTRICT, values, (value.id,))


def _check_trade(
    refund: ExportRefund, inventory: ExportInventory, accepted_on: date, parameters: Parameters
) -> Iterator[Reason]:
    if refund.trade_mode:
        try:
            modes = parameters.on("export.returns.trade_modes", accepted_on)
        except NoValue:  # returns had no separate modes before the message existed
            pass
        else:
            if refund.trade_mode != (expected := modes.table_as(Words).get(inventory.trade_mode, "")):
                values = {"found": refund.trade_mode, "expected": expected, "trade_mode": inventory.trade_mode}
                yield Reason(OTHER_MODE, values, (modes.id,))
    if refund.ebc_code != inventory.ebc_code:
        yield Reason(OTHER_MERCHANT, {"request": refund.ebc_code, "list": inventory.ebc_code})


def _check_goods(
    refund: ExportRefund, inventory: ExportInventory, returned_quantities: Mapping[int, Scaled]
) -> Iterator[Reason]:
    listed_lines, returned_so_far = {line.gnum: line for line in inventory.lines}, dict(returned_quantities)
    for line in refund.lines:
        names, listed = {"gnum": str(line.gnum), "gcode": line.gcode}, listed_lines.get(line.gnum)
        if listed is None or listed.gcode != line.gcode:
            yield Reason(NOT_IN_LIST, names)
            continue
        if listed.unit != line.unit:
            yield Reason(OTHER_UNIT, {**names, "request": line.unit, "list": listed.unit})
        left = listed.qty - returned_so_far.get(line.gnum, 0)
        returned_so_far[line.gnum] = returned_so_far.get(line.gnum, 0) + line.qty
        if line.qty > left:
            yield Reason(TOO_MUCH, {**names, "qty": amount_text(line.qty), "left": amount_text(max(0, left))})
