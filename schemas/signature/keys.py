"""Signing keys, RSA and SM2: generating, signing, verifying, reading and writing."""

from __future__ import annotations

from typing import TypeAlias

from asn1crypto import keys, pem
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from schemas.signature import sm2
from schemas.signature.algorithms import DigestAlgorithm, Key, Method, hash_of
from schemas.signature.sm2 import Sm2Key

SM2_CURVE = "1.2.156.10197.1.301"
keys.NamedCurve.register("sm2", SM2_CURVE, 32)
RSA_BITS = 1024
"""Length of generated RSA keys, as on cards of the port, whose signatures have 128 bytes."""
MIN_RSA_BITS, MAX_RSA_BITS, MAX_EXPONENT = 1024, 4096, 1 << 32
"""Limits of the modulus in bits, and of the public exponent; with larger ones verifying takes too long."""
KEY_BYTES = 8_192
"""Maximum size of a file with a private key in bytes."""

Private: TypeAlias = rsa.RSAPrivateKey | Sm2Key
Public: TypeAlias = rsa.RSAPublicKey | bytes
"""A public RSA key, or the 65 bytes of an SM2 point."""


class BadSigningKey(ValueError):
    """Raised for an unsupported key: damaged, of another kind, or outside the limits; trying again fails again."""

    permanent = True


def generate(kind: Key, bits: int = RSA_BITS) -> Private:
    """Generate a private key."""
    return sm2.generate() if kind is Key.SM2 else rsa.generate_private_key(public_exponent=65537, key_size=bits)


def kind_of(key: Private | Public) -> Key:
    """Return the kind of a key."""
    return Key.RSA if isinstance(key, rsa.RSAPrivateKey | rsa.RSAPublicKey) else Key.SM2


def public_of(key: Private) -> Public:
    """Return the public part of a key."""
    return key.point if isinstance(key, Sm2Key) else key.public_key()


def sign(key: Private, digest: DigestAlgorithm, data: bytes) -> bytes:
    """Sign data: PKCS #1 v1.5 with this digest, or SM2 with SM3."""
    if isinstance(key, Sm2Key):
        return sm2.sign(key, data)
    return key.sign(data, padding.PKCS1v15(), hash_of(digest))


def verify(key: Public, method: Method, data: bytes, signature: bytes) -> bool:
    """True if the signature is the key owner's, of these data by this method."""
    if isinstance(key, bytes):
        return method.key is Key.SM2 and sm2.verify(key, data, signature)
    if method.key is not Key.RSA:
        return False
    try:
        key.verify(signature, data, padding.PKCS1v15(), hash_of(method.digest))
    except InvalidSignature:
        return False
    return True


def check_public(key: rsa.RSAPublicKey) -> None:
    """Raise `BadSigningKey` for a key outside the limits."""
    if not MIN_RSA_BITS <= key.key_size <= MAX_RSA_BITS:
        raise BadSigningKey(f"an RSA key has {MIN_RSA_BITS} to {MAX_RSA_BITS} bits here, not {key.key_size}")
    if key.public_numbers().e > MAX_EXPONENT:
        raise BadSigningKey("the public exponent of the RSA key is too large")


def to_pem(key: Private) -> bytes:
    """Return a private key as PKCS #8, not encrypted."""
    if not isinstance(key, Sm2Key):
        return key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    inner = keys.ECPrivateKey(
        {"version": 1, "private_key": int.from_bytes(key.secret, "big"), "public_key": keys.ECPointBitString(key.point)}
    )
    algorithm = _sm2_algorithm(keys.PrivateKeyAlgorithm)
    info = keys.PrivateKeyInfo({"version": 0, "private_key_algorithm": algorithm, "private_key": inner})
    return bytes(pem.armor("PRIVATE KEY", info.dump()))


def from_pem(text: bytes, own: bool = False) -> Private:
    """Read the private key of a PEM file (PKCS #8); raises `BadSigningKey`. `own`: a key generated here is not
    validated, which would take 60 ms."""
    if len(text) > KEY_BYTES:
        raise BadSigningKey(f"a file with a private key has at most {KEY_BYTES} bytes")
    try:
        key = _decode(text, own)
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        raise BadSigningKey(f"no private key can be read in it: {error}") from None
    if isinstance(key, Sm2Key):
        return key
    if not isinstance(key, rsa.RSAPrivateKey):
        raise BadSigningKey("the key is neither an RSA nor an SM2 key")
    check_public(key.public_key())
    return key


def _decode(text: bytes, own: bool) -> object:
    _, _, der = pem.unarmor(text)
    info = keys.PrivateKeyInfo.load(der)
    if info["private_key_algorithm"]["algorithm"].native == "ec":
        return _sm2_from(info)
    return serialization.load_der_private_key(der, None, unsafe_skip_rsa_key_validation=own)


def _sm2_from(info: keys.PrivateKeyInfo) -> Sm2Key:
    if info["private_key_algorithm"]["parameters"].chosen.dotted != SM2_CURVE:
        raise BadSigningKey("the key lies on another curve than SM2's")
    return sm2.key_of(int(info["private_key"].parsed["private_key"].native).to_bytes(32, "big"))


def public_to_der(key: Public) -> bytes:
    """Return a public key as in certificates: DER of SubjectPublicKeyInfo."""
    if not isinstance(key, bytes):
        return key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return bytes(
        keys.PublicKeyInfo(
            {"algorithm": _sm2_algorithm(keys.PublicKeyAlgorithm), "public_key": keys.ECPointBitString(key)}
        ).dump()
    )


def _rsa_from(info: keys.PublicKeyInfo) -> rsa.RSAPublicKey:
    try:
        key = serialization.load_der_public_key(info.dump())
    except (ValueError, TypeError) as error:
        raise BadSigningKey(f"its RSA key cannot be read: {error}") from None
    if not isinstance(key, rsa.RSAPublicKey):
        raise BadSigningKey("its key is no RSA key")
    check_public(key)
    return key


def public_from(info: keys.PublicKeyInfo) -> Public:
    """Read the public key of a certificate; raises `BadSigningKey`."""
    algorithm = info["algorithm"]
    if algorithm["algorithm"].native == "rsa":
        return _rsa_from(info)
    if algorithm["algorithm"].native == "ec" and algorithm["parameters"].chosen.dotted == SM2_CURVE:
        point = bytes(info["public_key"].native)
        if sm2.is_point(point):
            return point
        raise BadSigningKey("its SM2 key is no point of the curve")
    raise BadSigningKey("its key is neither an RSA nor an SM2 key")


def _sm2_algorithm(kind: type) -> object:
    return kind({"algorithm": "ec", "parameters": keys.ECDomainParameters("named", SM2_CURVE)})
