"""Deletes queues of ids that the broker does not serve, so that they are declared anew.

Nothing is lost by it: the database knows every delivery, and what was sent and not handled is sent again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from functools import partial
from typing import Any

import structlog
from pika.adapters.select_connection import SelectConnection

from single_window.clock import monotonic
from single_window.messaging.amqp_entities import Binding, Entity, Queue
from single_window.messaging.declaring import Declarer, deletion
from single_window.messaging.publishing import Outcome
from single_window.messaging.unserved import Failing, Unserved

log = structlog.get_logger(__name__)
DELETE_TIMEOUT_SECONDS = 30.0
"""Within which the broker must delete a queue; then all else continues without it."""
PROPAGATION_SECONDS = 1.0
"""Until all consumers of a deleted queue know that it is gone."""


class QueueRecreation:
    """Is notified which queues the broker serves and fails; used on the connection's I/O thread only.

    `entities` are what a client declares; of their queues only recreatable ones are deleted. `restore` is called when a
    deletion is to begin, and when one has ended, whatever came of it; `later` calls something after so many seconds.
    """

    def __init__(
        self,
        place: str,
        entities: Sequence[Sequence[Entity]],
        explain: Callable[[Exception], Exception],
        later: Callable[[float, Callable[[], None]], None],
        restore: Callable[[], None],
    ) -> None:
        self._place, self._entities, self._later, self._restore = place, entities, later, restore
        self._unserved = Unserved()
        self._declarer = Declarer(explain)
        self._due: dict[str, Failing] = {}
        self._under_way: set[str] = set()

    @property
    def under_way(self) -> bool:
        """Whether a queue is being deleted: until all consumers know, nothing is to be declared or consumed."""
        return bool(self._under_way)

    def failed(self, queue: str) -> None:
        """The broker could not serve a queue."""
        if queue not in self._recreatable() or queue in self._under_way:
            return
        failing = self._unserved.failed(queue)
        if failing is not None:
            self._due[queue] = failing
            self._restore()

    def served(self, queue: str) -> None:
        """The broker served a queue."""
        self._unserved.served(queue)

    def settled(self, exchange: str, routing_key: str, outcome: Outcome) -> None:
        """The outcome of a message, which is that of the queues bound to its routing key."""
        if outcome is Outcome.CONFIRMED and self._unserved:
            for queue in self._bound_queues(exchange, routing_key):
                self.served(queue)
        elif outcome is Outcome.REFUSED:
            for queue in self._bound_queues(exchange, routing_key):
                self.failed(queue)

    def interrupted(self) -> None:
        """The connection was lost for a reason that is no queue's."""
        self._unserved.forget()

    def begin(self, connection: SelectConnection) -> None:
        """Delete the queues that are due."""
        due, self._due = self._due, {}
        for queue, failing in due.items():
            self._under_way.add(queue)
            answer: Future[Any] = Future()
            answer.add_done_callback(partial(self._ended, queue, failing))
            self._declarer.open(connection)
            self._declarer.ask(deletion(queue), answer)
            self._later(DELETE_TIMEOUT_SECONDS, partial(self._waited, queue))

    def _waited(self, queue: str) -> None:
        if queue in self._under_way:
            log.error(
                "broker.queue_not_deleted",
                link=self._place,
                queue=queue,
                reason=f"no answer for {DELETE_TIMEOUT_SECONDS:g} s",
            )
            self._leave(queue)

    def _ended(self, queue: str, failing: Failing, answer: Future[Any]) -> None:
        error = answer.exception()
        if error is None:
            log.warning(
                "broker.queue_deleted",
                link=self._place,
                queue=queue,
                attempts=failing.attempts,
                seconds=round(monotonic() - failing.since),
            )
        else:
            log.error("broker.queue_not_deleted", link=self._place, queue=queue, reason=str(error))
        self._later(PROPAGATION_SECONDS, partial(self._leave, queue))

    def _leave(self, queue: str) -> None:
        self._under_way.discard(queue)
        self._restore()

    def _recreatable(self) -> set[str]:
        return {entity.name for entity in self._all() if isinstance(entity, Queue) and entity.recreatable}

    def _bound_queues(self, exchange: str, routing_key: str) -> list[str]:
        if not exchange:
            return [routing_key]
        return [
            entity.queue
            for entity in self._all()
            if isinstance(entity, Binding) and (entity.exchange, entity.routing_key) == (exchange, routing_key)
        ]

    def _all(self) -> Iterator[Entity]:
        return (entity for entities in list(self._entities) for entity in entities)
