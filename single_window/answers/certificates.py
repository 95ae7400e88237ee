"""Answers about the certificates of companies that sign."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta

from single_window.frame.typed import Answer, Instant, instant_text
from single_window.store.certificates import RegisteredCertificate


class CertificateOut(Answer, frozen=True, kw_only=True):
    """A certificate registered for a company."""

    number: Annotated[str, Meta(description="KeyName in a signature")]
    company: Annotated[str, Meta(description="the company's customs code (copCode)")]
    algorithm: str
    holder: str
    since: Instant
    until: Instant
    revoked: Annotated[Instant, Meta(description="the time of revocation; empty: not revoked")]
    holds: Annotated[bool, Meta(description="whether it is valid now, by the sandbox's clock")]


class IssuedCertificateOut(CertificateOut, frozen=True, kw_only=True):
    """A certificate with its private key."""

    certificate: Annotated[str, Meta(description="DER in Base64, as in X509Certificate")]
    key: Annotated[str, Meta(description="the private key as PEM; shown only once and not stored")]


class CertificatesOut(Answer, frozen=True, kw_only=True):
    """Certificates by number."""

    certificates: tuple[CertificateOut, ...]
    next: Annotated[str | None, Meta(description="the `after` of the next page")]


def certificate_out(registered: RegisteredCertificate, now: int) -> CertificateOut:
    """Return the answer about a registered certificate at a time."""
    return CertificateOut.of(registered, **_fields(registered, now))


def issued_out(registered: RegisteredCertificate, now: int, certificate: str, key: str) -> IssuedCertificateOut:
    """Return the answer about a new registered certificate, with its text and private key."""
    return IssuedCertificateOut.of(registered, **_fields(registered, now), certificate=certificate, key=key)


def _fields(registered: RegisteredCertificate, now: int) -> dict[str, Any]:
    revoked = registered.revoked_at
    holds = registered.since <= now <= registered.until and not 0 < revoked <= now
    return {"algorithm": registered.kind, "revoked": instant_text(revoked), "holds": holds}
