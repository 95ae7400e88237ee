"""Tables of participants' payment addresses, payment data requests, certificates and chosen receipt envelopes."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table

from single_window.store.columns import big, id_column, metadata, sandbox_column, text

payment_address = Table(
    "payment_address",
    metadata,
    sandbox_column(True),
    Column("company", String(40), primary_key=True),
    text("url"),
    big("set_at"),
)
payment_request = Table(
    "payment_request",
    metadata,
    sandbox_column(True),
    id_column(),
    text("session_id"),
    text("order_no"),
    text("platform"),
    big("declaration_id"),
    text("by"),
    big("asked_at"),
    big("due"),
    text("asking"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    big("next_at"),
    text("reply"),
    text("error"),
    text("verdict"),
    Column("uploads", Integer, nullable=False, server_default="0"),
    big("answered_at"),
    text("code"),
    text("message"),
    text("findings"),
    text("payload"),
    text("expected"),
    text("matches"),
    text("digest"),
    text("signed_digest"),
    sqlite_with_rowid=False,
)
Index("ix_payment_request_session_id", payment_request.c.sandbox, payment_request.c.session_id, unique=True)
Index("ix_payment_request_asking", payment_request.c.asking, payment_request.c.next_at)


certificate = Table(
    "certificate",
    metadata,
    sandbox_column(True),
    Column("number", String(40), primary_key=True),
    text("company"),
    text("kind"),
    text("holder"),
    text("der"),
    text("fingerprint"),
    big("since"),
    big("until"),
    big("registered_at"),
    big("revoked_at"),
)
Index("ix_certificate_company", certificate.c.sandbox, certificate.c.company)
authority = Table(
    "authority",
    metadata,
    sandbox_column(True),
    Column("kind", String(10), primary_key=True),
    text("der"),
    text("secret"),
)


chosen_envelope = Table(
    "chosen_envelope",
    metadata,
    sandbox_column(True),
    Column("dxp_id", String(30), primary_key=True),
    Column("way", String(10), primary_key=True),
    text("envelope"),
)
