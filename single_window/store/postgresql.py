"""Opens PostgreSQL with psycopg 3: a connection pool, and session settings that time out instead of hanging."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.exc import DisconnectionError

from single_window.clock import monotonic

APPLICATION = "single-window"
"""`application_name` of our connections."""
CONNECT_SECONDS = 5
POOL_SIZE = 20
"""Maximum number of connections of a process. They stay open, because the server forks for a new one."""
PING_AFTER_SECONDS = 1.0
"""Idle seconds after which a connection is pinged before use; a ping costs a round trip."""
POOL_SECONDS = 10
"""Seconds that a thread waits for a connection while all are busy."""
SESSION = {
    "jit": "off",  # the planner overestimates bulk statements; compiling them costs more than running
    "plan_cache_mode": "force_custom_plan",  # a generic plan made while tables were empty would be slow later
    "lock_timeout": "30s",
    "idle_in_transaction_session_timeout": "5min",  # a hanging worker must not hold its locks for ever
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
}
"""Settings of every session. With these keepalives the server drops a vanished client, and its locks, within a
minute."""


POOL: Mapping[str, Any] = {
    "pool_size": POOL_SIZE,
    "max_overflow": 0,
    "pool_timeout": POOL_SECONDS,
    "pool_use_lifo": True,
}


def open_postgresql(url: str | URL, pool: Mapping[str, Any] = POOL) -> Engine:
    """Create an engine for a `postgresql+psycopg` URL without connecting; `pool`: its pool's arguments."""
    engine = create_engine(
        url,
        isolation_level="READ COMMITTED",
        **pool,
        connect_args={
            "connect_timeout": CONNECT_SECONDS,
            "application_name": APPLICATION,
            "client_encoding": "utf8",  # the cluster's default may be SQL_ASCII
            "keepalives_idle": 30,
            "keepalives_interval": 10,
            "keepalives_count": 3,
            "tcp_user_timeout": 30_000,
        },
    )
    _listen(engine)
    return engine


def _listen(engine: Engine) -> None:
    """Register listeners that set session settings and ping idle connections."""
    from psycopg.types.array import ListBinaryDumper

    set_all = "SELECT " + ", ".join(f"set_config('{name}', '{value}', false)" for name, value in SESSION.items())

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.autocommit = True
        connection.execute(set_all)
        connection.autocommit = False
        # psycopg uses the dumper registered last: send lists in binary form
        connection.adapters.register_dumper(list, ListBinaryDumper)

    @event.listens_for(engine, "checkin")
    def _rest(_connection: Any, record: Any) -> None:
        record.info["since"] = monotonic()

    @event.listens_for(engine, "checkout")
    def _check(connection: Any, record: Any, _proxy: Any) -> None:
        if monotonic() - record.info.get("since", monotonic()) > PING_AFTER_SECONDS and not _is_alive(
            engine, connection
        ):
            raise DisconnectionError("the server has ended the connection")


def _is_alive(engine: Engine, connection: Any) -> bool:
    try:
        return engine.dialect.do_ping(connection)
    except engine.dialect.loaded_dbapi.Error as error:
        if engine.dialect.is_disconnect(error, connection, None):
            return False
        raise
