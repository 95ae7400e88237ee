"""The algorithms of signatures, by their URIs in messages, and the combinations in use."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from cryptography.hazmat.primitives import hashes

DSIG = "http://www.w3.org/2000/09/xmldsig#"
PORT = "http://www.chinaport.gov.cn/2022/04/xmldsig#"
C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
"""Inclusive C14N without comments, the only method of the standard."""
ENVELOPED = f"{DSIG}enveloped-signature"


class Key(StrEnum):
    """The kind of a signing key."""

    RSA = "rsa"
    SM2 = "sm2"


class DigestAlgorithm(StrEnum):
    """A digest algorithm."""

    SHA1 = "sha1"
    SHA256 = "sha256"
    SM3 = "sm3"


class Method(NamedTuple):
    """A method of signing a SignedInfo."""

    key: Key
    digest: DigestAlgorithm


LENGTHS: Mapping[DigestAlgorithm, int] = {DigestAlgorithm.SHA1: 20, DigestAlgorithm.SHA256: 32, DigestAlgorithm.SM3: 32}
"""Length of a digest in bytes."""
METHODS: Mapping[str, Method] = {
    f"{DSIG}rsa-sha1": Method(Key.RSA, DigestAlgorithm.SHA1),
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256": Method(Key.RSA, DigestAlgorithm.SHA256),
    f"{PORT}sm2-sm3": Method(Key.SM2, DigestAlgorithm.SM3),
    f"{DSIG}sm2-sm3": Method(Key.SM2, DigestAlgorithm.SM3),
}
"""SignatureMethod by URI; the last is used by clients but not in the standard."""
DIGESTS: Mapping[str, DigestAlgorithm] = {
    f"{DSIG}sha1": DigestAlgorithm.SHA1,
    "http://www.w3.org/2001/04/xmlenc#sha256": DigestAlgorithm.SHA256,
    f"{PORT}sm3": DigestAlgorithm.SM3,
}
"""DigestMethod by URI."""


class Dialect(NamedTuple):
    """A combination of algorithms that clients use: the URIs of SignatureMethod and DigestMethod."""

    method: str
    digest: str


DIALECTS: Mapping[str, Dialect] = {
    "rsa-sha1": Dialect(f"{DSIG}rsa-sha1", f"{DSIG}sha1"),
    "rsa-sha256": Dialect(
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "http://www.w3.org/2001/04/xmlenc#sha256"
    ),
    "sm2": Dialect(f"{PORT}sm2-sm3", f"{PORT}sm3"),
    "sm2-sha1": Dialect(f"{DSIG}sm2-sm3", f"{DSIG}sha1"),
}
"""Dialects by name. `sm2` is official since 2022-05; `sm2-sha1` is sent by a widely used client."""
USUAL: Mapping[Key, str] = {Key.RSA: "rsa-sha1", Key.SM2: "sm2"}
"""The default dialect of a kind of key."""
_HASHES: Mapping[DigestAlgorithm, hashes.HashAlgorithm] = {
    DigestAlgorithm.SHA1: hashes.SHA1(),
    DigestAlgorithm.SHA256: hashes.SHA256(),
    DigestAlgorithm.SM3: hashes.SM3(),
}


def hash_of(digest: DigestAlgorithm) -> hashes.HashAlgorithm:
    """Return the algorithm of the library `cryptography`."""
    return _HASHES[digest]


def digest_of(digest: DigestAlgorithm, data: bytes) -> bytes:
    """Return the digest of data; SM3 without the value Z of a key."""
    state = hashes.Hash(_HASHES[digest])
    state.update(data)
    return state.finalize()


def dialect_name(method: str, digest: str) -> str:
    """Return the name of a combination of URIs; empty if it is unknown."""
    return next((name for name, dialect in DIALECTS.items() if dialect == (method, digest)), "")
