"""Reports from lists to the batch desk: joined, sampled, concluded, settled.

The handlers of lists lock orders but no batches, so they send messages; the batch desk handles them in its own batch.
"""

from __future__ import annotations

from collections.abc import Iterable

from declarations.reasons import Reason
from gateways.customs.batches.opening import opening_of
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
    "2300.revalued": "2300.revalued",
    "14899.reason": "14899.reason",
}
"""Rule of a reason in receipts → its variant that also names the batch, for members."""


def with_batch_number(declaration: Declaration, reason: Reason) -> Reason:
    """Return the reason as the receipts of a list state it: a batch member's names the batch."""
    rule = IN_BATCH.get(reason.rule) if declaration.batch_no else None
    return reason if rule is None else Reason(rule, {**reason.values, "batch_no": declaration.batch_no})


def join_if_due(declaration: Declaration, desk: CustomsDesk) -> bool:
    """Return True, and report "joined", if a list that is due for its lane joins a batch instead: a batch with a place
    reserved for it or, if the sandbox opens batches, the one of its opening key."""
    if declaration.batch_id:
        return True
    kept = [
        member
        for member in desk.repository.reserved([declaration.key, declaration.order_no])
        if member.flow == declaration.flow
    ]
    key = opening_of(declaration, desk)
    if not kept and not key:
        return False
    desk.send(MemberReported("joined", kept[0].batch_id if kept else 0, declaration.id, key))
    return True


def report_sampled(declarations: Iterable[Declaration], result: str, desk: CustomsDesk) -> None:
    """Report that lists were inspected, with this result ("passed" or "failed")."""
    for declaration in declarations:
        if declaration.batch_id:
            desk.send(MemberReported("sampled", declaration.batch_id, declaration.id, result))


def report_concluded(declaration: Declaration, desk: CustomsDesk) -> bool:
    """Report that a list was concluded; return True if it is in a batch, which then decides when it continues."""
    if declaration.batch_id:
        desk.send(MemberReported("concluded", declaration.batch_id, declaration.id, ""))
    return declaration.batch_id > 0


def report_end(declaration: Declaration, end: str, desk: CustomsDesk) -> None:
    """Report that a list was "released", or "refused" (rejected, sent back, cancelled) and so leaves its batch."""
    if declaration.batch_id:
        desk.send(MemberReported("settled", declaration.batch_id, declaration.id, end))
        if end == "released":
            declaration.lane = declaration.lane or GREEN
        else:
            declaration.batch_id, declaration.batch_no = 0, ""
