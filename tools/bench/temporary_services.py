"""A vhost at RabbitMQ and a database at PostgreSQL that belong to one run of the bench and are gone after it.

The vhost is made by rabbitmqctl, which administers a node of this machine and wants root. Where that cannot be, the
vhost that was named is used as it is, if nothing of a window is in it, and swept afterwards.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import count
from typing import NamedTuple
from urllib.parse import urlsplit

from pika import BlockingConnection, URLParameters
from pika.exceptions import AMQPError, ChannelClosedByBroker
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from simulators.entry import without_password
from simulators.errors import SimulatorError
from single_window.messaging.wakeups import NAMESPACE

__all__ = ["Engines", "TemporaryServices", "temporary_services", "without_password"]

BROKER_QUEUES = (f"{NAMESPACE}.unreadable",)
BROKER_EXCHANGES = (f"{NAMESPACE}.hints", f"{NAMESPACE}.dead", f"{NAMESPACE}.participants")
"""Queues and exchanges that windows declare at RabbitMQ."""
_numbers = count(1)


class Engines(NamedTuple):
    """Addresses of RabbitMQ (AMQP) and PostgreSQL (SQLAlchemy)."""

    broker: str
    database: str


class TemporaryServices(NamedTuple):
    """Addresses of the temporary vhost and database, and the engines' versions by name."""

    broker: str
    database: str
    versions: Mapping[str, str]


@contextmanager
def temporary_services(engines: Engines) -> Iterator[TemporaryServices]:
    """Create a temporary vhost and database and remove them afterwards; raises `SimulatorError`."""
    name = f"single_window_bench_{os.getpid()}_{next(_numbers)}"
    versions = {"rabbitmq": _rabbitmq(engines.broker), "postgresql": _postgresql(engines.database)}
    with _vhost(engines.broker, name) as broker, _database(engines.database, name) as database:
        yield TemporaryServices(broker, database, versions)


@contextmanager
def own_database(address: str) -> Iterator[tuple[str, str]]:
    """Create a temporary PostgreSQL database and drop it afterwards: gives its address and the server's version.
    Raises `SimulatorError`."""
    version = _postgresql(address)
    with _database(address, f"single_window_bench_{os.getpid()}_{next(_numbers)}") as own:
        yield own, version


@contextmanager
def on_database(address: str) -> Iterator[tuple[str, str]]:
    """`own_database`, or two empty strings without an address (SQLite is measured then)."""
    if not address:
        yield "", ""
        return
    with own_database(address) as own:
        yield own


def tidy(address: str) -> None:
    """Run VACUUM ANALYZE now, as autovacuum would a few minutes after a bulk insert."""
    _answer(address, "VACUUM ANALYZE")


def _rabbitmq(address: str) -> str:
    """Read the version of the RabbitMQ node."""
    connection = _connect(address)
    version = connection._impl.server_properties["version"]
    connection.close()
    return version.decode() if isinstance(version, bytes) else str(version)


def _connect(address: str) -> BlockingConnection:
    try:
        parameters = URLParameters(address)
        parameters.socket_timeout, parameters.stack_timeout = 5, 10
        return BlockingConnection(parameters)
    except (AMQPError, OSError, ValueError) as error:
        raise SimulatorError(
            f"RabbitMQ does not answer ({error!r}). Start it, or give its address with --broker "
            "amqp://user:password@host:port/vhost"
        ) from None


@contextmanager
def _vhost(address: str, name: str) -> Iterator[str]:
    user = str(URLParameters(address).credentials.username)
    made = _control("add_vhost", name) and _control("set_permissions", "-p", name, user, ".*", ".*", ".*")
    own = urlsplit(address)._replace(path=f"/{name}").geturl()
    if made and _answers(own):
        try:
            yield own
        finally:
            _control("delete_vhost", name)
        return
    _control("delete_vhost", name)
    _refuse_used(address)
    try:
        yield address
    finally:
        _sweep(address)


def _answers(address: str) -> bool:
    """True if this vhost belongs to the node at the address, and not to another node on this machine."""
    try:
        _connect(address).close()
    except SimulatorError:
        return False
    return True


def _control(*arguments: str) -> bool:
    """Run rabbitmqctl; True if it succeeded."""
    with suppress(OSError, subprocess.TimeoutExpired):
        return (
            subprocess.run(
                ["rabbitmqctl", "--quiet", *arguments], capture_output=True, timeout=60, check=False
            ).returncode
            == 0
        )
    return False


def _refuse_used(address: str) -> None:
    connection = _connect(address)
    try:
        connection.channel().exchange_declare(BROKER_EXCHANGES[0], passive=True)
    except ChannelClosedByBroker:
        return
    finally:
        connection.close()
    raise SimulatorError(
        "A window uses this vhost of RabbitMQ (there is an exchange "
        f"{BROKER_EXCHANGES[0]}), and rabbitmqctl cannot make another here. Make an empty one: "
        "rabbitmqctl add_vhost bench, and name it with --broker"
    )


def _sweep(address: str) -> None:
    connection = _connect(address)
    channel = connection.channel()
    for queue in BROKER_QUEUES:
        channel.queue_delete(queue)
    for exchange in BROKER_EXCHANGES:
        channel.exchange_delete(exchange)
    connection.close()


def _postgresql(address: str) -> str:
    """Read the version of the PostgreSQL server."""
    if make_url(address).get_backend_name() != "postgresql":
        raise SimulatorError(
            "--database must lead to PostgreSQL: postgresql+psycopg://user:password@host:port/database"
        )
    return str(_answer(address, "SHOW server_version")).partition(" ")[0]


@contextmanager
def _database(address: str, name: str) -> Iterator[str]:
    _answer(address, f"CREATE DATABASE {name}")
    try:
        yield make_url(address).set(database=name).render_as_string(hide_password=False)
    finally:
        _answer(address, f"DROP DATABASE {name} WITH (FORCE)")


def _answer(address: str, statement: str) -> object:
    """Execute a statement outside of transactions; gives its single value, None where it returns no rows."""
    try:
        engine = create_engine(
            address, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args={"client_encoding": "utf8"}
        )
    except ImportError as error:
        raise SimulatorError(
            f"{error}. PostgreSQL wants the extra: pip install 'cross-border-single-window[postgresql]'"
        ) from None
    try:
        with engine.connect() as connection:
            result = connection.execute(text(statement))
            return result.scalar() if result.returns_rows else None
    except DBAPIError as error:
        raise SimulatorError(
            f"PostgreSQL refuses ({str(error.orig).strip()}). Start it, or give with --database the "
            "address of a user who may create databases"
        ) from None
    finally:
        engine.dispose()
