"""A gateway: a name, its topics, and a function that takes their locks. It has no state.

The runner calls `lock` and `handle`, then commits repository and answers together.
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
NamedKeys: TypeAlias = Sequence[tuple[LockT, Sequence[Any]]]
"""The locks of a batch: for each topic (its lock, the keys that its payloads name)."""


class Delivered(NamedTuple):
    """A delivered payload with its topic."""

    topic: str
    payload: Any


class Gateway(Generic[DeskT, LockT]):
    """A simulated agency."""

    def __init__(
        self, name: str, topics: Iterable[Topic[Any, DeskT, LockT]], lock: Callable[[NamedKeys[LockT], DeskT], None]
    ) -> None:
        """`lock` locks all named rows through the repository, each kind sorted, always in the same order. Raises
        `LookupError` for a topic of documents that no kind of document has."""
        self.name = name
        declared_topics = {topic.name: topic for topic in topics}
        defaults = _default_topics(name)
        for topic in declared_topics.values():
            if topic.payload is DocumentFiled and topic.name not in defaults:
                raise LookupError(
                    f"{topic.name!r} of {name!r} is the topic of no document of schemas/gateway/*/catalogue.toml; "
                    f"these are: {sorted(defaults)}."
                )
        self.topics: Mapping[str, Topic[Any, DeskT, LockT]] = {**defaults, **declared_topics}
        """Its topics by name. Kinds of document without a declared topic are only taken in."""
        self.take_locks = lock

    def topic(self, name: str) -> Topic[Any, DeskT, LockT]:
        """Return a topic by name; raises `LookupError` for an unknown one."""
        try:
            return self.topics[name]
        except KeyError:
            raise LookupError(
                f"The gateway {self.name!r} does not handle {name!r}; it handles {sorted(self.topics)}."
            ) from None

    def lock(self, batch: Sequence[Delivered], desk: DeskT) -> None:
        """Lock all rows that the batch may change.

        Called before `handle` if several workers may use the repository at the same time.
        """
        named_keys = []
        for name, payloads in _group_by_topic(batch).items():
            topic = self.topic(name)
            if topic.handler is not take_in:
                named_keys.append((topic.lock, [topic.key(payload) for payload in payloads]))
        self.take_locks(named_keys, desk)

    def handle(self, batch: Sequence[Delivered], desk: DeskT) -> None:
        """Handle a batch, handler by handler, in the order in which their topics first appear.

        Topics with the same handler are handled together, so that the four documents of a trade are joined in one call.
        """
        by_handler: dict[Callable[[Sequence[Any], DeskT], None], list[Any]] = {}
        for name, payloads in _group_by_topic(batch).items():
            by_handler.setdefault(self.topic(name).handler, []).extend(payloads)
        for handler, payloads in by_handler.items():
            handler(payloads, desk)


def keys_of(named_keys: NamedKeys[LockT], *locks: LockT) -> set[Any]:
    """Return all keys that a batch names for these locks."""
    return {key for lock, keys in named_keys if lock in locks for key in keys}


def _default_topics(gateway: str) -> dict[str, Topic[Any, Any, Any]]:
    """Default topics for all kinds of document of a gateway: taken in, without a lock."""
    names = [catalogue.topic(kind) for kind in catalogue.handled(gateway)]
    return {name: Topic(name, DocumentFiled, take_in, None) for name in names}


def _group_by_topic(batch: Sequence[Delivered]) -> dict[str, list[Any]]:
    by_topic: dict[str, list[Any]] = {}
    for delivered in batch:
        by_topic.setdefault(delivered.topic, []).append(delivered.payload)
    return by_topic
