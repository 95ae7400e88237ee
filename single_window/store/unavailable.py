"""A database that cannot be used: which one, why, and what to do, in one line without its password."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL, make_url
from sqlalchemy.exc import DBAPIError

from single_window.store.failures import is_engine_failure, reason_of

EXTRA = "pip install 'cross-border-single-window[postgresql]'"


class DatabaseUnavailable(Exception):
    """The message names the database and the remedy. `permanent`: it will not pass without somebody doing it."""

    def __init__(self, text: str, *, permanent: bool) -> None:
        super().__init__(text)
        self.permanent = permanent


def no_driver(url: str, missing: ImportError) -> DatabaseUnavailable:
    """psycopg is not installed, or the library that it needs is not."""
    return DatabaseUnavailable(
        f"The database {place(make_url(url))} needs psycopg, which is not installed ({missing}). "
        f"Install it with: {EXTRA}",
        permanent=True,
    )


@contextmanager
def explained(url: str) -> Iterator[None]:
    """Turns the error of a database that cannot be reached or written into `DatabaseUnavailable`."""
    try:
        yield
    except DBAPIError as error:
        if not is_engine_failure(error):
            raise
        raise unavailable(url, error) from None


def unavailable(url: str, error: DBAPIError) -> DatabaseUnavailable:
    """The error for a database that failed, with its remedy."""
    address, reason = make_url(url), reason_of(error)
    advice, permanent = _advice(address, reason)
    return DatabaseUnavailable(f"The database {place(address)} cannot be used: {reason}. {advice}", permanent=permanent)


def place(address: URL) -> str:
    """The place of a database, without its password; a server without a name is on this machine."""
    query = {name: value for name, value in address.query.items() if name in {"host", "port"}}
    shown = address.set(query=query).render_as_string(hide_password=True)
    if address.get_backend_name() == "sqlite" or address.host:
        return shown
    return f"{shown} (PostgreSQL on this machine's socket)"


def _advice(address: URL, reason: str) -> tuple[str, bool]:
    """Advice, and if waiting is of no use. The reason is the server's, in whatever language it speaks."""
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
