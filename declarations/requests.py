"""Checks cancellations (623) and returns (625) against the list that they name.

Quantities and the term of returns are checked by `returns.check`.
"""

from __future__ import annotations

from typing import Generic, NamedTuple, TypeVar

from declarations.documents import Cancellation, Inventory, Refund
from declarations.lifecycle import allowed_transitions, state_values
from declarations.reasons import Reason

RELEASED = frozenset({"released", "closed"})


InventoryT = TypeVar("InventoryT")


class RequestedList(NamedTuple, Generic[InventoryT]):
    """The list, import or export, that a request names: the state of its declaration and its facts."""

    state: str
    inventory: InventoryT


def reasons_against_cancellation(cancellation: Cancellation, listed: RequestedList[Inventory] | None) -> list[Reason]:
    """Return the reasons against a cancellation; empty if allowed. Unknown -623003, released 22007, other states
    -623005."""
    key = {"agent_code": cancellation.agent_code, "cop_no": cancellation.cop_no, "invt_no": cancellation.invt_no}
    if listed is None:
        return [Reason("-623003", key)]
    if listed.state in RELEASED:
        return [Reason("22007", key)]
    if all(step.action != "cancel" for step in allowed_transitions(listed.state)):
        return [Reason("-623005", {**key, **state_values(listed.state)})]
    return _compare_trade(cancellation, listed.inventory)


def reasons_against_return(
    refund: Refund, listed: RequestedList[Inventory] | None, *, by_centre: bool = False
) -> list[Reason]:
    """Return the reasons against a return, apart from quantities and days; empty if allowed. `by_centre`: a
    return-centre warehouse files it in place of the list's agent (`declarations.return_centre`).

    Unknown -625016, not released 14321, another agent -625013, unit 14327, order 14326, buyer 14325.
    """
    key = {"agent_code": refund.agent_code, "cop_no": refund.cop_no, "invt_no": refund.invt_no}
    if listed is None:
        return [Reason("-625016", key)]
    if listed.state not in RELEASED:
        return [Reason("14321", key)]
    reasons = _compare_trade(refund, listed.inventory)
    if refund.agent_code != listed.inventory.agent_code and not by_centre:
        reasons.append(Reason("-625013", key))
    units = {line.gnum: line.unit for line in listed.inventory.lines}
    reasons += [
        Reason("14327", {"gnum": str(line.gnum), "declared": line.unit, "list": units[line.gnum]})
        for line in refund.lines
        if units.get(line.gnum, line.unit) != line.unit
    ]
    return reasons


def _compare_trade(request: Cancellation | Refund, inventory: Inventory) -> list[Reason]:
    reasons = []
    if request.order_no != inventory.order_no:
        reasons.append(Reason("14326", {"declared": request.order_no, "list": inventory.order_no}))
    if (request.buyer_id_number, request.buyer_name) != (inventory.buyer_id_number, inventory.buyer_name):
        reasons.append(Reason("14325", {"declared": request.buyer_name, "list": inventory.buyer_name}))
    return reasons
