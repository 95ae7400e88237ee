"""The queues of deliveries, and the topics that each carries.

The topics of gateways stand in `gateways.topics`, with the type of their payloads.
"""

from __future__ import annotations

from functools import cache

from gateways.topics import TOPICS

GATEWAYS = ("customs", "inspection", "tax", "refund", "forex", "registration")
QUEUES: dict[str, tuple[str, ...]] = {
    "reception": ("message.received", "deadline.staged", "deadline.receipt"),
    **{gateway: tuple(topic.name for topic in TOPICS.values() if topic.queue == gateway) for gateway in GATEWAYS},
}
EARLIER = frozenset(topic.name for topic in TOPICS.values() if topic.earlier)
"""Topics that are not sent any more: a database that was upgraded may hold deliveries and deadlines of them."""


class UnknownTopic(ValueError):
    """A topic that no queue is bound to: a delivery to it would be lost without a trace."""


@cache
def queues_of(topic: str) -> tuple[str, ...]:
    """The queues bound to a topic; raises `UnknownTopic` when there is none."""
    found = tuple(queue for queue, topics in QUEUES.items() if topic in topics)
    if not found:
        raise UnknownTopic(f"No queue carries the topic {topic!r}; declare its payload in gateways/topics.")
    return found
