"""The consumer of the reception queue: admitted messages, expiring staged documents, delayed receipts,
questions without an answer, settled proposals."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import partial
from threading import Lock
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from gateways import reported
from gateways.circumstances import Circumstances
from schemas.packing import MESSAGES
from single_window.clock import system_now
from single_window.intake import reception, signatures
from single_window.intake.admission import AdmissionAnswer
from single_window.intake.forced_readings import apply_to_readings
from single_window.intake.reading import Reading, read_body
from single_window.messaging.topology import HELD_RECEIPT, PROPOSAL_SETTLED, QUESTION_DUE, RECEPTION, STAGED
from single_window.receipts import shaping
from single_window.receipts.tolerances import MISSING_PARTNERS, REPEATED_BASE_TRANSFER, REPLAY
from single_window.store import questioning, sandboxes
from single_window.store.bulk import array_value, chunks, in_array, per_dialect
from single_window.store.deliveries import READY, Delivery
from single_window.store.gateway_results import write_answers
from single_window.store.numbering import Numbering
from single_window.store.prepared import fetch_all
from single_window.store.tables import archive, delivery, message
from single_window.store.written import Writing, WrittenCounts
from single_window.work import proposals

MAX_CACHED, MAX_CACHED_BYTES = 20_000, 64_000_000
"""Limits of the cache of parsed messages; others are parsed again."""


@per_dialect
def _messages_of(sqlite: bool) -> Any:
    return select(delivery.c.message_id, delivery.c.sandbox).where(
        in_array(sqlite, delivery.c.id, "ids"),
        delivery.c.state == READY,
        delivery.c.message_id > 0,
    )


@per_dialect
def _archived(sqlite: bool) -> Any:
    return (
        select(message.c.id, message.c.edition, archive.c.body)
        .join(archive, archive.c.message_id == message.c.id)
        .where(in_array(sqlite, message.c.id, "ids"))
    )


class ReceptionConsumer:
    """Receives admitted messages. Readings are handed over in memory; after a restart messages are parsed again from
    the archive.
    """

    queue = RECEPTION
    plans_ahead = False
    prepares = True

    def __init__(
        self, numbering: Numbering, circumstances: Callable[[Connection, str], Circumstances], cap: int
    ) -> None:
        self._numbering, self._circumstances, self._cap = numbering, circumstances, cap
        self._readings = ReadingCache(MAX_CACHED, MAX_CACHED_BYTES)
        self._received: Sequence[int] = ()

    def forget(self) -> None:
        """Does nothing: cached readings stay valid after a failed batch."""

    def committed(self) -> None:
        """Drop the readings of the messages that were received."""
        for number in self._received:
            self._readings.drop(number)
        self._received = ()

    def hand_over(self, answers: Sequence[AdmissionAnswer], readings: Sequence[Reading]) -> None:
        """Cache complete readings for their deliveries. Called before the commit, because a worker may be faster."""
        for answer, reading in zip(answers, readings, strict=True):
            if reading.complete and answer.status == 202 and not answer.repeated:
                self._readings.put(answer.id, reading)

    def take_back(self, answers: Sequence[AdmissionAnswer]) -> None:
        """Drop readings whose commit failed."""
        for answer in answers:
            self._readings.drop(answer.id)

    def needs_preparation(self, messages: Sequence[int]) -> bool:
        """True if any of these messages is not cached: admitted by another process, or evicted."""
        return any(self._readings.get(number) is None for number in messages)

    def prepare(self, connection: Connection, ids: Sequence[int]) -> None:
        """Parse messages that are not cached, outside the writing transaction."""
        rows = fetch_all(connection, _messages_of(connection), {"ids": array_value(connection, ids)})
        missing: dict[str, list[int]] = {}
        for number, sandbox in rows:
            if self._readings.get(number) is None:
                missing.setdefault(sandbox, []).append(number)
        for sandbox, numbers in missing.items():
            self._readings_of(numbers, connection, self._circumstances(connection, sandbox))

    def plan(self, connection: Connection, taken: Sequence[Delivery]) -> Writing:
        """Plan nothing ahead: return `_receive`, because existing keys can only be queried under the write lock."""
        return partial(self._receive, claimed=taken)

    def _receive(self, connection: Connection, claimed: Sequence[Delivery]) -> Sequence[WrittenCounts]:
        """Receive the messages of each sandbox together."""
        by_sandbox: dict[str, list[Delivery]] = {}
        for delivered in claimed:
            by_sandbox.setdefault(delivered.sandbox, []).append(delivered)
        parts = [self._receive_in(connection, *of_sandbox) for of_sandbox in sorted(by_sandbox.items())]
        self._received = [delivered.message_id for delivered in claimed]
        return parts

    def _receive_in(self, connection: Connection, sandbox: str, claimed: Sequence[Delivery]) -> WrittenCounts:
        circumstances = self._circumstances(connection, sandbox)
        readings = self._readings_of(
            [delivered.message_id for delivered in claimed if delivered.message_id], connection, circumstances
        )
        chosen = sandboxes.tolerances(connection, sandbox)
        replay, naming = (sandboxes.who(chosen, tolerance) for tolerance in (REPLAY, MISSING_PARTNERS))
        readings = list(apply_to_readings(connection, circumstances, readings))
        received = reception.receive(connection, self._numbering, circumstances, readings, replay, naming)
        reported.link_receipts(received.answers)
        shaping.store_effects(
            connection, circumstances, shaping.apply_triggers(received.answers, circumstances, self._numbering)
        )
        written = write_answers(connection, self._numbering, sandbox, received.answers, circumstances.now, system_now())
        written.messages, written.documents = [number for number, _ in readings], received.documents
        for _, reading in readings:
            written.kinds[reading.kind] += len(reading.documents)
        due = {
            topic: [
                item
                for delivered in claimed
                if delivered.topic == topic
                for item in msgspec.json.decode(delivered.payload)
            ]
            for topic in (STAGED.topic, HELD_RECEIPT.topic, QUESTION_DUE.topic, PROPOSAL_SETTLED.topic)
        }
        questioning.fall_silent(
            connection, sandbox, [number for (number,) in due[QUESTION_DUE.topic]], circumstances.now
        )
        settled = [number for (number,) in due[PROPOSAL_SETTLED.topic]]
        proposals.carry_out_deferred(connection, self._numbering, sandbox, settled, circumstances.now)
        if any(due.values()):
            answers = reception.expire_staged(connection, circumstances, due[STAGED.topic])
            reported.link_receipts(answers)
            answers.receipts += shaping.take_held(connection, [number for (number,) in due[HELD_RECEIPT.topic]])
            written.add(write_answers(connection, self._numbering, sandbox, answers, circumstances.now, system_now()))
        return written

    def _readings_of(
        self, ids: Sequence[int], connection: Connection, circumstances: Circumstances
    ) -> list[tuple[int, Reading]]:
        """Readings of these messages: from the cache, else parsed from the archive, in the edition of their
        admission.
        """
        signing = circumstances.options.signatures
        # skip a cached reading without a signature check, if the option was switched on meanwhile
        readings = {
            number: cached
            for number in ids
            if (cached := self._readings.get(number)) is not None
            and (cached.signed is not None or signing == signatures.OFF)
        }
        missing = [number for number in ids if number not in readings]
        tolerant = sandboxes.tolerant(connection, circumstances.sandbox, REPEATED_BASE_TRANSFER) if missing else ()
        for chunk in chunks(missing):
            rows = fetch_all(connection, _archived(connection), {"ids": array_value(connection, chunk)})
            for number, edition, body in rows:
                readings[number] = read_body(
                    MESSAGES.unpack(body), circumstances.day, {}, self._cap, edition, tolerant, signing
                )
                self._readings.put(number, readings[number])
        return [(number, readings[number]) for number in ids]


class ReadingCache:
    """Message id → reading; evicts the oldest above `most` readings or `most_bytes`. Thread-safe.

    An evicted message is parsed again from the archive. Readings of messages that another process receives are only
    removed by eviction.
    """

    def __init__(self, most: int, most_bytes: int) -> None:
        self._most, self._most_bytes = most, most_bytes
        self._readings: OrderedDict[int, Reading] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._readings)

    def get(self, number: int) -> Reading | None:
        """The reading of a message, if it is cached."""
        return self._readings.get(number)

    def put(self, number: int, reading: Reading) -> None:
        """Cache a reading, and evict the oldest ones above the limits."""
        with self._lock:
            self._drop(number)
            self._readings[number] = reading
            self._bytes += reading.size
            while len(self._readings) > self._most or self._bytes > self._most_bytes:
                _, oldest = self._readings.popitem(last=False)
                self._bytes -= oldest.size

    def drop(self, number: int) -> None:
        """Drop a message's reading."""
        with self._lock:
            self._drop(number)

    def _drop(self, number: int) -> None:
        before = self._readings.pop(number, None)
        if before is not None:
            self._bytes -= before.size
