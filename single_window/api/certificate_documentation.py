"""The schemas of calls about certificates in the OpenAPI document."""

from __future__ import annotations

from apiflask import Schema
from apiflask.fields import Integer, String
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
