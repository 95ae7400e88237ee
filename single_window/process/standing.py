"""Finds out how everything stands, without a window: data, database, broker, processes, what is late. Changes nothing.

What cannot be reached is reported as such; the rest is reported all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, make_url
from sqlalchemy.exc import DBAPIError

from single_window.cases import declarations as stories
from single_window.channels import connecting
from single_window.channels.answers import ChannelOut
from single_window.clock import system_now
from single_window.data_lock import AlreadyRunning, DataLock
from single_window.messaging.wakeups import CONNECTED, NAMESPACE, BrokerUnavailable
from single_window.observe.metrics.meters import FOLDER
from single_window.observe.metrics.sharing import living
from single_window.observe.watchdog import Waiting, look
from single_window.settings import Settings, without_password
from single_window.store import migrate, sandboxes
from single_window.store.channels import BLOCKED
from single_window.store.engine import open_engine, reading
from single_window.store.migrate import WrongRevision
from single_window.store.sandboxes import Sandbox
from single_window.store.unavailable import DatabaseUnavailable, place, unavailable
from single_window.work import dispatch

READY, ABSENT, BEHIND, AWAY = "ready", "absent", "behind", "away"
"""States of a database: ready; nothing kept yet; another revision of its tables than this program's; not to be used."""
NOT_USED = "not used"
"""State of the broker where the processes of one machine wake each other."""


@dataclass(frozen=True, slots=True)
class Part:
    """A database or a broker: where it is (without its password), how it is, and what is wrong and to be done."""

    address: str
    state: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Holding:
    """The contents of a sandbox, the instant of its next deadline (None: there is none), its blocked channels."""

    sandbox: Sandbox
    counts: stories.Counts
    next_due: int | None
    blocked: tuple[ChannelOut, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of everything. `running` is where a window answers that holds the folder (empty: unknown, None: there
    is none); `processes` live on this machine, by role."""

    data: Path
    size: int | None
    database: Part
    broker: Part
    running: str | None
    processes: Mapping[str, int]
    late: tuple[Waiting, ...] = ()
    holdings: tuple[Holding, ...] = ()


def standing(settings: Settings) -> Standing:
    """The state of everything that the settings name."""
    part = database(settings)
    late: tuple[Waiting, ...] = ()
    holdings: tuple[Holding, ...] = ()
    if part.state == READY:
        part, late, holdings = _read(settings, part)
    return Standing(
        settings.data.resolve(),
        _size(settings),
        part,
        broker(settings),
        _running(settings.data),
        dict(sorted(living(settings.data / FOLDER).items())),
        late,
        holdings,
    )


def database(settings: Settings) -> Part:
    """The state of the database; one that does not exist yet is not made."""
    address = make_url(settings.database_url)
    if address.get_backend_name() == "sqlite" and not Path(address.database or "").exists():
        return Part(place(address), ABSENT)
    try:
        revision = migrate.standing(settings.database_url)
        if revision.empty:
            return Part(place(address), ABSENT)
        migrate.check(revision, settings.database_url)
    except DatabaseUnavailable as error:
        return Part(place(address), AWAY, str(error))
    except WrongRevision as error:
        return Part(place(address), BEHIND, str(error))
    return Part(place(address), READY)


def broker(settings: Settings) -> Part:
    """The state of the broker: connects to it, declares nothing."""
    if not settings.broker:
        return Part("", NOT_USED)
    from single_window.messaging.client import RabbitClient  # pika is needed only where RabbitMQ is

    address = without_password(settings.broker)
    try:
        client = RabbitClient(settings.broker, f"{NAMESPACE} status")
    except BrokerUnavailable as error:
        return Part(address, error.state, str(error))
    try:
        client.probe()
        return Part(address, client.state, "" if client.state == CONNECTED else client.reason)
    except BrokerUnavailable as error:
        return Part(address, error.state, str(error))
    finally:
        client.close()


def _read(settings: Settings, ready: Part) -> tuple[Part, tuple[Waiting, ...], tuple[Holding, ...]]:
    """The figures read from the database; its state may be another by now."""
    engine = open_engine(settings.database_url)
    try:
        with reading(engine) as connection:
            return (
                ready,
                tuple(look(connection, system_now(), settings.overdue)),
                tuple(_holding(connection, name) for name in sandboxes.names(connection)),
            )
    except DBAPIError as error:
        return Part(ready.address, AWAY, str(unavailable(settings.database_url, error))), (), ()
    finally:
        engine.dispose()


def _holding(connection: Connection, name: str) -> Holding:
    blocked = tuple(channel for channel in connecting.listed(connection, name) if channel.state == BLOCKED)
    return Holding(
        sandboxes.find(connection, name),
        stories.counts(connection, name, None),
        dispatch.next_due(connection, name),
        blocked,
    )


def _size(settings: Settings) -> int | None:
    """Bytes of the database's files, where they can be read."""
    address = make_url(settings.database_url)
    if address.get_backend_name() != "sqlite" or not address.database:
        return None
    file = Path(address.database)
    return sum(part.stat().st_size for part in file.parent.glob(f"{file.name}*") if part.is_file())


def _running(data: Path) -> str | None:
    if not data.is_dir():
        return None
    try:
        DataLock(data).take().release()
    except AlreadyRunning as busy:
        return busy.url
    return None
