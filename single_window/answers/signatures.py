"""Answers about signatures of messages."""

from __future__ import annotations

from base64 import b64encode
from typing import Annotated

from msgspec import UNSET, Meta, UnsetType, structs

from declarations.calendar import utc_text
from schemas.signature.algorithms import DIGESTS
from schemas.signature.certificates import Certificate
from schemas.signature.checking import SignatureCheck
from single_window.frame.findings import Findings, findings_out
from single_window.frame.typed import Answer, instant_text
from single_window.intake.signature_explained import Explained
from single_window.store.certificates import RegisteredCertificate


class DigestOut(Answer, frozen=True, kw_only=True):
    """The digest of a signed document, in hexadecimal."""

    algorithm: Annotated[str, Meta(description="empty: unknown to the window")]
    expected: Annotated[str, Meta(description="the value in DigestValue")]
    found: Annotated[str, Meta(description="the digest of the canonical bytes")]
    bytes: Annotated[int, Meta(description="number of canonical bytes")]


class SignerCertificateOut(Answer, frozen=True, kw_only=True):
    """The certificate in a signature, with its registration in the sandbox, if any."""

    number: str
    algorithm: Annotated[str, Meta(description="algorithm of its key: rsa, sm2")]
    holder: str
    issuer: str
    since: str
    until: str
    registered: bool
    company: Annotated[str, Meta(description="the company it is registered for; empty: none")]
    revoked: Annotated[str, Meta(description="the time of revocation; empty: not revoked")]


class VerifiedOut(Answer, frozen=True, kw_only=True):
    """The result of verifying a signature; for an unsigned message only the mandatory fields."""

    valid: Annotated[bool, Meta(description="whether a sandbox that requires signatures accepts it")]
    signed: bool
    type: str
    findings: Findings
    dialect: Annotated[str | UnsetType, Meta(description="rsa-sha1, rsa-sha256, sm2 or sm2-sha1; empty: a mixture")] = (
        UNSET
    )
    signature_method: str | UnsetType = UNSET
    digest_method: str | UnsetType = UNSET
    digest: DigestOut | UnsetType = UNSET
    signed_info: Annotated[str | UnsetType, Meta(description="the signed canonical bytes")] = UNSET
    key_name: str | UnsetType = UNSET
    certificate: Annotated[SignerCertificateOut | UnsetType | None, Meta(description="null: none that can be read")] = (
        UNSET
    )
    document: Annotated[str | UnsetType, Meta(description="Base64, with canonical=true")] = UNSET


def verified_out(explained: Explained, canonical: bool = False) -> VerifiedOut:
    """Return the answer about a signature; `canonical`: with the digested bytes of the document."""
    check = explained.check
    verified = VerifiedOut(
        valid=explained.valid,
        signed=check is not None and check.present,
        type=explained.type,
        findings=findings_out(explained.findings),
    )
    return (
        verified
        if check is None or not check.present
        else _with_signature(verified, check, explained.registered, canonical)
    )


def _with_signature(
    verified: VerifiedOut, check: SignatureCheck, registered: RegisteredCertificate | None, canonical: bool
) -> VerifiedOut:
    return structs.replace(
        verified,
        dialect=check.dialect,
        signature_method=check.method,
        digest_method=check.digest_method,
        digest=_digest(check),
        signed_info=check.signed_info.decode(),
        key_name=check.key_name,
        certificate=_certificate(check.certificate, registered) if check.certificate is not None else None,
        document=b64encode(check.document).decode() if canonical else UNSET,
    )


def _digest(check: SignatureCheck) -> DigestOut:
    algorithm = DIGESTS.get(check.digest_method)
    return DigestOut(
        algorithm=algorithm.value if algorithm else "",
        expected=check.expected.hex(),
        found=check.found.hex(),
        bytes=len(check.document),
    )


def _certificate(certificate: Certificate, registered: RegisteredCertificate | None) -> SignerCertificateOut:
    return SignerCertificateOut.of(
        certificate,
        algorithm=certificate.kind.value,
        since=utc_text(certificate.since),
        until=utc_text(certificate.until),
        registered=registered is not None,
        company=registered.company if registered else "",
        revoked=instant_text(registered.revoked_at) if registered else "",
    )
