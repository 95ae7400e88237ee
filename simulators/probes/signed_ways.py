"""Ways to sign a message: right, and wrong in every way for which the port refuses a signature."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import NamedTuple

from schemas.reading import open_message
from schemas.signature import certificates, keys
from schemas.signature.algorithms import Key
from schemas.signature.certificates import CertificateHolder
from schemas.signature.signing import Signer, sign
from simulators.entry.windows import SandboxClient

DAY = 86_400_000
LONG_AGO, IN_FORCE, NOT_YET = (0, 10_000 * DAY), (0, 40_000 * DAY), (30_000 * DAY, 40_000 * DAY)
LONGEST = 4_096
"""Bits of the longest RSA key that is taken."""
ACCEPTED = ""
"""The status of what is accepted: none that refuses."""


class SignedMessage(NamedTuple):
    """A kind of message and the statuses that refuse its signature: where there is none, where the message was changed
    since, where another company has signed, and whatever else is wrong. No `missing`: it need not be signed."""

    message: str
    missing: str
    differs: str
    holder: str
    invalid: str


class Signers(NamedTuple):
    """Signers of one company: with a certificate of its own, one of another company, one that was revoked, one that
    nobody registered, one that is over, one that has not begun, one with the number of the own and another key, and one
    with the longest RSA key (the own for SM2)."""

    own: Signer
    other: Signer
    revoked: Signer
    unknown: Signer
    over: Signer
    early: Signer
    double: Signer
    longest: Signer


def _issued(sandbox: SandboxClient, company: str, kind: Key) -> Signer:
    made = sandbox.call("POST", "/certificates", json={"company": company, "algorithm": kind.value})
    return Signer(keys.from_pem(made["key"].encode(), own=True), certificates.read_text(made["certificate"]))


def _own_made(company: str, kind: Key, serial: int, days: tuple[int, int], bits: int = keys.RSA_BITS) -> Signer:
    key = keys.generate(kind, bits)
    holder = CertificateHolder(company, company, "模拟", "1")
    number = certificates.number_text(serial, kind)
    der = certificates.issue(key, "模拟", keys.public_of(key), number, holder, *days)
    return Signer(key, certificates.read(der))


def _signed(body: bytes, signer: Signer) -> bytes:
    return sign(open_message(body).tree, signer)


def _put(body: bytes, element: str, put: Callable[[bytes], bytes]) -> bytes:
    """A message with another text in the first element of this name."""
    begin = body.index(f"{element}>".encode()) + len(element) + 1
    end = body.index(b"<", begin)
    return body[:begin] + put(body[begin:end]) + body[end:]


def _other_character(text: bytes) -> bytes:
    return text[:10] + (b"A" if text[10:11] != b"A" else b"B") + text[11:]


class SignedWay(NamedTuple):
    """A way to sign a message: the reason of its refusal (empty: accepted), which status refuses it, and the bytes."""

    reason: str
    status: Callable[[SignedMessage], str]
    made: Callable[[bytes, Signers], bytes]


WAYS: Mapping[str, SignedWay] = {
    "signed": SignedWay("", lambda row: ACCEPTED, lambda body, by: _signed(body, by.own)),
    "indented since": SignedWay(
        "",
        lambda row: ACCEPTED,
        lambda body, by: re.sub(rb"(<ds:SignedInfo>)", rb"\1\n  ", _signed(body, by.own)),
    ),
    "between line breaks": SignedWay(
        "",
        lambda row: ACCEPTED,
        lambda body, by: re.sub(
            rb"<ds:Signature .*</ds:Signature>", rb"\n\g<0>\n", _signed(body, by.own), flags=re.DOTALL
        ),
    ),
    "with the longest key": SignedWay("", lambda row: ACCEPTED, lambda body, by: _signed(body, by.longest)),
    "with a placeholder": SignedWay("17602", lambda row: row.missing, lambda body, by: body),
    "changed since": SignedWay(
        "17605",
        lambda row: row.differs or row.invalid,
        lambda body, by: _put(_signed(body, by.own), "guid", _other_character),
    ),
    "with another value": SignedWay(
        "17608",
        lambda row: row.invalid,
        lambda body, by: _put(_signed(body, by.own), "SignatureValue", _other_character),
    ),
    "with a shorter digest": SignedWay(
        "17604",
        lambda row: row.invalid,
        lambda body, by: _put(_signed(body, by.own), "DigestValue", lambda text: b64encode(b"short")),
    ),
    "without a certificate": SignedWay(
        "17606",
        lambda row: row.invalid,
        lambda body, by: _put(_signed(body, by.own), "X509Certificate", lambda text: b""),
    ),
    "in another form": SignedWay(
        "17603",
        lambda row: row.invalid,
        lambda body, by: _signed(body, by.own).replace(b"REC-xml-c14n-20010315", b"REC-xml-c14n-20010316"),
    ),
    "signed by another company": SignedWay(
        "17613", lambda row: row.holder or row.invalid, lambda body, by: _signed(body, by.other)
    ),
    "with a revoked certificate": SignedWay(
        "17612", lambda row: row.invalid, lambda body, by: _signed(body, by.revoked)
    ),
    "with a certificate that nobody registered": SignedWay(
        "17610", lambda row: row.invalid, lambda body, by: _signed(body, by.unknown)
    ),
    "with a registered number and another key": SignedWay(
        "17610", lambda row: row.invalid, lambda body, by: _signed(body, by.double)
    ),
    "with a certificate that is over": SignedWay(
        "17611", lambda row: row.invalid, lambda body, by: _signed(body, by.over)
    ),
    "with a certificate that has not begun": SignedWay(
        "17611", lambda row: row.invalid, lambda body, by: _signed(body, by.early)
    ),
}


def signers_of(sandbox: SandboxClient, company: str, kind: Key, serial: int) -> Signers:
    """Return the signers for a company; `serial`: a number that no other certificate has, and the three after it."""
    own = _issued(sandbox, company, kind)
    signers = Signers(
        own,
        _issued(sandbox, company[:-1] + ("A" if company[-1] != "A" else "B"), kind),
        revoked=_issued(sandbox, company, kind),
        unknown=_own_made(company, kind, serial, IN_FORCE),
        over=_own_made(company, kind, serial + 1, LONG_AGO),
        early=_own_made(company, kind, serial + 3, NOT_YET),
        double=_own_made(company, kind, int(own.certificate.number, 16), IN_FORCE),
        longest=own if kind is Key.SM2 else _own_made(company, kind, serial + 2, IN_FORCE, LONGEST),
    )
    sandbox.call("DELETE", f"/certificates/{signers.revoked.certificate.number}")
    for each in (signers.over, signers.early, *([] if signers.longest is own else [signers.longest])):
        known = {"company": company, "certificate": each.certificate.base64}
        sandbox.call("POST", "/certificates/register", json=known)
    return signers
