"""Deletes queues of ids that the broker does not serve, so that they are declared anew.

Nothing is lost by it: the database knows every delivery, and what was sent and not dealt with is sent again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from functools import partial
from typing import Any

import structlog
from pika.adapters.select_connection import SelectConnection

from single_window.clock import monotonic
from single_window.messaging.blueprint import Binding, Piece, Queue
from single_window.messaging.declaring import Declarer, deletion
from single_window.messaging.publishing import Outcome
from single_window.messaging.unserved import Failing, Unserved

log = structlog.get_logger(__name__)
LIMIT = 30.0
"""Seconds that the broker has to delete a queue before everything else goes on without it."""
DELETED = 1.0
"""Seconds that the broker has to tell everybody that a queue is no more."""


class Renewal:
    """Hears what the broker makes of queues; used on the connection's thread only.

    `pieces` are what is remembered at a link; of their queues only renewable ones are deleted. `mend` is called when a
    deletion is to begin, and when one has ended, whatever came of it; `later` calls something after so many seconds.
    """

    def __init__(
        self,
        place: str,
        pieces: Sequence[Sequence[Piece]],
        explain: Callable[[Exception], Exception],
        later: Callable[[float, Callable[[], None]], None],
        mend: Callable[[], None],
    ) -> None:
        self._place, self._pieces, self._later, self._mend = place, pieces, later, mend
        self._unserved = Unserved()
        self._declarer = Declarer(explain)
        self._due: dict[str, Failing] = {}
        self._under_way: set[str] = set()

    @property
    def under_way(self) -> bool:
        """Whether a queue is being deleted: until everybody has heard, nothing is to be declared or consumed."""
        return bool(self._under_way)

    def failed(self, queue: str) -> None:
        """The broker could not serve a queue."""
        if queue not in self._renewable() or queue in self._under_way:
            return
        failing = self._unserved.failed(queue)
        if failing is not None:
            self._due[queue] = failing
            self._mend()

    def served(self, queue: str) -> None:
        """It can."""
        self._unserved.served(queue)

    def settled(self, exchange: str, routing_key: str, outcome: Outcome) -> None:
        """What became of a letter, which is what became of it in the queues that hear its key."""
        if outcome is Outcome.CONFIRMED and self._unserved:
            for queue in self._hearing(exchange, routing_key):
                self.served(queue)
        elif outcome is Outcome.REFUSED:
            for queue in self._hearing(exchange, routing_key):
                self.failed(queue)

    def interrupted(self) -> None:
        """The connection was lost for a reason that is no queue's."""
        self._unserved.forget()

    def begin(self, connection: SelectConnection) -> None:
        """Delete what is due."""
        due, self._due = self._due, {}
        for queue, failing in due.items():
            self._under_way.add(queue)
            answer: Future[Any] = Future()
            answer.add_done_callback(partial(self._ended, queue, failing))
            self._declarer.open(connection)
            self._declarer.ask(deletion(queue), answer)
            self._later(LIMIT, partial(self._waited, queue))

    def _waited(self, queue: str) -> None:
        if queue in self._under_way:
            log.error("broker.queue_not_deleted", link=self._place, queue=queue, reason=f"no answer for {LIMIT:g} s")
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
        self._later(DELETED, partial(self._leave, queue))

    def _leave(self, queue: str) -> None:
        self._under_way.discard(queue)
        self._mend()

    def _renewable(self) -> set[str]:
        return {one.name for one in self._all() if isinstance(one, Queue) and one.renewable}

    def _hearing(self, exchange: str, routing_key: str) -> list[str]:
        if not exchange:
            return [routing_key]
        return [
            one.queue
            for one in self._all()
            if isinstance(one, Binding) and (one.exchange, one.routing_key) == (exchange, routing_key)
        ]

    def _all(self) -> Iterator[Piece]:
        return (piece for pieces in list(self._pieces) for piece in pieces)
