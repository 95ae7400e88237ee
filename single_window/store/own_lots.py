"""The goods of trace batches and recalls, as the window's own events tell them, and whose those events are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from sqlalchemy import Connection

from declarations.money import decimal_of
from gateways.traceability.repository import Recall, TraceBatch
from schemas.epcis.own_events import OwnGoods, goods_class
from single_window.store.gateways.registered import mailboxes_of
from single_window.store.gateways.traceability import BATCHES, RECALLS, book_lots
from single_window.store.own_told import Told, ToldGoods


def told_batches(connection: Connection, sandbox: str, keys: Sequence[str]) -> Told:
    """The facts that are told of trace batches, by their trace codes."""
    batches = BATCHES.load(connection, sandbox, "batch_no", keys) if keys else []
    boxes = mailboxes_of(connection, sandbox, {batch.ebc_code for batch in batches})
    return {
        ("trace_batch", batch.batch_no): ToldGoods(
            [OwnGoods(_class_of_batch(batch), decimal_of(batch.qty), batch.unit)],
            "",
            f"urn:single-window:trace-batch:{batch.batch_no}",
            owner(batch.ebc_code, boxes),
            {"ilmd": dict(_master_data(batch))},
        )
        for batch in batches
    }


def owner(code: str, boxes: Mapping[str, str]) -> str:
    """The mailbox whose an event of a company is; of one without a mailbox its code, which is nobody's mailbox, so that
    its events stand apart from those of others without one."""
    return boxes.get(code) or f"company:{code}"


def _class_of_batch(batch: TraceBatch) -> str:
    return goods_class(batch.ebc_code, batch.item_no or batch.item_record_no, batch.gtin, batch.lot)


def _master_data(batch: TraceBatch) -> Iterator[tuple[str, str]]:
    yield "cbvmda:lotNumber", batch.lot
    for name, text in (("itemExpirationDate", batch.expiry_day), ("countryOfOrigin", batch.origin)):
        if text:
            yield f"cbvmda:{name}", f"{text[:4]}-{text[4:6]}-{text[6:]}" if name != "countryOfOrigin" else text


def told_recalls(connection: Connection, sandbox: str, keys: Sequence[str]) -> Told:
    """The events of recalls: the lots of batches that they name, as much as is left of them in account books."""
    recalls: Sequence[Recall] = RECALLS.load(connection, sandbox, "recall_no", keys) if keys else []
    boxes = mailboxes_of(connection, sandbox, {recall.ebc_code for recall in recalls})
    found = {}
    for recalled in recalls:
        batches = BATCHES.load(connection, sandbox, "recall_no", [recalled.recall_no])
        goods = list(_left_of(connection, sandbox, batches))
        about = f"urn:single-window:recall:{recalled.recall_no}"
        found["recall", recalled.recall_no] = ToldGoods(goods, "", about, owner(recalled.ebc_code, boxes))
    return found


def _left_of(connection: Connection, sandbox: str, batches: Sequence[TraceBatch]) -> Iterator[OwnGoods]:
    """The quantities left of batches in account books, never more than a batch; none of goods of no book."""
    lots = book_lots(connection, sandbox, {batch.book_key for batch in batches if batch.ems_no})
    left = {key: lot.left for key, lot in lots.items()}
    for batch in batches:
        name = _class_of_batch(batch)
        if not batch.ems_no:
            yield OwnGoods(name, Decimal(), "")
        elif quantity := min(batch.qty, left.get(batch.book_key, 0)):
            left[batch.book_key] -= quantity
            yield OwnGoods(name, decimal_of(quantity), batch.unit)
