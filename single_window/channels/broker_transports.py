"""kombu transports for participants' brokers, hardened against hostile messages (no decoding errors, no decompression),
with redelivery of unacknowledged messages after a crash.

Bytes that are not in kombu's message format are taken as the body of a message.
"""

# mypy: disable-error-code="no-untyped-call"
from __future__ import annotations

import binascii
import os
import stat
from base64 import b64decode, b64encode
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from queue import Empty
from typing import Any, BinaryIO

import msgspec
from kombu.transport import filesystem, memory, pyamqp, redis

from single_window import keys
from single_window.private import make_folder

PROPERTIES = ("message_id", "correlation_id", "reply_to")
MAX_TEXT = 255
"""Maximum length of a property; longer ones are ignored."""
OVERSIZED_BYTES_READ = 4_096
"""Bytes that are read of a file that exceeds the size limit."""


def decode_message(item: bytes, queue: str) -> dict[str, Any]:
    """Bytes from a queue as kombu's message dict, with a new delivery tag and without headers, because a header could
    trigger decompression of the body."""
    body, properties = item, dict[str, Any]()
    with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        envelope = msgspec.json.decode(item)
        if isinstance(envelope, dict) and isinstance(envelope.get("properties"), dict) and "body" in envelope:
            body, properties = _body(envelope, item), envelope["properties"]
    return {
        "body": b64encode(body).decode(),
        "content-type": "application/octet-stream",
        "content-encoding": "binary",
        "headers": {},
        "properties": {
            **{name: text for name in PROPERTIES if (text := _text(properties, name))},
            "body_encoding": "base64",
            "delivery_tag": keys.secret(),
            "delivery_info": {"exchange": "", "routing_key": queue},
            "priority": 0,
        },
    }


def _body(envelope: Mapping[str, Any], item: bytes) -> bytes:
    text = envelope["body"]
    if not isinstance(text, str):
        return item
    if envelope["properties"].get("body_encoding") != "base64":
        return text.encode(errors="replace")
    try:
        return b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return item


def _text(properties: Mapping[str, Any], name: str) -> str:
    text = properties.get(name)
    return text if isinstance(text, str) and 0 < len(text) <= MAX_TEXT and text.isprintable() else ""


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


class FileChannel(filesystem.Channel):
    """Files in an input and an output folder. Consumed files are in a third folder until they are acknowledged."""

    def _get(self, queue: Any, timeout: Any = None) -> dict[str, Any]:
        for name in sorted(entry.name for entry in os.scandir(self.data_folder_in) if _is_message(entry, queue)):
            with suppress(FileNotFoundError, IsADirectoryError):
                return self._taken(name, queue)
        raise Empty

    def _taken(self, name: str, queue: str) -> dict[str, Any]:
        place = Path(self.processed_folder) / name
        (Path(self.data_folder_in) / name).rename(place)
        cap = self.connection.client.transport_options["most_bytes"]
        with _open_regular(place) as file:
            message = decode_message(
                file.read(cap if os.fstat(file.fileno()).st_size <= cap else OVERSIZED_BYTES_READ), queue
            )
        message["properties"]["delivery_tag"] = name
        return message

    def basic_ack(self, delivery_tag: str, multiple: bool = False) -> None:
        super().basic_ack(delivery_tag, multiple)
        (Path(self.processed_folder) / delivery_tag).unlink(missing_ok=True)

    def basic_reject(self, delivery_tag: str, requeue: bool = False) -> None:
        self.qos.ack(delivery_tag)
        with suppress(FileNotFoundError):
            taken = Path(self.processed_folder) / delivery_tag
            taken.rename(Path(self.data_folder_in) / delivery_tag) if requeue else taken.unlink()

    def recover(self) -> None:
        """Return messages to the queue that a killed process had consumed."""
        own = self.qos._delivered
        for taken in [file for file in Path(self.processed_folder).iterdir() if file.name not in own]:
            taken.rename(Path(self.data_folder_in) / taken.name)

    def _size(self, queue: str) -> int:
        folders = (self.data_folder_in, self.data_folder_out)
        return sum(name.partition(".")[2] == f"{queue}.msg" for folder in folders for name in os.listdir(folder))

    def close(self) -> None:
        self._qos = None  # unacknowledged files stay where `recover` finds them
        super().close()


def _is_message(entry: os.DirEntry[str], queue: str) -> bool:
    return entry.name.partition(".")[2] == f"{queue}.msg" and entry.is_file(follow_symlinks=False)


def _open_regular(place: Path) -> BinaryIO:
    """Open a regular file; raises `FileNotFoundError` for links and pipes, which a participant could have put there."""
    try:
        descriptor = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise FileNotFoundError(str(place)) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise FileNotFoundError(str(place))
    return os.fdopen(descriptor, "rb")


class FileTransport(filesystem.Transport):
    """The transport of `filesystem://`."""

    Channel = FileChannel
    global_state = filesystem.virtual.BrokerState()


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


def folders(place: Path) -> dict[str, str]:
    """The options of `filesystem://`; `in` is for messages from the participant, `out` for receipts to him."""
    names = {"data_folder_in": "in", "data_folder_out": "out", "processed_folder": "taken", "control_folder": "control"}
    return {option: str(make_folder(place / name)) for option, name in names.items()}
