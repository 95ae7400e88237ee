"""Opens PostgreSQL: psycopg 3, a few warm connections, and a session that fails early instead of hanging."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import DisconnectionError

from single_window.clock import monotonic

APPLICATION = "single-window"
"""How the server names our connections."""
CONNECT_SECONDS = 5
KEPT = 20
"""Connections that a process opens at most, as it needs them; each is kept, for opening one costs a fork."""
RESTED = 1.0
"""Seconds after which an unused connection is checked before use; each check is a round trip."""
POOL_SECONDS = 10
"""How long a thread waits for a connection while all are busy."""
SESSION = {
    "jit": "off",  # bulk statements look expensive to the planner and are not: compiling them costs more than running
    "plan_cache_mode": "force_custom_plan",  # a plan made while tables were empty must not serve when they are full
    "lock_timeout": "30s",
    "idle_in_transaction_session_timeout": "5min",  # a worker that hangs must not hold its locks for ever
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
}
"""What every session sets. The server drops a client that vanished within a minute, and with it its locks."""


def open_postgresql(url: str) -> Engine:
    """An engine for a `postgresql+psycopg` address; opens no connection yet."""
    engine = create_engine(
        url,
        isolation_level="READ COMMITTED",
        pool_size=KEPT,
        max_overflow=0,
        pool_timeout=POOL_SECONDS,
        pool_use_lifo=True,
        connect_args={
            "connect_timeout": CONNECT_SECONDS,
            "application_name": APPLICATION,
            "client_encoding": "utf8",  # a cluster may have been made without a language
            "keepalives_idle": 30,
            "keepalives_interval": 10,
            "keepalives_count": 3,
            "tcp_user_timeout": 30_000,
        },
    )
    _listen(engine)
    return engine


def _listen(engine: Engine) -> None:
    """Set what every session sets, and look after connections that have rested."""
    from psycopg.types.array import ListBinaryDumper

    chosen = "SELECT " + ", ".join(f"set_config('{name}', '{value}', false)" for name, value in SESSION.items())

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.autocommit = True
        connection.execute(chosen)
        connection.autocommit = False
        # the dumper that was registered last is taken: lists travel in binary form
        connection.adapters.register_dumper(list, ListBinaryDumper)

    @event.listens_for(engine, "checkin")
    def _rest(_connection: Any, record: Any) -> None:
        record.info["since"] = monotonic()

    @event.listens_for(engine, "checkout")
    def _check(connection: Any, record: Any, _proxy: Any) -> None:
        if monotonic() - record.info.get("since", monotonic()) > RESTED and not _lives(engine, connection):
            raise DisconnectionError("the server has ended the connection")


def _lives(engine: Engine, connection: Any) -> bool:
    try:
        return engine.dialect.do_ping(connection)
    except engine.dialect.loaded_dbapi.Error as error:
        if engine.dialect.is_disconnect(error, connection, None):
            return False
        raise
