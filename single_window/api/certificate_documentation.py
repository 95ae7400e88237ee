"""The schemas of calls about certificates in the OpenAPI document."""

from __future__ import annotations

from apiflask import Schema
from apiflask.fields import Boolean, Integer, List, Nested, String
from apiflask.validators import Length, OneOf, Range, Regexp

from schemas.signature.algorithms import Key
from schemas.signature.certificates import LARGEST
from single_window.master_data.certificates import YEARS

_COMPANY = {"description": "the company's customs code (copCode)"}
_CODE = Regexp("[0-9A-Za-z]{1,18}$")


class CertificateIn(Schema):
    """A certificate that is to be issued."""

    company = String(required=True, validate=_CODE, metadata=_COMPANY)
    algorithm = String(
        load_default=Key.RSA.value,
        validate=OneOf([key.value for key in Key]),
        metadata={"description": "rsa: 1024 bits, as older cards; sm2: as cards since 2022"},
    )
    days = Integer(
        load_default=YEARS * 365,
        validate=Range(1, 20_000),
        metadata={"description": "how long it is valid, by the sandbox's clock"},
    )


class OwnCertificateIn(Schema):
    """A certificate of one's own."""

    company = String(required=True, validate=_CODE, metadata=_COMPANY)
    certificate = String(
        required=True, validate=Length(1, 2 * LARGEST), metadata={"description": "PEM, or DER in Base64"}
    )


class CertificatesIn(Schema):
    """Which certificates."""

    company = String(load_default="", validate=Length(0, 18), metadata=_COMPANY)
    after = String(load_default="", validate=Length(0, 40), metadata={"description": "numbers behind it"})
    limit = Integer(load_default=100, validate=Range(1, 1_000))


class CertificateOut(Schema):
    """A certificate that is registered for a company."""

    number = String(metadata={"description": "what KeyName says in a signature"})
    company = String(metadata=_COMPANY)
    algorithm = String()
    holder = String()
    since = String()
    until = String()
    revoked = String(metadata={"description": "when it was; empty: it was not"})
    holds = Boolean(metadata={"description": "whether it does now, by the sandbox's clock"})


class IssuedCertificateOut(CertificateOut):
    """A certificate with the key that belongs to it."""

    certificate = String(metadata={"description": "DER in Base64, as X509Certificate has it"})
    key = String(metadata={"description": "the private key as PEM; shown this once, and kept nowhere"})


class CertificatesOut(Schema):
    """Certificates by number."""

    certificates = List(Nested(CertificateOut))
    next = String(allow_none=True, metadata={"description": "the `after` of the next page"})
