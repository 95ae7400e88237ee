"""The text that a platform signs: four parts `"name":"value"` joined by `||`; and texts that clients wrongly sign.

A client that signs a known wrong text is told which one, by comparison with the digest in its signature.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice, permutations
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding

from schemas.payment_data.upload import PaymentUpload, compact
from schemas.signature import keys
from schemas.signature.algorithms import DigestAlgorithm, Key, Method, digest_of, hash_of
from schemas.signature.keys import Public

SIGNED = ("sessionID", "payExchangeInfoHead", "payExchangeInfoLists", "serviceTime")
"""The signed parts, in this order."""
JOINED_BY = "||"
_ESCAPED = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_AMOUNT = re.compile(r'("totalAmount":)[^,}]+')
UNESCAPED = "unescaped"
RIGHT = frozenset({"as-sent", UNESCAPED})
"""Names of accepted texts: the parts as in the body, and the parts with their JSON escapes resolved."""
METHODS = {Key.RSA: Method(Key.RSA, DigestAlgorithm.SHA1), Key.SM2: Method(Key.SM2, DigestAlgorithm.SM3)}
MAX_CANDIDATES = {Key.RSA: 60, Key.SM2: 13}
"""Maximum number of texts compared with a signature; one comparison with SM2 takes 30 ms."""


class SigningText(NamedTuple):
    """A text that may have been signed; `name` is the kind of deviation."""

    name: str
    data: bytes


class SignatureMatch(NamedTuple):
    """The signed text: `matches` is the name of a candidate (empty: none). Digests are hexadecimal: `expected` of the
    right text, `signed` in an RSA signature."""

    matches: str
    expected: str
    signed: str

    @property
    def right(self) -> bool:
        """True if the signed text is an accepted one."""
        return self.matches in RIGHT


def text_of(upload: PaymentUpload) -> str:
    """Return the text of an upload that must be signed."""
    return JOINED_BY.join(f'"{name}":"{_value(upload, name)}"' for name in SIGNED)


def verify(upload: PaymentUpload, key: Public, signature: bytes) -> SignatureMatch:
    """Find the text that was signed with the owner's key, among the candidates."""
    kind = keys.kind_of(key)
    method, expected = METHODS[kind], text_of(upload).encode()
    signed = _signed_digest(key, signature)
    matching = ""
    for candidate in islice(candidates(upload), MAX_CANDIDATES[kind]):
        if signed and digest_of(method.digest, candidate.data).hex() != signed:
            continue
        if keys.verify(key, method, candidate.data, signature):
            matching = candidate.name
            break
    return SignatureMatch(matching, digest_of(method.digest, expected).hex(), signed)


def candidates(upload: PaymentUpload) -> Iterator[SigningText]:
    """Yield the texts that clients are known to sign, the accepted ones first."""
    parts = {name: f'"{name}":"{_value(upload, name)}"' for name in SIGNED}
    right = JOINED_BY.join(parts.values())
    yield SigningText("as-sent", right.encode())
    yield SigningText(UNESCAPED, JOINED_BY.join(f'"{name}":"{_unescape(upload, name)}"' for name in SIGNED).encode())
    yield SigningText("white-space", JOINED_BY.join(f'"{name}":"{_raw(upload, name)}"' for name in SIGNED).encode())
    yield SigningText("unquoted", JOINED_BY.join(_unquote(upload, name, SIGNED[1:3]) for name in SIGNED).encode())
    yield SigningText(
        "service-time-unquoted", JOINED_BY.join(_unquote(upload, name, SIGNED[3:]) for name in SIGNED).encode()
    )
    for bare in (SIGNED, SIGNED[1:]):
        yield SigningText("all-unquoted", JOINED_BY.join(_unquote(upload, name, bare) for name in SIGNED).encode())
    yield SigningText("order-of-parts", JOINED_BY.join(parts[name] for name in upload.parts if name in parts).encode())
    yield SigningText(
        "escaped",
        JOINED_BY.join(f'"{name}":{json.dumps(_value(upload, name), ensure_ascii=False)}' for name in SIGNED).encode(),
    )
    yield SigningText("old-name", right.replace('"payExchangeInfoLists":', '"payExchangeInfoList":', 1).encode())
    yield SigningText("newline", f"{right}\n".encode())
    if (other := _with_other_zeros(upload)) is not None:
        head = parts[SIGNED[1]]
        yield SigningText("number", right.replace(head, _AMOUNT.sub(rf"\g<1>{other}", head, count=1), 1).encode())
    yield SigningText("gbk", right.encode("gbk", "replace"))
    yield SigningText("joined", right.replace(f'"{JOINED_BY}"', '"|"').encode())
    for order in permutations(SIGNED):
        yield SigningText("order-of-parts", JOINED_BY.join(parts[name] for name in order).encode())


def _with_other_zeros(upload: PaymentUpload) -> str | None:
    """totalAmount without its trailing zeros, if it has any, else with one more zero, as programs print numbers; None
    if there is no amount."""
    if (amount := upload.amount) is None:
        return None
    sent = str(amount)
    if "." not in sent:
        return f"{sent}.0"
    bare = sent.rstrip("0").rstrip(".")
    return bare if bare != sent else f"{sent}0"


def _value(upload: PaymentUpload, name: str) -> str:
    """A value as written between the quotes."""
    return upload.text(name) if name in {SIGNED[0], SIGNED[3]} else compact(upload.parts.get(name, ""))


def _raw(upload: PaymentUpload, name: str) -> str:
    return upload.text(name) if name in {SIGNED[0], SIGNED[3]} else upload.parts.get(name, "")


def _unquote(upload: PaymentUpload, name: str, bare: tuple[str, ...]) -> str:
    value = _value(upload, name)
    return f'"{name}":{value}' if name in bare else f'"{name}":"{value}"'


def _unescape(upload: PaymentUpload, name: str) -> str:
    """A part without unnecessary JSON escapes; numbers as they were sent."""
    text = _value(upload, name)
    return (
        _ESCAPED.sub(lambda match: json.dumps(json.loads(match.group()), ensure_ascii=False), text)
        if name in SIGNED[1:3]
        else text
    )


def _signed_digest(key: Public, signature: bytes) -> str:
    """The SHA-1 digest in an RSA signature; empty if there is none."""
    if isinstance(key, bytes):
        return ""
    try:
        return key.recover_data_from_signature(signature, padding.PKCS1v15(), hash_of(DigestAlgorithm.SHA1)).hex()
    except (InvalidSignature, ValueError):
        return ""
