"""Keys and certificates of tests, made once."""

from __future__ import annotations

from functools import cache

from schemas.signature import certificates, keys
from schemas.signature.algorithms import Key
from schemas.signature.certificates import Certificate, CertificateHolder
from schemas.signature.signing import Signer

SINCE, UNTIL = 1_700_000_000_000, 2_000_000_000_000


@cache
def private(kind: Key) -> keys.Private:
    return keys.generate(kind)


@cache
def certificate(kind: Key, serial: int = 0x0178B6B7) -> Certificate:
    key = private(kind)
    return certificates.read(
        certificates.issue(
            key,
            "Test authority",
            keys.public_of(key),
            certificates.number_text(serial, kind),
            CertificateHolder("演示公司", "3301960A01", "Demo Person", "8600000000001"),
            SINCE,
            UNTIL,
        )
    )


def signer(dialect: str) -> Signer:
    kind = Key.SM2 if dialect.startswith("sm2") else Key.RSA
    return Signer(private(kind), certificate(kind), dialect)
