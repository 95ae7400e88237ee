"""kombu transports for participants' brokers, hardened against hostile messages (no decoding errors, no decompression),
with redelivery of unacknowledged messages after a crash.

RabbitMQ redelivers at once, Redis after 120 seconds. A process that is killed between Redis's list and kombu's note of
it, some microseconds, loses that message: who sends over Redis waits for the answer and sends again without one.
"""

# mypy: disable-error-code="no-untyped-call"
from __future__ import annotations

from collections.abc import Mapping
from queue import Empty
from typing import Any

from kombu.transport import memory, pyamqp, redis

from single_window.channels.broker_envelopes import decode_message
from single_window.channels.broker_files import FileTransport


class RedisChannel(redis.Channel):
    """Redis lists. Consumed messages are recorded in Redis until they are acknowledged."""

    def _get(self, queue: Any, timeout: Any = None) -> dict[str, Any]:
        with self.conn_or_acquire() as client:
            for priority in self.priority_steps:
                item = client.rpop(self._q_for_pri(queue, priority))
                if item is not None:
                    return decode_message(item if isinstance(item, bytes) else str(item).encode(), queue)
        raise Empty

    def recover(self) -> None:
        """Return messages to the queue that a killed process had consumed."""
        self.qos.restore_visible(interval=1)


class RedisTransport(redis.Transport):
    """The transport of `redis://` and `rediss://`."""

    Channel = RedisChannel


class AmqpMessage(pyamqp.Message):
    """A message without headers, because a header could trigger decompression of the body."""

    def __init__(self, msg: Any, channel: Any = None, **options: Any) -> None:
        msg.properties.pop("application_headers", None)
        super().__init__(msg, channel, **options)


class AmqpChannel(pyamqp.Channel):
    """AMQP 0-9-1 queues; the broker itself redelivers unacknowledged messages."""

    Message = AmqpMessage


class _AmqpConnection(pyamqp.Connection):
    Channel = AmqpChannel


class AmqpTransport(pyamqp.Transport):
    """The transport of `amqp://`."""

    Connection = _AmqpConnection


class AmqpsTransport(pyamqp.SSLTransport):
    """The transport of `amqps://`."""

    Connection = _AmqpConnection


class MemoryChannel(memory.Channel):
    """Queues of this process, for tests."""

    do_restore = True


class MemoryTransport(memory.Transport):
    """The transport of `memory://`."""

    Channel = MemoryChannel


TRANSPORTS: Mapping[str, Any] = {
    "amqp": AmqpTransport,
    "amqps": AmqpsTransport,
    "redis": RedisTransport,
    "rediss": RedisTransport,
    "filesystem": FileTransport,
    "memory": MemoryTransport,
    "sqs": "sqs",
}
"""Scheme of an address → transport; SQS uses kombu's own, because its queues have a visibility timeout and a redrive
policy."""
