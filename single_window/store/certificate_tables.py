"""Tables of the test authority: the issuers, and the certificates issued or registered, with their holders."""

from __future__ import annotations

from sqlalchemy import Column, Index, String, Table

from single_window.store.columns import big, metadata, sandbox_column, text

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
