"""The workers of a process, one for each queue that it works on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from single_window.context import Context
from single_window.work import injected
from single_window.work.run_to_completion import RunToCompletion
from single_window.work.worker import Consumer, Worker


def make_workers(
    context: Context, consumers: Iterable[Consumer], queues: Collection[str], fault: Callable[[str], None]
) -> dict[str, Worker]:
    """Workers by queue for those consumers whose queues are named; they handle in one transaction what follows from it,
    unless the settings forbid it. `fault` is called at named points, for tests that kill."""
    settings, workers = context.settings, dict[str, Worker]()
    run_to_completion = RunToCompletion(workers, settings.batch) if settings.run_to_completion else None
    for consumer in consumers:
        if consumer.queue in queues:
            workers[consumer.queue] = Worker(
                context.engine,
                context.numbering,
                consumer,
                settings.attempts,
                fault,
                settings.work_deadline,
                injected.poison(),
                run_to_completion,
            )
    return workers
