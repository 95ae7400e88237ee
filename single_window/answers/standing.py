"""Collects the status of data, database, broker, processes and late work. Needs no window and changes nothing.

Unreachable parts are reported as such, along with all others.
"""

from __future__ import annotations

from pathlib import Path

import msgspec
from sqlalchemy import Connection, make_url
from sqlalchemy.exc import DBAPIError

from single_window import __version__
from single_window.answers.window import (
    ABSENT,
    AWAY,
    BEHIND,
    NOT_USED,
    READY,
    CountsOut,
    HoldingOut,
    LateOut,
    PartOut,
    StandingOut,
    WordsOut,
)
from single_window.cases.declarations import counting
from single_window.channels import connecting
from single_window.channels.folder import waiting_in
from single_window.clock import system_now
from single_window.data_lock import AlreadyRunning, DataLock
from single_window.frame.typed import instant_text
from single_window.language.plainly import plainly
from single_window.messaging.wakeups import CONNECTED, NAMESPACE, BrokerUnavailable
from single_window.observe.backlogs import StageBacklog, late_stages
from single_window.observe.metrics.meters import FOLDER
from single_window.observe.metrics.sharing import running_roles
from single_window.settings import Settings, without_password
from single_window.store import migrate, sandboxes
from single_window.store.damage import demand_unlost, file_of
from single_window.store.engine import open_engine, reading
from single_window.store.failures import DatabaseDamaged
from single_window.store.migrate import WrongRevision
from single_window.store.names import BLOCKED
from single_window.store.unavailable import DatabaseUnavailable, place, unavailable
from single_window.work import dispatch


def standing(settings: Settings) -> StandingOut:
    """Return the status of everything that the settings name."""
    part = database(settings)
    late: tuple[LateOut, ...] = ()
    holdings: tuple[HoldingOut, ...] = ()
    if part.state == READY:
        part, late, holdings = _read(settings, part)
    return StandingOut(
        data=str(settings.data.resolve()),
        version=__version__,
        exists=part.state != ABSENT,
        running=_running(settings.data),
        processes=dict(sorted(running_roles(settings.data / FOLDER).items())),
        bytes=_size(settings),
        database=part,
        broker=broker(settings),
        overdue=late,
        sandboxes=holdings,
    )


def database(settings: Settings) -> PartOut:
    """Return the state of the database, which is not created if absent."""
    address, file = make_url(settings.database_url), file_of(settings.database_url)
    try:
        if file is not None and not file.exists():
            demand_unlost(file)
            return PartOut(address=place(address), state=ABSENT)
        revision = migrate.revision_status(settings.database_url)
        if revision.empty:
            return PartOut(address=place(address), state=ABSENT)
        migrate.check(revision, settings.database_url)
    except (DatabaseUnavailable, DatabaseDamaged) as error:
        return PartOut(address=place(address), state=AWAY, detail=str(error))
    except WrongRevision as error:
        return PartOut(address=place(address), state=BEHIND, detail=str(error))
    return PartOut(address=place(address), state=READY)


def broker(settings: Settings) -> PartOut:
    """Return the state of the broker; connects to it without declaring anything."""
    if not settings.broker:
        return PartOut(address="", state=NOT_USED)
    from single_window.messaging.client import RabbitClient  # pika is needed only with RabbitMQ

    address = without_password(settings.broker)
    try:
        client = RabbitClient(settings.broker, f"{NAMESPACE} status")
    except BrokerUnavailable as error:
        return PartOut(address=address, state=error.state, detail=str(error))
    try:
        client.probe()
        return PartOut(address=address, state=client.state, detail="" if client.state == CONNECTED else client.reason)
    except BrokerUnavailable as error:
        return PartOut(address=address, state=error.state, detail=str(error))
    finally:
        client.close()


def _read(settings: Settings, ready: PartOut) -> tuple[PartOut, tuple[LateOut, ...], tuple[HoldingOut, ...]]:
    """Read the figures from the database and return them with its state, which may have changed."""
    engine = open_engine(settings.database_url)
    try:
        with reading(engine) as connection:
            return (
                ready,
                tuple(map(_late, late_stages(connection, system_now(), settings.overdue))),
                tuple(_holding(connection, settings.data, name) for name in sandboxes.names(connection)),
            )
    except DBAPIError as error:
        away = str(unavailable(settings.database_url, error))
        return PartOut(address=ready.address, state=AWAY, detail=away), (), ()
    finally:
        engine.dispose()


def _late(waiting: StageBacklog) -> LateOut:
    words, remedy = waiting.words, waiting.remedy
    return LateOut(
        stage=waiting.stage,
        count=waiting.late,
        oldest_seconds=waiting.oldest,
        examples=waiting.examples,
        words=WordsOut(zh=words.zh, en=words.en),
        remedy=WordsOut(zh=remedy.zh, en=remedy.en),
    )


def _holding(connection: Connection, data: Path, name: str) -> HoldingOut:
    clock, due = sandboxes.find(connection, name).clock, dispatch.next_due(connection, name)
    return HoldingOut(
        name=name,
        clock=clock.kind,
        now=instant_text(clock.now()),
        counts=msgspec.convert(plainly(counting.count_day(connection, name, None)), CountsOut),
        next_due=instant_text(due or 0),
        blocked=tuple(channel for channel in connecting.channels_out(connection, name) if channel.state == BLOCKED),
        files=waiting_in(data, name),
    )


def _size(settings: Settings) -> int | None:
    """Return the size of the database files in bytes; None if they cannot be read."""
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
