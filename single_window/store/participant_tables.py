"""Tables of participants' payment addresses, payment data requests, certificates and chosen receipt envelopes."""

from __future__ import annotations

from sqlalchemy import Column, String

from single_window.store.columns import (
    big,
    bigs,
    id_column,
    index,
    integer,
    number_key,
    sandbox_column,
    table,
    text,
    text_key,
    texts,
)

payment_address = table(
    "window", "payment_address", columns=[sandbox_column(True), text_key("company", 40), text("url"), big("set_at")]
)
payment_request = table(
    "window",
    "payment_request",
    columns=[
        sandbox_column(True),
        id_column(),
        *texts("session_id", "order_no", "platform"),
        big("declaration_id"),
        text("by"),
        *bigs("asked_at", "due"),
        text("asking"),
        integer("attempts"),
        big("next_at"),
        *texts("reply", "error", "verdict"),
        integer("uploads"),
        big("answered_at"),
        *texts("code", "message", "findings", "payload"),
        *texts("expected", "matches", "digest", "signed_digest"),
    ],
    sqlite_with_rowid=False,
)
index(payment_request, "session_id", "sandbox", "session_id", unique=True)
index(payment_request, "asking", "asking", "next_at")

notice = table(
    "window",
    "notice",
    columns=[
        sandbox_column(True),
        text_key("company", 18),
        text_key("kind", 40),
        text_key("key", 200),
        number_key("number"),
        Column("once", String(200), nullable=False),
        big("return_time"),
    ],
)
"""What companies were told about a subject by notices that have no mailbox and time of their own. The number makes two
workers that tell a company at once notice each other: one of them tries again."""
index(notice, "once", "sandbox", "company", "kind", "key", "once", unique=True)


certificate = table(
    "window",
    "certificate",
    columns=[
        sandbox_column(True),
        text_key("number", 40),
        *texts("company", "kind", "holder", "der", "fingerprint"),
        *bigs("since", "until", "registered_at", "revoked_at"),
    ],
)
index(certificate, "company", "sandbox", "company")
authority = table("window", "authority", columns=[sandbox_column(True), text_key("kind", 10), *texts("der", "secret")])


chosen_envelope = table(
    "window",
    "chosen_envelope",
    columns=[sandbox_column(True), text_key("dxp_id", 30), text_key("way", 10), text("envelope")],
)
