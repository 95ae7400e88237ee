"""Opens the data folder of a command, exclusively or shared with other processes."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from sqlalchemy import Connection

from single_window.data_lock import AlreadyRunning, DataLock
from single_window.frame.commands.call import Call, Failure
from single_window.frame.commands.others import OtherWorkers
from single_window.messaging.wakeups import LocalWakeups
from single_window.settings import Settings
from single_window.store import migrate
from single_window.store.damage import examine_pages
from single_window.store.engine import open_engine
from single_window.store.engine import reading as reading_connection
from single_window.store.unavailable import explained
from single_window.store.write_ahead_log import lost_commits
from single_window.wiring import Window, open_window
from single_window.work.settling import NoProgress


@contextmanager
def window(call: Call) -> Iterator[Window]:
    """Open a call's data. If other processes work on it, this process only reads and stores requests."""
    settings = call.settings
    if settings.broker:
        call.running_url = ""
        with _closing(open_window(settings, queues=(), wakeups=LocalWakeups(shared=True))) as opened:
            yield opened
        return
    lock = DataLock(settings.data)
    try:
        lock.take()
    except AlreadyRunning as busy:
        call.running_url = busy.url
        yield from _beside(settings)
        return
    try:
        with _closing(open_window(settings, readers=0)) as opened:
            yield opened
    finally:
        lock.release()


def _beside(settings: Settings) -> Iterator[Window]:
    database = migrate.revision_status(settings.database_url)
    if database.empty:
        raise Failure(f"The database in {settings.data} is still being created by another process; try again.")
    migrate.check(database, settings.database_url)
    with _closing(Window(settings, LocalWakeups(shared=True), queues=())) as opened:
        yield opened


@contextmanager
def reading(call: Call) -> Iterator[tuple[Window, Connection]]:
    """Open the data as (window, read-only connection); raises `NoData` if there is no database."""
    with read_only(call) as opened:
        opened.sandbox(call.sandbox)
        with reading_connection(opened.engine) as connection:
            yield opened, connection


@contextmanager
def read_only(call: Call) -> Iterator[Window]:
    """Open the data for a call that only reads: without lock and wake-ups, so that no other process is blocked. Raises
    `NoData` if there is no database."""
    call.need_data()
    settings = call.settings
    database = migrate.revision_status(settings.database_url)
    only_reads = functools.partial(Window, settings, LocalWakeups(shared=True), queues=())
    with _closing(only_reads()) if database.ready else window(call) as opened:
        yield opened


@contextmanager
def without_others(call: Call) -> Iterator[None]:
    """Hold the lock on the data folder; raises `Failure` if other processes use the database."""
    with nullcontext() if call.settings.database else DataLock(call.settings.data):
        if working := migrate.other_connections(call.settings.database_url):
            raise Failure(
                f"{working} connections of other processes of single-window are open on this database. "
                "Stop them (run, serve, work) and try again."
            )
        yield


def demand_whole_copy(file: Path) -> None:
    """Raise `Failure` if the file that took the place of a damaged database is damaged itself. It may lack the newest
    receipts; then numbers are skipped."""
    if fault := lost_commits(file):
        raise Failure(f"{file}: {fault}. Remove it with its -wal and -shm, put a copy in its place, and try again.")
    if faults := examine_pages(file).faults:
        raise Failure(f"{file} is damaged: {'; '.join(faults)}. Put another copy in its place, and try again.")


@contextmanager
def stored(call: Call) -> Iterator[Connection]:
    """Open a read-only connection to a database of any schema revision; raises `NoData` if there is none."""
    call.need_data()
    url = call.settings.database_url
    engine = open_engine(url)
    try:
        with explained(url), reading_connection(engine) as connection:
            yield connection
    finally:
        engine.dispose()


def work(call: Call, opened: Window) -> bool:
    """Process pending work, or wait until other processes have done it; False: timeout."""
    if call.running_url is None:
        opened.settle()
        return True
    try:
        return OtherWorkers(opened, call.sandbox, functools.partial(_process_here, call.settings)).done()
    except NoProgress as nobody:
        raise Failure(f"The request is stored, and will be processed when a worker runs: {nobody}") from None


def _process_here(settings: Settings) -> bool:
    if settings.broker:
        return False
    try:
        with DataLock(settings.data), _closing(Window(settings)) as opened:
            opened.recover()
            opened.settle()
    except AlreadyRunning:
        return False
    return True


@contextmanager
def _closing(opened: Window) -> Iterator[Window]:
    try:
        yield opened
    finally:
        opened.close()
