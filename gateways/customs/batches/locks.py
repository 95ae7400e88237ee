"""Locks for deliveries to the batch desk: first the batches, then the orders of their lists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from gateways.customs.batches.changes import LISTS
from gateways.customs.batches.notes import MEMBERS_PER_CHUNK
from gateways.customs.batches.repository import BatchRepository
from gateways.customs.batches.work import DRAW_PHASE, WORK_PHASES
from gateways.topics.customs import BatchDue, BatchWork, MemberReported
from gateways.topics.shared import Decision

LIST_NO = re.compile(r"\d{8}[IE]\d{9}")
"""The form of a list number (invtNo); any other number in a decision may be an order number."""


def lock_batches(
    payloads: Sequence[Decision | MemberReported | BatchWork | BatchDue], repository: BatchRepository
) -> set[str]:
    """Lock the batches that payloads concern; return the order numbers, which are locked after them."""
    if not payloads:
        return set()
    decided = [payload for payload in payloads if isinstance(payload, Decision)]
    ids = {payload.subject_id if isinstance(payload, Decision) else payload.batch_id for payload in payloads}
    reports = [payload for payload in payloads if isinstance(payload, MemberReported)]
    repository.lock_batches(ids - {0}, {report.detail for report in reports if report.change == "joined"})
    numbers = [number for decision in decided for number in decision.values.get(LISTS, ())[:MEMBERS_PER_CHUNK]]
    lists = {report.declaration_id for report in reports} | _lists_to_work_on(payloads, repository)
    return {*repository.orders("declaration", sorted(lists)), *repository.orders("invt_no", numbers), *_orders(numbers)}


def _lists_to_work_on(payloads: Iterable[object], repository: BatchRepository) -> set[int]:
    """Ids of the declarations in the chunks of work on members."""
    lists: set[int] = set()
    for work in payloads:
        if isinstance(work, BatchWork) and work.phase != DRAW_PHASE:
            members = repository.members(work.batch_id, work.position, MEMBERS_PER_CHUNK, WORK_PHASES[work.phase].state)
            lists.update(member.declaration_id for member in members if member.declaration_id)
    return lists


def _orders(given_numbers: Iterable[str]) -> set[str]:
    """Order numbers among the numbers in a decision, also those in business keys (merchant|order number)."""
    return {number.rpartition("|")[2] for number in given_numbers if not LIST_NO.fullmatch(number)}
