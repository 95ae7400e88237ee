"""Tables of officers' accounts and of programs' keys. They belong to the window: resetting a sandbox leaves them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, String

from single_window.store.columns import big, bigs, index, integer, table, text, text_key, texts

account = table(
    "window",
    "account",
    columns=[
        text_key("name", 40),
        *texts("display", "password", "role", "agency", "office"),
        *bigs("disabled_at", "created_at"),
        integer("session_epoch"),
    ],
    sqlite_with_rowid=False,
)
saved_filter = table(
    "window",
    "saved_filter",
    columns=[text_key("account", 40), text_key("name", 40), text("query"), integer("shared")],
    sqlite_with_rowid=False,
)
sign_in_failure = table(
    "window",
    "sign_in_failure",
    columns=[text_key("kind", 10), text_key("name", 100), integer("failures"), *bigs("last_at", "locked_until")],
    sqlite_with_rowid=False,
)
api_key = table(
    "window",
    "api_key",
    columns=[
        text_key("id", 20),
        Column("home", String(40), nullable=False),
        Column("owner", String(40), nullable=False),
        *texts("digest", "mailboxes", "rights"),
        big("made_at"),
        text("made_by"),
        *bigs("expires_at", "revoked_at", "used_at"),
    ],
    sqlite_with_rowid=False,
)
index(api_key, "home_owner", "home", "owner")
alert_webhook = table(
    "window",
    "alert_webhook",
    columns=[text_key("account", 40), *texts("address", "secret", "last_error"), big("made_at")],
    sqlite_with_rowid=False,
)
"""Where an officer's alerts are posted."""
absence = table(
    "window",
    "absence",
    columns=[
        text_key("account", 40),
        Column("since_at", BigInteger, primary_key=True, autoincrement=False),
        *bigs("until_at", "handed_at"),
        *texts("to", "by"),
    ],
    sqlite_with_rowid=False,
)
"""From when to when an officer is absent, and who gets his cases."""
