"""Logs and counts the steps of processing: once per batch, after its commit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Protocol

import structlog

from schemas import catalogue
from single_window.clock import system_now
from single_window.observe.liveness import readable
from single_window.observe.metrics import meters
from single_window.store.deliveries import Delivery
from single_window.store.leases import Lease
from single_window.store.written import WrittenCounts

log = structlog.get_logger(__name__)
_FILED_AT = attrgetter("filed_at")
OTHER = "other"
"""Label for all unknown message codes, to bound the number of label values."""


class AdmissionCounts(Protocol):
    """The fields of an admission answer that are counted."""

    @property
    def id(self) -> int: ...
    @property
    def status(self) -> int: ...
    @property
    def code(self) -> str: ...
    @property
    def repeated(self) -> bool: ...


def admitted(sandbox: str, channel: str, answers: Sequence[AdmissionCounts], took: float) -> None:
    """Record messages that were admitted or refused in one commit; `took`: seconds."""
    meters.observe_durations("batch_seconds", {took: 1}, "admission")
    for (code, status), number in Counter((_code(answer.code), _status(answer)) for answer in answers).items():
        meters.count("messages", number, code, status, channel)
    log.info(
        "messages.admitted",
        sandbox=sandbox,
        channel=channel,
        messages=[answer.id for answer in answers if answer.status == 202 and not answer.repeated],
        repeated=[answer.id for answer in answers if answer.repeated],
        refused=[answer.id for answer in answers if answer.status != 202],
        seconds=round(took, 3),
    )


def waited(seconds: Iterable[float]) -> None:
    """Record how long readings waited for their admission, including the commit."""
    meters.observe_durations("stage_seconds", Counter(seconds), "admission")


def dealt_with(queue: str, claimed: Sequence[Delivery], parts: Sequence[WrittenCounts], took: float) -> None:
    """Record deliveries of a queue that were handled in one commit; `parts`: counts per sandbox; `took`: seconds."""
    now, filed = system_now(), Counter(map(_FILED_AT, claimed))
    meters.count("deliveries_done", len(claimed), queue)
    meters.observe_durations(
        "stage_seconds", {(now - instant) / 1_000: often for instant, often in filed.items()}, queue
    )
    meters.observe_durations("batch_seconds", {took: 1}, queue)
    for part in parts:
        meters.count_all("documents", part.kinds)
        meters.count_all("receipts", part.codes)
        log.info(
            "batch.done",
            queue=queue,
            sandbox=part.sandbox,
            messages=part.messages,
            documents=part.documents,
            deliveries=[delivery.id for delivery in claimed if delivery.sandbox == part.sandbox],
            declarations=part.declarations,
            filed=part.filed,
            receipts=list(part.receipts),
            seconds=round(took, 3),
        )


def taken_again(queue: str, why: str, error: Exception, deliveries: int) -> None:
    """Record a failed batch; `why`: `conflict` (it is retried) or `apart` (its deliveries are retried one by one)."""
    meters.count("batches_again", 1, queue, why)
    reason = str(error)[:200] or repr(error)
    if why == "conflict":
        log.info("batch.again", queue=queue, deliveries=deliveries, reason=reason)
    else:
        log.warning("batch.apart", queue=queue, deliveries=deliveries, reason=reason)


def pushed(sandbox: str, mailbox: str, kind: str, first: int, last: int, took: float) -> None:
    """Record that a receiver confirmed receipts, given by their sequences, after `took` seconds."""
    meters.count("receipts_pushed", last - first + 1, kind)
    meters.observe_durations("push_seconds", {took: 1}, kind)
    log.info(
        "receipts.pushed", sandbox=sandbox, mailbox=mailbox, kind=kind, first=first, last=last, seconds=round(took, 3)
    )


def not_pushed(kind: str) -> None:
    """Record a delivery that a receiver did not confirm."""
    meters.count("pushes_failed", 1, kind)


def failed(delivery: Delivery, outcome: str, error: Exception) -> None:
    """Record a delivery that failed alone; `outcome`: `waits`, `split` or `parked`."""
    meters.count("deliveries_failed", 1, delivery.queue, outcome)
    log.error(
        {"waits": "delivery.failed", "split": "delivery.split", "parked": "delivery.parked"}[outcome],
        delivery=delivery.id,
        message=delivery.message_id or None,
        queue=delivery.queue,
        topic=delivery.topic,
        sandbox=delivery.sandbox,
        attempts=delivery.attempts + 1,
        reason=repr(error)[:300],
    )


def lost(lease: Lease, outcomes: Mapping[int, str]) -> None:
    """Record a lost worker; `outcomes`: delivery id → `alone` (will be retried alone), `split`, `waits` or `parked`."""
    counted = Counter(outcomes.values())
    for outcome, number in counted.items():
        meters.count("deliveries_failed", number, lease.queue, outcome)
    log.error(
        "worker.lost",
        worker=readable(lease.worker),
        queue=lease.queue,
        since=lease.since,
        outcomes=dict(counted),
        deliveries=list(outcomes)[:20],
    )


def _code(code: str) -> str:
    return code if code in _CODES else OTHER


def _status(answer: AdmissionCounts) -> str:
    if answer.status != 202:
        return str(answer.status)
    return "repeated" if answer.repeated else "accepted"


_CODES = frozenset(entry.code for entry in catalogue.entries())
