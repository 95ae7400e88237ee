"""A gateway: a name, a table of topics, and how their locks are taken. It keeps no state of its own.

The runner loads, calls `handle` and commits repository and answers together; a gateway never sees a database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar

from gateways.desk import Desk
from gateways.taking_in import take_in
from gateways.topics.shared import DocumentFiled
from gateways.topics.topic import Topic
from schemas import catalogue

DeskT = TypeVar("DeskT", bound=Desk[Any])
LockT = TypeVar("LockT")
Named: TypeAlias = Sequence[tuple[LockT, Sequence[Any]]]
"""The locks of a batch, each with the keys that payloads of one topic name."""


class Delivered(NamedTuple):
    """One payload that was delivered, and its topic."""

    topic: str
    payload: Any


class Gateway(Generic[DeskT, LockT]):
    """An agency's stub."""

    def __init__(
        self,
        name: str,
        topics: Iterable[Topic[Any, DeskT, LockT]],
        lock: Callable[[Named[LockT], DeskT], None],
    ) -> None:
        """`lock` queries the repository once for all that is named, each kind sorted, in an order of its own."""
        self.name = name
        declared = {topic.name: topic for topic in topics}
        self.topics: Mapping[str, Topic[Any, DeskT, LockT]] = {**_taken_in(name), **declared}
        """What it does for each topic. Documents of a kind that no rule reads need no row: they are taken in."""
        self.take_locks = lock

    def topic(self, name: str) -> Topic[Any, DeskT, LockT]:
        """The row of a topic; raises `LookupError` for one that it does not handle."""
        try:
            return self.topics[name]
        except KeyError:
            raise LookupError(
                f"The gateway {self.name!r} does not handle {name!r}; it handles {sorted(self.topics)}."
            ) from None

    def lock(self, batch: Sequence[Delivered], desk: DeskT) -> None:
        """Lock all that the batch may change.

        Called before the batch is handled where several may work on the repository at the same time.
        """
        named = []
        for name, payloads in _by_topic(batch).items():
            topic = self.topic(name)
            if topic.handler is not take_in:
                named.append((topic.lock, [topic.key(payload) for payload in payloads]))
        self.take_locks(named, desk)

    def handle(self, batch: Sequence[Delivered], desk: DeskT) -> None:
        """Handle a batch, topic by topic in the order in which topics first appear.

        Topics that one handler serves are handled together: the four documents of a trade meet in one go.
        """
        by_handler: dict[Callable[[Sequence[Any], DeskT], None], list[Any]] = {}
        for name, payloads in _by_topic(batch).items():
            by_handler.setdefault(self.topic(name).handler, []).extend(payloads)
        for handler, payloads in by_handler.items():
            handler(payloads, desk)


def keys_of(named: Named[LockT], *locks: LockT) -> set[Any]:
    """All keys that a batch names for some locks."""
    return {key for lock, keys in named if lock in locks for key in keys}


def _taken_in(gateway: str) -> dict[str, Topic[Any, Any, Any]]:
    """Rows for all kinds of document of a gateway; nothing is locked for those that remain in its table."""
    names = [catalogue.topic(kind) for kind in catalogue.handled(gateway)]
    return {name: Topic(name, DocumentFiled, take_in, None) for name in names}


def _by_topic(batch: Sequence[Delivered]) -> dict[str, list[Any]]:
    by_topic: dict[str, list[Any]] = {}
    for delivered in batch:
        by_topic.setdefault(delivered.topic, []).append(delivered.payload)
    return by_topic
