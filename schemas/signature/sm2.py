"""SM2 signatures with SM3, like those of the port's keys: user id 1234567812345678, r and s in 64 bytes.

gmalg is pure Python: about 15 ms to sign and 28 ms to verify, and 3 ms more for each kilobyte.

cryptography has SM3 but no SM2. Looked at in place of gmalg: tongsuopy is fifty times as fast, but has no wheels for
Linux on ARM or musl; gmalglib has wheels for Windows only; the signatures of gmssl fail with Z. A faster library
replaces the functions of this module.
"""

from __future__ import annotations

from dataclasses import dataclass

from gmalg import SM2

USER_ID = b"1234567812345678"
LENGTH = 64
"""Length in bytes of a signature, and of a public point without its first byte."""
_HALF = LENGTH // 2
_P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
_B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
"""The curve y² = x³ - 3x + b over the field of p elements (GB/T 32918.5)."""


@dataclass(frozen=True, slots=True)
class Sm2Key:
    """A private key of 32 bytes and its public point (04, x, y)."""

    secret: bytes
    point: bytes


def generate() -> Sm2Key:
    """Generate a key."""
    secret, point = SM2().generate_keypair()
    return Sm2Key(bytes(secret).rjust(_HALF, b"\0"), bytes(point))


def key_of(secret: bytes) -> Sm2Key:
    """Return the key with this private part."""
    return Sm2Key(secret, bytes(SM2().generate_pk(secret)))


def sign(key: Sm2Key, data: bytes) -> bytes:
    """Sign data; the signature differs with every call."""
    r, s = _signer(key.secret, key.point).sign(data)
    return bytes(r).rjust(_HALF, b"\0") + bytes(s).rjust(_HALF, b"\0")


def verify(point: bytes, data: bytes, signature: bytes) -> bool:
    """True if the owner of this public point signed these data."""
    if len(signature) != LENGTH or not is_point(point):
        return False
    return bool(_signer(None, point).verify(data, signature[:_HALF], signature[_HALF:]))


def is_point(point: bytes) -> bool:
    """True if these bytes are an uncompressed point of the curve."""
    if len(point) != LENGTH + 1 or point[0] != 4:
        return False
    x, y = int.from_bytes(point[1 : _HALF + 1], "big"), int.from_bytes(point[_HALF + 1 :], "big")
    return x < _P and y < _P and (y * y - x * x * x + 3 * x - _B) % _P == 0


def _signer(secret: bytes | None, point: bytes) -> SM2:
    return SM2(secret, USER_ID, point)
