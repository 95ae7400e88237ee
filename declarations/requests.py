"""Cancellation (623) and return (625) against the list they name: may it be cancelled, may these goods come back?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from declarations.documents import Cancellation, Inventory, InventoryLine, Refund, RefundLine
from declarations.lifecycle import move, state
from declarations.money import Scaled, plain
from declarations.reasons import Reason

RELEASED = frozenset({"released", "closed"})


class Listed(NamedTuple):
    """The list that a request names: its state, its facts, and what of each line (by gnum) came back before."""

    state: str
    inventory: Inventory
    returned: Mapping[int, Scaled] = {}


def may_cancel(cancellation: Cancellation, listed: Listed | None) -> list[Reason]:
    """Why a list may not be cancelled; empty when it may. Unknown -623003, released 22007, other states -623005."""
    key = {"agent_code": cancellation.agent_code, "cop_no": cancellation.cop_no, "invt_no": cancellation.invt_no}
    if listed is None:
        return [Reason("-623003", key)]
    if listed.state in RELEASED:
        return [Reason("22007", key)]
    if not _cancellable(listed.state):
        return [Reason("-623005", {**key, "state": state(listed.state).zh})]
    return _same_trade(cancellation, listed.inventory)


def may_return(refund: Refund, listed: Listed | None, release_day: date | None, last_day: date | None,
               day: date) -> list[Reason]:
    """Why goods of a list may not come back; empty when they may.

    `last_day` is the last day to apply, by the release day (`collection.windows`); `day` is the day of the request.
    """
    key = {"agent_code": refund.agent_code, "cop_no": refund.cop_no, "invt_no": refund.invt_no}
    if listed is None:
        return [Reason("-625016", key)]
    if listed.state not in RELEASED:
        return [Reason("14321", key)]
    reasons = _same_trade(refund, listed.inventory)
    if refund.agent_code != listed.inventory.agent_code:
        reasons.append(Reason("-625013", key))
    if last_day is not None and day > last_day:
        reasons.append(Reason("14323", {"release_day": str(release_day), "last_day": str(last_day)}))
    original = {line.gnum: line for line in listed.inventory.lines}
    for line in refund.lines:
        reasons += _line_reasons(line, original.get(line.gnum), listed.returned.get(line.gnum, 0), key)
    return reasons


def _cancellable(listed_state: str) -> bool:
    try:
        move(listed_state, "cancel")
    except ValueError:
        return False
    return True


def _same_trade(request: Cancellation | Refund, inventory: Inventory) -> list[Reason]:
    reasons = []
    if request.order_no != inventory.order_no:
        reasons.append(Reason("14326", {"declared": request.order_no, "list": inventory.order_no}))
    if (request.buyer_id_number, request.buyer_name) != (inventory.buyer_id_number, inventory.buyer_name):
        reasons.append(Reason("14325", {"declared": request.buyer_name, "list": inventory.buyer_name}))
    return reasons


def _line_reasons(line: RefundLine, original: InventoryLine | None, returned: Scaled,
                  key: Mapping[str, str]) -> list[Reason]:
    gnum = str(line.gnum)
    if original is None or original.gcode != line.gcode:
        return [Reason("-625209", {**key, "gnum": gnum, "gcode": line.gcode})]
    if original.unit != line.unit:
        return [Reason("14327", {"gnum": gnum, "declared": line.unit, "list": original.unit})]
    left = original.qty - returned
    if line.qty > left:
        return [Reason("14322", {"gnum": gnum, "available": plain(left), "declared": plain(line.qty)})]
    return []
