"""Signed messages, each wrong in one way: every reason for which the port refuses a signature, and what it accepts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from schemas.reading import open_message
from schemas.signature import certificates, keys
from schemas.signature.algorithms import Key
from schemas.signature.certificates import CertificateHolder
from schemas.signature.signing import Signer, sign
from simulators.entry.places import SandboxClient, change_elements

ACCEPTED = "2"
ABSENT, DIFFERS, OTHER_COMPANY = "-621026", "-621028 清单与签名数据不一致", "-621015"
VALUE, UNREGISTERED, REVOKED = "签名值", "未注册", "已注销"
"""Codes of lists, or words of the reason where several reasons have one code."""
CODE = "621"
DAY = 86_400_000
LONG_AGO = (0, 20_000 * DAY)


class _Signers(NamedTuple):
    """Signers of one company: with a certificate of its own, one of another company, one that was revoked, and one that
    nobody registered."""

    own: Signer
    other: Signer
    revoked: Signer
    unknown: Signer


def _issued(sandbox: SandboxClient, company: str, kind: Key) -> Signer:
    made = sandbox.call("POST", "/certificates", json={"company": company, "algorithm": kind.value})
    return Signer(keys.from_pem(made["key"].encode(), own=True), certificates.read_text(made["certificate"]))


def _of_nobody(company: str, kind: Key) -> Signer:
    key = keys.generate(kind)
    number = certificates.number_text(0x7F000001, kind)
    holder = CertificateHolder(company, company, "模拟", "1")
    der = certificates.issue(key, "模拟", keys.public_of(key), number, holder, *LONG_AGO)
    return Signer(key, certificates.read(der))


def _signed(body: bytes, signer: Signer) -> bytes:
    return sign(open_message(body).tree, signer)


def _other_value(body: bytes) -> bytes:
    """A signature of which one character is another."""
    begin = body.index(b"SignatureValue>") + len(b"SignatureValue>") + 10
    return body[:begin] + (b"A" if body[begin : begin + 1] != b"A" else b"B") + body[begin + 1 :]


WAYS: Mapping[str, tuple[str, Callable[[bytes, _Signers], bytes]]] = {
    "signed": (ACCEPTED, lambda body, signers: _signed(body, signers.own)),
    "unsigned": (ABSENT, lambda body, signers: body),
    "changed after it was signed": (
        DIFFERS,
        lambda body, signers: change_elements(_signed(body, signers.own), {"buyerName": "李某某"}),
    ),
    "with another value": (VALUE, lambda body, signers: _other_value(_signed(body, signers.own))),
    "signed by another company": (OTHER_COMPANY, lambda body, signers: _signed(body, signers.other)),
    "with a revoked certificate": (REVOKED, lambda body, signers: _signed(body, signers.revoked)),
    "with a certificate that nobody registered": (UNREGISTERED, lambda body, signers: _signed(body, signers.unknown)),
}
"""How a list is signed → the words of its refusal, or the status of what is accepted."""


def probe(sandbox: SandboxClient) -> Iterator[str]:
    """Yield what is wrong; the sandbox requires signatures meanwhile."""
    before = sandbox.options()["signatures"]
    sandbox.options(signatures="require")
    try:
        for kind in Key:
            yield from _of_kind(sandbox, kind)
    finally:
        sandbox.options(signatures=before)


def _of_kind(sandbox: SandboxClient, kind: Key) -> Iterator[str]:
    company = sandbox.sample("import", "signed").value("copCode", CODE)
    signers = _Signers(
        _issued(sandbox, company, kind),
        _issued(sandbox, company[:-1] + ("A" if company[-1] != "A" else "B"), kind),
        _issued(sandbox, company, kind),
        _of_nobody(company, kind),
    )
    sandbox.call("DELETE", f"/certificates/{signers.revoked.certificate.number}")
    for way, (expected, make) in WAYS.items():
        trade = sandbox.sample("import", f"{kind.value} {way}")
        box = trade.mailbox(CODE)
        last = max((receipt.sequence for receipt in sandbox.receipts(box)), default=0)
        sandbox.submit(make(trade.messages[CODE], signers))
        sandbox.settle()
        told = [f"{receipt.status} {receipt.info_zh}" for receipt in sandbox.receipts(box, last)]
        if not any(status.startswith(expected) if expected[0] in "-2" else expected in status for status in told):
            yield f"{kind.value}, {way}: not answered with {expected}, but {' · '.join(told)[:150] or 'nothing'}"
