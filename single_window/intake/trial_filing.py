"""Files messages on trial: they are admitted, received and handled by every agency to their end, their answers are
read, and nothing of it stays.

All happens in one writing transaction that is rolled back, with consumers and numbers of its own, so that neither rows
nor serial numbers nor caches of the window keep a trace (`docs/adr/0102-validation-files-on-trial.md`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

from sqlalchemy import Connection, select

from single_window.clock import system_now
from single_window.context import Context
from single_window.intake.admission import AdmissionAnswer, write_messages
from single_window.intake.reading import Reading
from single_window.intake.reception_consumer import ReceptionConsumer
from single_window.message_limits import BATCH_ATTEMPTS
from single_window.messaging.topology import GATEWAYS, RECEPTION
from single_window.store import deliveries, sandboxes
from single_window.store.engine import rolled_back
from single_window.store.failures import is_contention
from single_window.store.numbering import TrialNumbering
from single_window.store.tables import delivery
from single_window.store.written import WrittenCounts, finish
from single_window.work import agencies
from single_window.work.batch_transaction import DeliveryConsumer
from single_window.work.run_to_completion import RunToCompletion

CHANNEL = "trial"
MAX_DOCUMENTS = 100
"""Documents that are tried together, as many as one message may hold: other writers wait no longer than for that."""
MAX_ITEMS, MAX_HOPS = 10_000, 64
"""Limits of what follows from them; what is beyond is not told."""
T = TypeVar("T")


class _TrialWorker(NamedTuple):
    """A consumer of the trial's own."""

    consumer: DeliveryConsumer


def file_on_trial(
    context: Context,
    sandbox: str,
    readings: Sequence[Reading],
    tell: Callable[[Connection, Sequence[AdmissionAnswer]], T],
) -> T:
    """File messages, run them to their end and return what `tell` reads of them, in a transaction that is rolled back.
    Raises `UnknownSandbox`, `Resetting`, and what a gateway raises."""
    for left in reversed(range(BATCH_ATTEMPTS)):
        try:
            with rolled_back(context.engine) as connection:
                return tell(connection, _run(context, connection, sandbox, readings))
        except Exception as error:
            if not left or not is_contention(error):
                raise
    raise AssertionError("the last attempt returns or raises")


def _run(
    context: Context, connection: Connection, sandbox: str, readings: Sequence[Reading]
) -> Sequence[AdmissionAnswer]:
    """File messages and run them to their end; returns the answers of their admission."""
    numbering = TrialNumbering(connection)
    now = sandboxes.hold(connection, sandbox).clock.now()
    answers = write_messages(connection, numbering, sandbox, CHANNEL, readings, now, system_now())
    reception = ReceptionConsumer(numbering, context.circumstances, context.settings.body_cap)
    reception.hand_over(answers, readings)
    ids = {answer.id for answer in answers if not answer.repeated}
    filed = connection.execute(select(delivery.c.id).where(delivery.c.message_id.in_(ids))).scalars().all()
    taken = deliveries.claim(connection, RECEPTION, filed)
    if taken:
        parts = reception.plan(connection, taken)(connection)
        finish(connection, [*parts, *_follow(context, connection, numbering, parts)])
    return answers


def _follow(
    context: Context, connection: Connection, numbering: TrialNumbering, parts: Sequence[WrittenCounts]
) -> list[WrittenCounts]:
    """Have the agencies handle what was filed, and what follows from it."""
    consumers = agencies.consumers(numbering, context.circumstances, GATEWAYS)
    workers = {consumer.queue: _TrialWorker(consumer) for consumer in consumers}
    run = RunToCompletion(workers, MAX_ITEMS, MAX_HOPS, overtakes=True)
    return [part for hop in run.run(connection, parts) for part in hop.parts]
