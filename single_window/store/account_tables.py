"""Tables of officers' accounts. They belong to the window, not to a sandbox: an officer is the same in each."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table

from single_window.store.columns import big as _big
from single_window.store.columns import metadata
from single_window.store.columns import text as _text

account = Table(
    "account", metadata, Column("name", String(40), primary_key=True), _text("display"), _text("password"),
    _text("role"), _text("agency"), _text("office"), _big("disabled_at"), _big("created_at"),
    Column("session_epoch", Integer, nullable=False, server_default="0"), sqlite_with_rowid=False,
)
saved_filter = Table(
    "saved_filter", metadata, Column("account", String(40), primary_key=True),
    Column("name", String(40), primary_key=True), _text("query"), sqlite_with_rowid=False,
)
sign_in_failure = Table(
    "sign_in_failure", metadata, Column("kind", String(10), primary_key=True),
    Column("name", String(100), primary_key=True), Column("failures", Integer, nullable=False, server_default="0"),
    _big("last_at"), _big("locked_until"), sqlite_with_rowid=False,
)
