"""A broker in memory that promises no more than it must: what was confirmed comes at least once, in any order.

It outlives every process, repeats and delays messages, forgets hints, and is at times not to be reached.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from simulators.draws import Draws
from single_window.messaging.broker import CONNECTED, DISCONNECTED, BrokerUnavailable, ReceivedMessage
from single_window.messaging.topology import QUEUES, queues_of
from tests.simulation.machine import Machine
from tests.simulation.weather import Sky

LATEST = 8_000
"""Milliseconds that a message takes at most."""


@dataclass(slots=True)
class OutgoingMessage:
    """A message in a queue, from the instant on when it can be handed out."""

    number: int
    body: bytes
    since: int


class Post:
    """The broker itself."""

    def __init__(
        self, machine: Machine, dice: Draws, sky: Sky, is_durable: bool = True, in_process: bool = False
    ) -> None:
        """`is_durable` and `in_process` as `Broker` has them: one that is not durable is gone with its
        process."""
        self.is_durable, self.in_process = is_durable, in_process
        self._machine, self._dice, self.sky = machine, dice, sky
        self.queues: dict[str, list[OutgoingMessage]] = {name: [] for name in QUEUES}
        self.links: list[Link] = []
        self._last = 0

    def put(self, queue: str, body: bytes) -> None:
        """A message arrives in a queue, perhaps twice, perhaps late."""
        for _ in range(2 if self.sky.strikes("twice") else 1):
            late = self._dice.below(LATEST) if self.sky.strikes("late") else 0
            self._last += 1
            self.queues[queue].append(OutgoingMessage(self._last, body, self._machine.now() + late))

    def waiting(self, queue: str) -> list[OutgoingMessage]:
        """What can be handed out now."""
        return [message for message in self.queues[queue] if message.since <= self._machine.now()]

    def hand_out(self, queue: str, most: int) -> list[OutgoingMessage]:
        """Some of what waits, in any order."""
        waiting = self.waiting(queue)
        order = self._dice.order(len(waiting))[: self._dice.one_of((1, 1, most))]
        chosen = [waiting[place] for place in order]
        numbers = {message.number for message in chosen}
        self.queues[queue] = [message for message in self.queues[queue] if message.number not in numbers]
        return chosen

    def lose(self, queue: str) -> int:
        """A queue is gone with all that was in it, handed out or not; gives how much that was."""
        count = len(self.queues[queue])
        self.queues[queue] = []
        for link in self.links:
            mine = [tag for tag, (of_queue, _) in link.open.items() if of_queue == queue]
            count += len(mine)
            for tag in mine:
                del link.open[tag]
        return count

    def break_down(self) -> None:
        """All connections break; what was handed out waits again."""
        for link in self.links:
            link.cut()


class Link:
    """One process's connection, as `single_window.messaging.broker.Broker` has it."""

    def __init__(self, post: Post, reach: Callable[[str], None]) -> None:
        """`reach` is called wherever the process could be stopped."""
        self._post, self._reach = post, reach
        self.open: dict[int, tuple[str, OutgoingMessage]] = {}
        post.links.append(self)

    @property
    def is_durable(self) -> bool:
        return self._post.is_durable

    @property
    def in_process(self) -> bool:
        return self._post.in_process

    @property
    def state(self) -> str:
        return DISCONNECTED if self._post.sky.broker_down else CONNECTED

    def declare(self, exchange: str, queues: Mapping[str, Sequence[str]]) -> None:
        """The queues are there."""

    def publish(self, topic: str, bodies: Sequence[bytes]) -> None:
        queues = queues_of(topic)
        self._reach("publish")
        sky = self._post.sky
        if sky.broker_down or sky.strikes("unpublished"):
            raise BrokerUnavailable("the simulated broker takes nothing")
        for body in bodies:
            for queue in queues:
                self._post.put(queue, body)
        if sky.strikes("unconfirmed"):
            self.cut()
            raise BrokerUnavailable("the simulated broker has not confirmed")

    def take(self, queue: str, most: int) -> list[ReceivedMessage]:
        if self._post.sky.broker_down:
            return []
        letters = self._post.hand_out(queue, most)
        self.open.update({letter.number: (queue, letter) for letter in letters})
        return [ReceivedMessage(queue, letter.body, letter.number) for letter in letters]

    def acknowledge(self, taken: Sequence[ReceivedMessage]) -> None:
        for message in taken:
            self.open.pop(message.tag, None)  # type: ignore[call-overload]

    def reject(self, taken: Sequence[ReceivedMessage]) -> None:
        self.acknowledge(taken)

    def requeue(self) -> None:
        self.cut()

    def cut(self) -> None:
        """The connection breaks: what was not acknowledged waits again, and an acknowledgement of it means nothing."""
        for queue, letter in self.open.values():
            self._post.queues[queue].append(letter)
        self.open = {}

    def wake(self, topic: str) -> None:
        """Hints are forgotten here: nothing may depend on them."""

    def listen(self, topics: Sequence[str]) -> None:
        """There is nothing to receive."""

    def wait(self, seconds: float) -> bool:
        raise AssertionError("nobody waits in a simulation: the schedule decides who is next")

    def close(self) -> None:
        self.cut()
        self._post.links.remove(self)
        if not self.is_durable:
            self._post.queues = {name: [] for name in QUEUES}
