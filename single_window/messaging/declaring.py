"""Declares entities and reads queue depths on a separate channel, one job at a time, because a failure closes the
channel."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from typing import Any, TypeAlias

from pika.adapters.select_connection import SelectConnection
from pika.channel import Channel
from pika.exceptions import ChannelClosedByBroker
from pika.frame import Method
from pika.spec import Queue as QueueMethods

from single_window.messaging.amqp_entities import Entity, OnDeclared
from single_window.messaging.channel_handler import ChannelHandler

Job: TypeAlias = Callable[[Channel, OnDeclared], None]
Answer: TypeAlias = "Future[Any]"


def declaration(entities: Sequence[Entity]) -> Job:
    """A job that declares entities in order; its result is None."""
    return partial(_declare, tuple(entities))


def _declare(entities: Sequence[Entity], channel: Channel, done: OnDeclared) -> None:
    for entity in entities[:-1]:
        entity.declare(channel, _nothing)  # pika waits for each response before it sends the next request
    if entities:
        entities[-1].declare(channel, lambda _: done(None))
    else:
        done(None)


def _nothing(_: object) -> None:
    """Ignore the broker's response."""


def depth(queue: str) -> Job:
    """A job that counts the ready messages in a queue; an unknown queue fails with 404."""
    return partial(_ask_depth, queue)


def _ask_depth(queue: str, channel: Channel, done: OnDeclared) -> None:
    def counted(frame: Method[QueueMethods.DeclareOk]) -> None:
        done(frame.method.message_count)

    channel.queue_declare(queue, passive=True, callback=counted)


class Declarer(ChannelHandler):
    """The channel on which jobs run; used on the I/O thread only."""

    def __init__(self, explain: Callable[[Exception], Exception]) -> None:
        super().__init__("declaring", self._reopen)
        self._explain = explain
        self._connection: SelectConnection | None = None
        self._jobs: deque[tuple[Job, Answer]] = deque()
        self._answer: Answer | None = None

    def open(self, connection: SelectConnection) -> None:
        self._connection = connection
        super().open(connection)

    def ask(self, job: Job, answer: Answer) -> None:
        """Queue a job; its future fails with `ChannelClosedByBroker` if the broker refuses it."""
        self._jobs.append((job, answer))
        self._next()

    def on_open(self, channel: Channel) -> None:
        self._next()

    def on_close(self, reason: Exception) -> None:
        if isinstance(reason, ChannelClosedByBroker):
            self._fail(reason)
            return
        self._fail(self._explain(reason))
        while self._jobs:
            self._answer = self._jobs.popleft()[1]
            self._fail(self._explain(reason))

    def _reopen(self, handler: ChannelHandler, reason: str) -> None:
        if self._connection is not None and self._connection.is_open:
            super().open(self._connection)

    def _next(self) -> None:
        if self._answer is None and self._jobs and self.channel is not None and self.is_open:
            job, self._answer = self._jobs.popleft()
            try:
                job(self.channel, self._finish)
            except Exception as error:  # for example an invalid name: pass it to the caller
                self._fail(error)
                self._next()

    def _finish(self, result: object) -> None:
        answer, self._answer = self._answer, None
        if answer is not None:
            answer.set_result(result)
        self._next()

    def _fail(self, error: Exception) -> None:
        answer, self._answer = self._answer, None
        if answer is not None:
            answer.set_exception(error)
