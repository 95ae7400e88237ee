"""Rows of certificates and of the test authority that issues them; nothing here commits."""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import Connection, func, insert, select, update

from single_window.store.bulk import one_of
from single_window.store.tables import authority, certificate

if TYPE_CHECKING:
    from schemas.signature.algorithms import Key  # these import cryptography, which is only needed for signatures
    from schemas.signature.certificates import Certificate


class RegisteredCertificate(NamedTuple):
    """A registered certificate; instants are milliseconds; `revoked_at` is 0 while it is valid."""

    number: str
    company: str
    kind: str
    holder: str
    der: str
    fingerprint: str
    since: int
    until: int
    registered_at: int
    revoked_at: int


class Authority(NamedTuple):
    """The test authority: its certificate, and its private key as PEM."""

    der: bytes
    secret: bytes


_COLUMNS = [certificate.c[name] for name in RegisteredCertificate._fields]


def fingerprint(der: bytes) -> str:
    """The SHA-256 of a certificate, as hexadecimal digits."""
    return hashlib.sha256(der).hexdigest()


def register(connection: Connection, sandbox: str, company: str, presented: Certificate, now: int) -> None:
    """Register a certificate for a company; raises SQLAlchemy's `IntegrityError` if its number exists."""
    connection.execute(
        insert(certificate).values(
            sandbox=sandbox,
            number=presented.number,
            company=company,
            kind=presented.kind.value,
            holder=presented.holder,
            der=presented.base64,
            fingerprint=fingerprint(presented.der),
            since=presented.since,
            until=presented.until,
            registered_at=now,
        )
    )


def certificates_by_number(
    connection: Connection, sandbox: str, numbers: Sequence[str]
) -> dict[str, RegisteredCertificate]:
    """The registered certificates with these numbers."""
    rows = connection.execute(
        select(*_COLUMNS).where(
            certificate.c.sandbox == sandbox, one_of(connection, certificate.c.number, sorted(set(numbers)))
        )
    )
    return {row.number: RegisteredCertificate(*row) for row in rows}


def page(
    connection: Connection, sandbox: str, company: str = "", after: str = "", most: int = 100
) -> list[RegisteredCertificate]:
    """Registered certificates by number, of one company if given."""
    query = select(*_COLUMNS).where(certificate.c.sandbox == sandbox, certificate.c.number > after)
    if company:
        query = query.where(certificate.c.company == company)
    return [RegisteredCertificate(*row) for row in connection.execute(query.order_by(certificate.c.number).limit(most))]


def count(connection: Connection, sandbox: str) -> int:
    """The number of registered certificates."""
    return int(
        connection.execute(
            select(func.count()).select_from(certificate).where(certificate.c.sandbox == sandbox)
        ).scalar_one()
    )


def revoke(connection: Connection, sandbox: str, number: str, now: int) -> bool:
    """Revoke a certificate; False: there is no valid one of this number."""
    return bool(
        connection.execute(
            update(certificate)
            .where(certificate.c.sandbox == sandbox, certificate.c.number == number, certificate.c.revoked_at == 0)
            .values(revoked_at=max(1, now))
        ).rowcount
    )


def authority_of(connection: Connection, sandbox: str, kind: Key) -> Authority | None:
    """The authority for keys of this kind, or None."""
    row = connection.execute(
        select(authority.c.der, authority.c.secret).where(
            authority.c.sandbox == sandbox, authority.c.kind == kind.value
        )
    ).first()
    return None if row is None else Authority(b64decode(row.der), row.secret.encode())


def put_authority(connection: Connection, sandbox: str, kind: Key, made: Authority) -> None:
    """Insert a new authority; raises SQLAlchemy's `IntegrityError` if one exists."""
    connection.execute(
        insert(authority).values(
            sandbox=sandbox, kind=kind.value, der=b64encode(made.der).decode(), secret=made.secret.decode()
        )
    )
