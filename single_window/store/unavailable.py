"""Errors for an unusable database: its address without the password, the reason, and the remedy, in one line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL, make_url
from sqlalchemy.exc import DBAPIError

from single_window.store.failures import is_engine_failure, reason_of

EXTRA = "pip install 'cross-border-single-window[postgresql]'"


class DatabaseUnavailable(Exception):
    """The database cannot be used. `permanent`: a retry is of no use until somebody applies the remedy."""

    def __init__(self, text: str, *, permanent: bool) -> None:
        super().__init__(text)
        self.permanent = permanent


def no_driver(url: str, missing: ImportError) -> DatabaseUnavailable:
    """The error for a missing psycopg or libpq."""
    return DatabaseUnavailable(
        f"The database {place(make_url(url))} needs psycopg, which is not installed ({missing}). "
        f"Install it with: {EXTRA}",
        permanent=True,
    )


@contextmanager
def explained(url: str) -> Iterator[None]:
    """Raise `DatabaseUnavailable` instead of errors of an unreachable or unwritable database."""
    try:
        yield
    except DBAPIError as error:
        if not is_engine_failure(error):
            raise
        raise unavailable(url, error) from None


def unavailable(url: str, error: DBAPIError) -> DatabaseUnavailable:
    """The `DatabaseUnavailable` for an error, with its remedy."""
    address, reason = make_url(url), reason_of(error)
    advice, permanent = _advice(address, reason)
    return DatabaseUnavailable(f"The database {place(address)} cannot be used: {reason}. {advice}", permanent=permanent)


def place(address: URL) -> str:
    """The address of a database without its password."""
    query = {name: value for name, value in address.query.items() if name in {"host", "port"}}
    shown = address.set(query=query).render_as_string(hide_password=True)
    if address.get_backend_name() == "sqlite" or address.host:
        return shown
    return f"{shown} (PostgreSQL on this machine's socket)"


def _advice(address: URL, reason: str) -> tuple[str, bool]:
    """(advice, permanent). `reason` is the server's message, possibly not in English."""
    if address.get_backend_name() == "sqlite":
        return "Check that the folder is there, that it may be written, and that its disk has room.", True
    if "does not exist" in reason and f'database "{address.database}"' in reason:
        return f"Make it with: createdb {_server_options(address)}{address.database}", True
    if "FATAL" in reason and ("role " in reason or "password authentication" in reason or "pg_hba" in reason):
        return "Check user and password in SINGLE_WINDOW_DATABASE.", True
    return "Start PostgreSQL there, or set SINGLE_WINDOW_DATABASE to where it is.", False


def _server_options(address: URL) -> str:
    host = f"--host {address.host} " if address.host else ""
    port = f"--port {address.port} " if address.port else ""
    user = f"--username {address.username} " if address.username else ""
    return host + port + user
