"""What deliveries to the batch desk may change: the batches, locked at once, and the orders of the lists concerned."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from gateways.customs.batches.changes import LISTS
from gateways.customs.batches.notes import CHUNK
from gateways.customs.batches.repository import BatchRepository
from gateways.customs.batches.work import DRAW, PHASES
from gateways.decisions import Decision
from gateways.gateway import Delivered

LIST_NO = re.compile(r"\d{8}[IE]\d{9}")
"""What a list's own number looks like; anything else that is named may be an order."""


def hold(batch: Sequence[Delivered], repository: BatchRepository) -> set[str]:
    """Lock the batches that items concern, before any order is; gives the orders to lock then."""
    told = [one.item for one in batch if one.topic == "batch.told"]
    decided = [Decision(*one.item) for one in batch if one.topic == "decision.batch"]
    asked = [one.item for one in batch if one.topic == "batch.asked"]
    worked = [one.item for one in batch if one.topic == "batch.worked"]
    due = [one.item for one in batch if one.topic == "deadline.batch"]
    if not (told or decided or asked or worked or due):
        return set()
    ids = {item[1] for item in (*told, *asked)} | {item[0] for item in (*worked, *due)}
    ids |= {decision.subject_id for decision in decided}
    repository.hold_batches(ids - {0}, {item[3] for item in told if item[0] == "joined"})
    numbers = [number for item in asked if item[2] in {"add", "remove"} for number in item[6][:CHUNK]]
    numbers += [number for decision in decided for number in decision.values.get(LISTS, ())[:CHUNK]]
    lists = {item[2] for item in told}
    for batch_id, phase, cursor in worked:
        if phase != DRAW:
            members = repository.members(batch_id, cursor, CHUNK, PHASES[phase].state)
            lists.update(one.declaration_id for one in members if one.declaration_id)
    return {*repository.orders("declaration", sorted(lists)), *repository.orders("invt_no", numbers), *_orders(numbers)}


def _orders(numbers: Iterable[str]) -> set[str]:
    """Order numbers of what people call a list, as far as they say it."""
    return {number.rpartition("|")[2] for number in numbers if not LIST_NO.fullmatch(number)}
