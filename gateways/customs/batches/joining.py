"""Messages of lists to the batch desk: to join, inspected, concluded, ended.

Sent by the desks of lists, which lock the orders of their lists but no batch; the batch desk handles them separately.
"""

from __future__ import annotations

from collections.abc import Iterable

from declarations.reasons import Reason
from gateways.customs.batches.opening import opening
from gateways.customs.repository import CustomsDesk, Declaration
from gateways.topics.customs import MemberReported

GREEN = "green"
IN_BATCH = {
    "2600": "2600.batch",
    "14500": "14500.batch",
    "2300.inventory": "2300.batch",
    "14899": "14899.batch",
    "14500.reason": "14500.reason",
    "2300.inventory.reason": "2300.inventory.reason",
    "14899.reason": "14899.reason",
}
"""The reasons in receipts of a member: the same, with the batch number."""


def in_batch(declaration: Declaration, reason: Reason) -> Reason:
    """A reason as it is written in the receipts of a list: those of a batch's member name the batch."""
    rule = IN_BATCH.get(reason.rule) if declaration.batch_no else None
    return reason if rule is None else Reason(rule, {**reason.values, "batch_no": declaration.batch_no})


def joins(declaration: Declaration, desk: CustomsDesk) -> bool:
    """True if a list whose lane would be drawn now joins a batch instead: one that keeps a place for it, or the one of
    its opening, if the sandbox opens batches."""
    if declaration.batch_id:
        return True
    kept = [
        member
        for member in desk.repository.reserved([declaration.key, declaration.order_no])
        if member.flow == declaration.flow
    ]
    key = opening(declaration, desk)
    if not kept and not key:
        return False
    desk.send(MemberReported("joined", kept[0].batch_id if kept else 0, declaration.id, key))
    return True


def sampled(declarations: Iterable[Declaration], result: str, desk: CustomsDesk) -> None:
    """These lists were inspected, with this result, whatever has become of them meanwhile."""
    for declaration in declarations:
        if declaration.batch_id:
            desk.send(MemberReported("sampled", declaration.batch_id, declaration.id, result))


def concluded(declaration: Declaration, desk: CustomsDesk) -> bool:
    """A list was concluded; gives whether its batch decides when it continues."""
    if declaration.batch_id:
        desk.send(MemberReported("concluded", declaration.batch_id, declaration.id, ""))
    return declaration.batch_id > 0


def settled(declaration: Declaration, end: str, desk: CustomsDesk) -> None:
    """A list was "released", or "refused" (rejected, sent back, cancelled): the latter leaves its batch with it."""
    if declaration.batch_id:
        desk.send(MemberReported("settled", declaration.batch_id, declaration.id, end))
        if end == "released":
            declaration.lane = declaration.lane or GREEN
        else:
            declaration.batch_id, declaration.batch_no = 0, ""
