"""Creates the workers of a process, one for each of its queues."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from sqlalchemy import Connection

from gateways.circumstances import Circumstances
from single_window.context import Context
from single_window.messaging.topology import GATEWAYS
from single_window.store.numbering import Numbering
from single_window.work import injected
from single_window.work.batch_transaction import DeliveryConsumer
from single_window.work.run_to_completion import RunToCompletion
from single_window.work.worker import Worker


def make_workers(
    context: Context, consumers: Iterable[DeliveryConsumer], queues: Collection[str], fault: Callable[[str], None]
) -> dict[str, Worker]:
    """Queue → worker, for the consumers of the named queues. They run to completion if the settings allow it. `fault`
    is called at named points, where tests kill the process.
    """
    settings, workers = context.settings, dict[str, Worker]()
    run_to_completion = RunToCompletion(workers, settings.batch) if settings.run_to_completion else None
    for consumer in consumers:
        if consumer.queue in queues:
            workers[consumer.queue] = Worker(
                engine=context.engine,
                numbering=context.numbering,
                consumer=consumer,
                attempts=settings.attempts,
                fault=fault,
                deadline=settings.work_deadline,
                poison=injected.poison(),
                run_to_completion=run_to_completion,
            )
    return workers


def gateway_consumers(
    numbering: Numbering, circumstances: Callable[[Connection, str], Circumstances], queues: Collection[str]
) -> list[DeliveryConsumer]:
    """The consumers of the named agencies' queues; `circumstances` returns a sandbox's instant, options and law."""
    if not set(GATEWAYS).intersection(queues):
        return []
    from single_window.work import agencies  # imports all handlers, which a process without gateways does not need

    return agencies.consumers(numbering, circumstances, queues)
