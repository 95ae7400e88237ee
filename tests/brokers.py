"""RabbitMQ for tests: a vhost of their own, deleted afterwards, or a namespace where none can be made.

RabbitMQ is looked for at SINGLE_WINDOW_TEST_RABBITMQ; where there is none, tests that want it are skipped with a reason
(`tests/absent.py`). The vhost is made by rabbitmqctl, which may administer a node of this machine only.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from itertools import count
from socket import create_connection
from typing import NamedTuple

from pika import BlockingConnection, URLParameters
from pika.exceptions import AMQPError

from tests.absent import absent

VARIABLE = "SINGLE_WINDOW_TEST_RABBITMQ"
ADDRESS = os.environ.get(VARIABLE, "amqp://guest:guest@127.0.0.1:5672/")
_numbers = count(1)


class Vhost(NamedTuple):
    """Where tests may do as they like; if it is not their own, only under names that begin with `namespace`."""

    url: str
    namespace: str
    own: bool


@contextmanager
def empty_vhost() -> Iterator[Vhost]:
    """A vhost without queues; afterwards it is gone, with all that is in it."""
    if missing := _unreachable():
        absent(missing)
    name = f"single-window-test-{os.getpid()}-{next(_numbers)}"
    url = _within(name)
    try:
        own = _control("add_vhost", name) and _control("set_permissions", "-p", name, _user(), ".*", ".*", ".*") \
            and not _refusal(url)
        yield Vhost(url if own else ADDRESS, name, own)
    finally:
        _control("delete_vhost", name)


def scrub(vhost: Vhost, queues: list[str], exchanges: list[str]) -> None:
    """Delete what a test made in a vhost that others use too; a vhost of one's own goes as a whole."""
    if vhost.own:
        return
    connection = BlockingConnection(URLParameters(vhost.url))
    channel = connection.channel()
    for queue in queues:
        channel.queue_delete(queue)
    for exchange in exchanges:
        channel.exchange_delete(exchange)
    connection.close()


def _within(vhost: str) -> str:
    """The address with another vhost."""
    scheme, _, rest = ADDRESS.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}/{vhost}"


def _user() -> str:
    return str(URLParameters(ADDRESS).credentials.username)


@cache
def _unreachable() -> str:
    """Why there is no RabbitMQ; empty when there is one."""
    if not (refusal := _refusal(ADDRESS)):
        return ""
    place = URLParameters(ADDRESS)
    return f"no RabbitMQ at {place.host}:{place.port} ({refusal}); start one, or set {VARIABLE} to its address"


def _refusal(url: str) -> str:
    parameters = URLParameters(url)
    parameters.socket_timeout, parameters.stack_timeout = 3, 5
    try:
        create_connection((parameters.host, parameters.port), 3).close()
        BlockingConnection(parameters).close()
    except OSError as error:
        return error.strerror or str(error)
    except AMQPError as error:
        return repr(error)
    return ""


def _control(*arguments: str) -> bool:
    """Whether rabbitmqctl did as it was told."""
    with suppress(OSError, subprocess.TimeoutExpired):
        return subprocess.run(["rabbitmqctl", "--quiet", *arguments], capture_output=True, timeout=30,
                              check=False).returncode == 0
    return False
