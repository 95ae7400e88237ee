"""Refuses to serve a network without any API key or account, because no call could be authorized."""

from __future__ import annotations

from sqlalchemy import Engine

from single_window.accounts import key_rows, rows
from single_window.clock import system_now
from single_window.settings import Settings, WrongSetting, is_loopback
from single_window.store.engine import open_engine, reading
from single_window.store.unavailable import explained


def check_callers(settings: Settings, engine: Engine) -> None:
    """Raise `WrongSetting` for a network address without any key or account."""
    if not is_loopback(settings.host) and not somebody_may_call(engine):
        raise WrongSetting(
            "SINGLE_WINDOW_HOST",
            settings.host,
            "127.0.0.1 (this machine only) while there is no key and no account, since such a window answers only "
            "calls with one. Make one first: single-window key issue DXPENT0000000001, or single-window account add "
            "admin --role administrator; or give run --first-key, which makes one and shows it; or --host 127.0.0.1",
        )


def somebody_may_call(engine: Engine) -> bool:
    """True if there is a key that is valid, or an account that is not disabled."""
    with reading(engine) as connection:
        return key_rows.some_alive(connection, system_now()) or any(
            not account.disabled_at for account in rows.all_accounts(connection)
        )


def check_callers_of(settings: Settings) -> None:
    """Like `check_callers`, before the database is open; also raises `DatabaseUnavailable`."""
    if is_loopback(settings.host):
        return
    engine = open_engine(settings.database_url)
    try:
        with explained(settings.database_url):
            check_callers(settings, engine)
    finally:
        engine.dispose()
