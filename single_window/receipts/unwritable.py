"""Parks receipts that cannot be rendered, so that later ones are delivered.

A parked receipt is removed from its mailbox; a retry appends it at the end.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy import Connection, Engine, select

from declarations.reasons import Reason
from gateways.records import ReceiptDraft
from single_window.clock import system_now
from single_window.messaging.topology import HELD_RECEIPT
from single_window.observe import steps as observing
from single_window.receipts.rows import Receipt, UnwritableReceipt, UnwritableReceipts
from single_window.store import deliveries, parking, receipt_contents, triggers
from single_window.store.deliveries import Delivery
from single_window.store.engine import writing
from single_window.store.numbering import ROWS, Numbering
from single_window.store.tables import receipt, receipt_group

T = TypeVar("T")


def past_unwritable(engine: Engine, sandbox: str, mailbox: str, deliver: Callable[[], T]) -> T:
    """Call `deliver`, again after parking unwritable receipts; returns its result."""
    while True:
        try:
            return deliver()
        except UnwritableReceipts as refused:
            park(engine, sandbox, mailbox, refused.faults)


def park(engine: Engine, sandbox: str, mailbox: str, faults: Sequence[UnwritableReceipt]) -> None:
    """Remove receipts from a mailbox and park each as a delivery, unless another process has done so."""
    numbering = Numbering(engine)
    parked: list[tuple[Delivery, Exception]] = []
    with writing(engine) as connection:
        for unwritable, error in faults:
            if _take_out(connection, sandbox, mailbox, unwritable.sequence):
                delivery = _file(connection, numbering, sandbox, _draft(mailbox, unwritable))
                _fail(connection, delivery, f"{mailbox} {unwritable.sequence}, {unwritable.code}", error)
                parked.append((delivery, error))
    for delivery, error in parked:
        observing.failed(delivery, "parked", error)


def _take_out(connection: Connection, sandbox: str, mailbox: str, sequence: int) -> bool:
    """Delete a receipt by its sequence; False: it does not exist any more."""
    groups = receipt_group.c
    group = connection.execute(
        select(groups.id, groups.first)
        .where(groups.sandbox == sandbox, groups.mailbox == mailbox, groups.first <= sequence)
        .order_by(groups.first.desc())
        .limit(1)
    ).one()
    at_place = (receipt.c.group_id == group.id, receipt.c.position == sequence - group.first)
    return bool(receipt_contents.remove(connection, at_place))


def _draft(mailbox: str, unwritable: Receipt) -> ReceiptDraft:
    return ReceiptDraft(
        mailboxes=mailbox,
        code=unwritable.code,
        order_no=unwritable.order_no,
        kind=unwritable.kind,
        key=unwritable.key,
        return_status=unwritable.return_status,
        return_time=unwritable.return_time,
        reason=Reason(unwritable.rule, unwritable.values),
        fields=unwritable.fields,
    )


def _file(connection: Connection, numbering: Numbering, sandbox: str, draft: ReceiptDraft) -> Delivery:
    held, number = numbering.take(ROWS, "row", 2)
    triggers.hold(connection, sandbox, {held: draft})
    now, payload = system_now(), f"[[{held}]]"
    deliveries.file_deliveries(connection, [(number, sandbox, *HELD_RECEIPT, 0, payload, 1, "parked", 0, now)])
    return Delivery(number, sandbox, *HELD_RECEIPT, 0, payload, 0, now)


def _fail(connection: Connection, delivery: Delivery, place: str, error: Exception) -> None:
    reason = f"the receipt {place} cannot be written: {error}"
    deliveries.fail(connection, delivery, reason, "".join(traceback.format_exception(error)), retry_at=None)
    parking.open_case(connection, delivery, reason)
