"""Refuses to serve a network while no call could be authorized: without a key and without an account."""

from __future__ import annotations

from sqlalchemy import Engine

from single_window.accounts import key_rows, rows
from single_window.clock import system_now
from single_window.settings import Settings, is_loopback
from single_window.store.engine import open_engine, reading
from single_window.store.unavailable import explained


class NobodyMayCall(ValueError):
    """A window that others are to reach, for which there is no key and no account."""

    permanent = True

    def __init__(self, host: str) -> None:
        super().__init__(
            f"A window at {host} answers only calls with a key or an account, and there is none. Make one first, with: "
            "single-window key issue DXPENT0000000001, or single-window account add admin --role administrator; or "
            "serve this machine only, with --host 127.0.0.1"
        )


def check_callers(settings: Settings, engine: Engine) -> None:
    """Refuse an address that others reach as long as no call could be authorized; raises `NobodyMayCall`."""
    if is_loopback(settings.host):
        return
    with reading(engine) as connection:
        known = key_rows.some_alive(connection, system_now()) or any(
            not account.disabled_at for account in rows.listed(connection)
        )
    if not known:
        raise NobodyMayCall(settings.host)


def check_callers_of(settings: Settings) -> None:
    """The same, before anything is open; raises `DatabaseUnavailable` too."""
    if is_loopback(settings.host):
        return
    engine = open_engine(settings.database_url)
    try:
        with explained(settings.database_url):
            check_callers(settings, engine)
    finally:
        engine.dispose()
