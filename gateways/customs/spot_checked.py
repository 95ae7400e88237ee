"""Lists that spot checks concern: goods that a plan stops, lots that are held. Where nothing was ever held, nothing is
read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache

from declarations.documents.inventory import Inventory, InventoryLine
from declarations.reasons import Reason
from declarations.spot_checks import drawing
from declarations.spot_checks.drawing import SampledUnit
from gateways.customs.repository import CustomsDesk, Declaration
from gateways.holds import Held, Hold
from schemas import receipt_texts

AGENCY = "spot_checks"
REFUSED = "100"
FIRST_DIGITS = range(2, 11)
"""Lengths of codes by which a plan may name goods."""


def read_holds(lists: Sequence[Inventory], desk: CustomsDesk) -> None:
    """Read the holds of all goods and lots of import lists together: what is asked of each list then finds them without
    a query of its own."""
    lines = [(listed, line) for listed in lists for line in listed.lines]
    desk.held(Held.GOODS, _named_by({line.gcode for _, line in lines}))
    desk.held(
        Held.LOT, {drawing.lot_key(listed.ems_no, line.item_record_no) for listed, line in lines if listed.ems_no}
    )


@lru_cache(4_096)
def _first_digits(gcode: str) -> frozenset[str]:
    return frozenset(gcode[:digits] for digits in FIRST_DIGITS)


def _named_by(gcodes: Iterable[str]) -> Collection[str]:
    """Return the keys by which a plan may name goods of these codes."""
    return frozenset[str]().union(*map(_first_digits, gcodes))


def read_lots(declarations: Iterable[Declaration], desk: CustomsDesk) -> None:
    """Read the holds of all lots that lists draw on together, as `read_holds` does for lists that are new."""
    if desk.circumstances.held is not None:
        drawn = {stock for declaration in declarations for stock in _lots_of(declaration)}
        desk.held(Held.LOT, drawn)


def _lots_of(declaration: Declaration) -> set[str]:
    return {drawing.lot_key(stock.ems_no, stock.item_record_no) for stock in declaration.held.stock}


def held_lots(declaration: Declaration, desk: CustomsDesk) -> list[Reason]:
    """Return the reasons for which lots are held that a list draws on."""
    if desk.circumstances.held is None or not declaration.held.stock:
        return []
    held = desk.held(Held.LOT, _lots_of(declaration))
    return [hold.reason for _, holds in sorted(held.items()) for hold in holds]


def refusing_holds(listed: Inventory, desk: CustomsDesk) -> list[Reason]:
    """Return the reasons for which a new list must not draw on its lots: holds whose words refuse (100), such as a
    recall's; others only stop a list."""
    if desk.circumstances.held is None or not listed.ems_no:
        return []
    lots = {drawing.lot_key(listed.ems_no, line.item_record_no) for line in listed.lines}
    reasons = [hold.reason for _, holds in sorted(desk.held(Held.LOT, lots).items()) for hold in holds]
    return [reason for reason in reasons if receipt_texts.return_status(reason.rule) == REFUSED]


def stopping_plan(declaration: Declaration, desk: CustomsDesk) -> tuple[Reason, str, int] | None:
    """Return the plan that stops an import list: its reason, its number and the line of which a sample is taken.

    None if none does. A plan draws by its secret."""
    if desk.circumstances.held is None or declaration.flow != "I":
        return None
    lines = _lines(declaration, desk)
    held = desk.held(Held.GOODS, _named_by({line.gcode for line in lines}))
    for line in lines if held else ():
        for plan_no, reason in sorted(_plans_of(line, held).items()):
            key = drawing.line_key(declaration.ebc_code, declaration.order_no, line.gnum)
            secret = desk.plan_secret(AGENCY, plan_no)
            if drawing.is_drawn(secret, plan_no, key, rate_of(reason, SampledUnit(key, line.gcode, line.country))):
                return reason, plan_no, line.gnum
    return None


def rate_of(reason: Reason, unit: SampledUnit) -> Decimal:
    """Return the share at which the plan of a hold draws a unit, raised where earlier samples failed."""
    raised = drawing.read_raised(str(reason.values.get("raised", "")))
    return drawing.raised_rate(Decimal(str(reason.values["rate"])), unit, raised)


def _plans_of(line: InventoryLine, held: Mapping[str, Sequence[Hold]]) -> dict[str, Reason]:
    """The plans that name the goods and the origin of a line: number → reason."""
    holds = [hold for digits in FIRST_DIGITS for hold in held.get(line.gcode[:digits], ())]
    return {hold.by: hold.reason for hold in holds if hold.reason.values.get("origin") in {"", line.country}}


def _lines(declaration: Declaration, desk: CustomsDesk) -> Sequence[InventoryLine]:
    filed = desk.repository.load_meetings([declaration.order_no]).get(declaration.order_no, ())
    return next((document.facts.lines for document in filed if document.id == declaration.document_id), ())
