"""Tables of officers' accounts and of programs' keys. They belong to the window: resetting a sandbox leaves them."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table

from single_window.store.columns import big as _big
from single_window.store.columns import metadata
from single_window.store.columns import text as _text

account = Table(
    "account",
    metadata,
    Column("name", String(40), primary_key=True),
    _text("display"),
    _text("password"),
    _text("role"),
    _text("agency"),
    _text("office"),
    _big("disabled_at"),
    _big("created_at"),
    Column("session_epoch", Integer, nullable=False, server_default="0"),
    sqlite_with_rowid=False,
)
saved_filter = Table(
    "saved_filter",
    metadata,
    Column("account", String(40), primary_key=True),
    Column("name", String(40), primary_key=True),
    _text("query"),
    sqlite_with_rowid=False,
)
sign_in_failure = Table(
    "sign_in_failure",
    metadata,
    Column("kind", String(10), primary_key=True),
    Column("name", String(100), primary_key=True),
    Column("failures", Integer, nullable=False, server_default="0"),
    _big("last_at"),
    _big("locked_until"),
    sqlite_with_rowid=False,
)
api_key = Table(
    "api_key",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("home", String(40), nullable=False),
    Column("owner", String(40), nullable=False),
    _text("digest"),
    _text("mailboxes"),
    _text("rights"),
    _big("made_at"),
    _text("made_by"),
    _big("expires_at"),
    _big("revoked_at"),
    _big("used_at"),
    sqlite_with_rowid=False,
)
Index("ix_api_key_home_owner", api_key.c.home, api_key.c.owner)
