"""RabbitMQ for tests: a vhost of their own, deleted some time afterwards, or a namespace where none can be made.

RabbitMQ is looked for at SINGLE_WINDOW_TEST_RABBITMQ; where there is none, tests that want it are skipped with a reason
(`tests/absent.py`). Vhosts are made by rabbitmqctl, which may administer a node of this machine only. It takes a second
of a processor whatever it does; so it makes several at once, and deletes those that are over by the way.
"""

from __future__ import annotations

import atexit
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
from tests.patience import PATIENCE

VARIABLE = "SINGLE_WINDOW_TEST_RABBITMQ"
ADDRESS = os.environ.get(VARIABLE, "amqp://guest:guest@127.0.0.1:5672/")
TOGETHER = 3
"""How many vhosts are made at once: each that waits to be deleted holds dozens of the broker's file descriptors."""
_PREFIX = "single-window-test-"
_LEFT_BEHIND = f"""[catch rabbit_vhost:delete(Name, <<"tests">>)
    || Name <- rabbit_vhost:list_names(), Parts <- [string:split(Name, "{_PREFIX}")], [<<>>, Rest] <- [Parts],
       filelib:is_dir("/proc/self"), not filelib:is_dir(iolist_to_binary(["/proc/", hd(string:split(Rest, "-"))]))]"""
"""Deletes the vhosts of test runs that were killed: those whose process is there no more."""
_numbers = count(1)
_ready: list[tuple[str, bool]] = []
_over: list[str] = []


class Vhost(NamedTuple):
    """Where tests may do as they like; if it is not their own, only under names that begin with `namespace`."""

    url: str
    namespace: str
    own: bool


@contextmanager
def empty_vhost() -> Iterator[Vhost]:
    """A vhost without queues; some time afterwards, at the latest with this process, it goes with all that is in it."""
    if missing := _unreachable():
        absent(missing)
    if not _ready:
        _ready.extend(_made())
    name, made = _ready.pop()
    url = _within(name)
    own = made and not _refusal(url)
    try:
        yield Vhost(url if own else ADDRESS, name, own)
    finally:
        _over.append(name)


def scrub(vhost: Vhost, queues: list[str], exchanges: list[str]) -> None:
    """Delete what a test made in a vhost that others use too.

    Also in one of one's own, though that goes as a whole: until then each queue reserves file descriptors, and a broker
    that has none left lets nobody in.
    """
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
    parameters.socket_timeout, parameters.stack_timeout = PATIENCE, PATIENCE
    try:
        create_connection((parameters.host, parameters.port), PATIENCE).close()
        BlockingConnection(parameters).close()
    except OSError as error:
        return error.strerror or str(error)
    except AMQPError as error:
        return repr(error)
    return ""


def _made() -> list[tuple[str, bool]]:
    """Names of new vhosts, each with whether it could be made; those that are over are deleted by the way."""
    names = [f"{_PREFIX}{os.getpid()}-{next(_numbers)}" for _ in range(TOGETHER)]
    if names[0].endswith("-1"):
        atexit.register(lambda: _evaluated(_deleting([*_over, *(name for name, _ in _ready)])))
    made = _evaluated(
        _LEFT_BEHIND if names[0].endswith("-1") else "ok",
        _deleting(_over),
        f"""
        [begin ok = rabbit_vhost:add(Name, <<"tests">>),
               ok = rabbit_auth_backend_internal:set_permissions(
                   {_term(_user())}, Name, <<".*">>, <<".*">>, <<".*">>, <<"tests">>)
         end || Name <- [{", ".join(map(_term, names))}]]""",
    )
    _over.clear()
    return [(name, made) for name in names]


def _deleting(names: list[str]) -> str:
    """What deletes vhosts, if they are there."""
    return f"""[catch rabbit_vhost:delete(Name, <<"tests">>) || Name <- [{", ".join(map(_term, names))}]]"""


def _term(text: str) -> str:
    """A text as Erlang has it."""
    return f"<<{','.join(map(str, text.encode()))}>>"


def _evaluated(*expressions: str) -> bool:
    """Whether a node of this machine did what is written here, in Erlang."""
    with suppress(OSError, subprocess.TimeoutExpired):
        return (
            subprocess.run(
                ["rabbitmqctl", "--quiet", "eval", f"{', '.join(expressions)}."],
                capture_output=True,
                timeout=PATIENCE,
                check=False,
            ).returncode
            == 0
        )
    return False
