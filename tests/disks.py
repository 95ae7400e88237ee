"""What a test writes need not outlive the machine: SQLite leaves it to the system when it comes to the disk.

Tests kill processes, whose written pages the system keeps, and end no machine. Windows that tests start as processes of
their own write as their settings say. For PostgreSQL see `tests/databases.py`.
"""

from __future__ import annotations

from sqlalchemy import Connection, Engine, event

_PREPARED = "test.disks"


@event.listens_for(Engine, "engine_connect")
def _leave_to_the_system(connection: Connection) -> None:
    """Called by SQLAlchemy for each connection of any engine, before its first transaction."""
    if connection.dialect.name == "sqlite" and _PREPARED not in connection.info:
        connection.info[_PREPARED] = True
        driver = connection.connection.dbapi_connection
        assert driver is not None
        driver.execute("PRAGMA synchronous=OFF")  # type: ignore[attr-defined]
