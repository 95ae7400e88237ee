"""Issues, registers and revokes certificates of a sandbox, with a test authority.

The authority is created with its first certificate. Private keys are returned once and not stored.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from schemas.signature import certificates, keys
from schemas.signature.algorithms import Key
from schemas.signature.certificates import Certificate, CertificateHolder
from schemas.signature.keys import Private
from single_window.context import Context
from single_window.refused import Refused
from single_window.store import certificates as rows
from single_window.store import sandbox_changes, sandboxes
from single_window.store.certificates import Authority, RegisteredCertificate
from single_window.store.engine import reading, writing
from single_window.store.sandbox_changes import ChangeKind
from single_window.store.series import certificates_of
from single_window.store.tables import participant

AUTHORITY = "模拟签发机构 Test authority"
AUTHORITY_BITS = 2048
YEARS = 10
"""Default validity of a certificate."""
YEAR = 365 * 86_400_000
FIRST = {Key.RSA: 0x01000000, Key.SM2: 0x0300000000000000}
"""Start of certificate numbers: 8 hexadecimal digits for RSA cards, 16 for SM2 keys."""
MAX_CERTIFICATES = 10_000
"""Maximum number of certificates of a sandbox."""
OPERATOR = "演示操作员"
"""The fictitious person on every certificate."""


class IssuedCertificate(NamedTuple):
    """A certificate and its private key."""

    certificate: Certificate
    key: Private


def issue(
    context: Context, sandbox: str, company: str, kind: Key, days: int = YEARS * 365, since: int | None = None
) -> IssuedCertificate:
    """Create a key and a certificate for a company and register it, valid from the sandbox's instant or `since` on.

    Raises `UnknownSandbox`, `Refused`.
    """
    now = context.now(sandbox)
    authority = _authority(context, sandbox, kind, now)
    serial = context.numbering.next_number(sandbox, certificates_of(kind.value))
    begin = now if since is None else since
    key = keys.generate(kind)
    der = certificates.issue(
        keys.from_pem(authority.secret, own=True),
        AUTHORITY,
        keys.public_of(key),
        certificates.number_text(FIRST[kind] + serial, kind),
        CertificateHolder(_name(context, sandbox, company), company, OPERATOR, f"{8_600_000_000_000 + serial}"),
        begin,
        begin + days * 86_400_000,
    )
    certificate = certificates.read(der)
    register(context, sandbox, company, certificate)
    return IssuedCertificate(certificate, key)


def register(context: Context, sandbox: str, company: str, certificate: Certificate) -> None:
    """Register a certificate of any issuer for a company; raises `UnknownSandbox`, `Refused`."""
    now = context.now(sandbox)
    try:
        with writing(context.engine) as connection:
            sandboxes.hold(connection, sandbox)
            if rows.count(connection, sandbox) >= MAX_CERTIFICATES:
                raise _number_taken(f"The sandbox {sandbox} has {MAX_CERTIFICATES} certificates, and takes no more.")
            rows.register(connection, sandbox, company, certificate, now)
            sandbox_changes.add(
                connection, context.numbering, sandbox, now, ChangeKind.CERTIFICATE, company, certificate.base64
            )
    except IntegrityError:
        raise _number_taken(
            f"A certificate {certificate.number} is registered already in the sandbox {sandbox}."
        ) from None


def revoke(context: Context, sandbox: str, number: str) -> RegisteredCertificate:
    """Revoke a certificate at the sandbox's instant; raises `Refused`."""
    now = context.now(sandbox)
    with writing(context.engine) as connection:
        if not rows.revoke(connection, sandbox, number, now):
            text = f"No certificate {number} holds in the sandbox {sandbox}. See: single-window certificate list"
            raise Refused("no-such-certificate", text, sandbox=sandbox, found=number, path="number")
        sandbox_changes.add(connection, context.numbering, sandbox, now, ChangeKind.REVOCATION, number, "")
        return rows.certificates_by_number(connection, sandbox, [number])[number]


def _number_taken(text: str) -> Refused:
    return Refused("certificate-taken", text, reason=text)


def _name(context: Context, sandbox: str, company: str) -> str:
    """A company's registered name, else its code."""
    with reading(context.engine) as connection:
        name = connection.execute(
            select(participant.c.name).where(participant.c.sandbox == sandbox, participant.c.code == company)
        ).scalar()
    return name or company


def _authority(context: Context, sandbox: str, kind: Key, now: int) -> Authority:
    """The sandbox's authority for this kind of keys, created if missing."""
    if known := _known_authority(context, sandbox, kind):
        return known
    key = keys.generate(kind, AUTHORITY_BITS)
    public, number = keys.public_of(key), certificates.number_text(FIRST[kind], kind)
    der = certificates.issue(
        key,
        AUTHORITY,
        public,
        number,
        CertificateHolder(AUTHORITY, "", AUTHORITY, "0"),
        now - YEAR,
        now + 3 * YEARS * YEAR,
    )
    made = Authority(der, keys.to_pem(key))
    try:
        with writing(context.engine) as connection:
            sandboxes.hold(connection, sandbox)
            rows.put_authority(connection, sandbox, kind, made)
    except IntegrityError:
        return _known_authority(context, sandbox, kind) or made
    return made


def _known_authority(context: Context, sandbox: str, kind: Key) -> Authority | None:
    with reading(context.engine) as connection:
        sandboxes.find(connection, sandbox)
        return rows.authority_of(connection, sandbox, kind)


def find_registered(connection: Connection, sandbox: str, number: str) -> RegisteredCertificate | None:
    """The registered certificate with this number."""
    return rows.certificates_by_number(connection, sandbox, [number]).get(number)
