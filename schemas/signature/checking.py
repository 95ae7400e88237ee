"""Checks the signature of a message against its bytes and the certificate in it; reports all faults.

The registration of that certificate is not checked here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from schemas import parsing, signature_dummy
from schemas.findings import Finding
from schemas.message_types import EDITION
from schemas.signature import canonical, element, keys
from schemas.signature.algorithms import DIALECTS, DIGESTS, LENGTHS, METHODS, Key, dialect_name, digest_of
from schemas.signature.certificates import BadCertificate, Certificate, is_number, read_text
from schemas.signature.element import Signature
from schemas.wording import finding

MAX_SIGNED_INFO_BYTES = 8_192
"""Maximum size of a canonical SignedInfo in bytes; a usual one has about 700."""
SERIAL_IN_KEY_NAME = "2018"
"""The edition whose text requires the certificate's serial number as KeyName."""
SM2_SIGNATURE, SM2_DIALECT = 64, "sm2-sha1"
_BOM = "\N{BYTE ORDER MARK}".encode()


@dataclass(frozen=True, slots=True)
class SignatureCheck:
    """The result of a check. If `findings` has any that is no warning, the signature is wrong; `present` is False if
    there is none. `expected` is the document's digest in the signature, `found` the digest of its bytes."""

    present: bool
    findings: tuple[Finding, ...]
    dialect: str = ""
    method: str = ""
    digest_method: str = ""
    key_name: str = ""
    certificate: Certificate | None = None
    expected: bytes = b""
    found: bytes = b""
    document: bytes = b""
    signed_info: bytes = b""

    @property
    def wrong(self) -> tuple[Finding, ...]:
        """The findings for which the message is refused if signatures are required."""
        return tuple(finding for finding in self.findings if not finding.warning)


def check_message(root: Any, body: bytes, required: bool = True, edition: str = EDITION) -> SignatureCheck:
    """Check the signature of a message with tree `root` and bytes `body`; other parameters as for `check`."""
    if body.find(b"<?", 1 + len(_BOM)) >= 0:
        root = parsing.parse(body, cap=len(body), instructions=True)
    return check(root, required, edition)


def check(root: Any, required: bool = True, edition: str = EDITION) -> SignatureCheck:
    """Check the signature of a message; its tree may only differ from the original by removed comments.

    Without `required`, a missing signature is no fault. In the edition 2018 KeyName must be the certificate's serial
    number; 2022-05 calls it the certificate's name, so another text is only a warning."""
    signature = element.find(root)
    if signature is None:
        path = f"/{root.tag.rpartition('}')[2]}"
        missing = finding("signature-absent", path=path, expected="ds:Signature")
        return SignatureCheck(False, (missing,) if required else (), document=canonical.document(root))
    if signature.key_name == signature_dummy.KEY_NAME:
        return SignatureCheck(
            True,
            (signature.finding("signature-dummy", "KeyInfo/KeyName", found=signature.key_name),),
            key_name=signature.key_name,
        )
    if wrong := tuple(element.shape(signature)):
        return SignatureCheck(
            True, wrong, method=signature.method, digest_method=signature.digest_method, key_name=signature.key_name
        )
    return _check_signature(root, signature, edition)


def _check_signature(root: Any, signature: Signature, edition: str) -> SignatureCheck:
    document = canonical.document(root)
    result = SignatureCheck(
        present=True,
        findings=(),
        dialect=dialect_name(signature.method, signature.digest_method),
        method=signature.method,
        digest_method=signature.digest_method,
        key_name=signature.key_name,
        certificate=None,
        expected=signature.digest,
        found=digest_of(DIGESTS[signature.digest_method], document),
        document=document,
        signed_info=canonical.signed_info(signature.element.find(element.SIGNED_INFO)),
    )
    findings = [*_digest(root, signature, result)]
    certificate, unread = _certificate(signature)
    findings += unread
    if certificate is not None:
        findings += _value(signature, result, certificate)
        findings += _key_name(signature, certificate, edition)
    if result.dialect == SM2_DIALECT:
        findings.append(
            signature.finding(
                "signature-dialect", "SignedInfo", expected=DIALECTS["sm2"].method, found=signature.method
            )._replace(warning=True)
        )
    return replace(result, certificate=certificate, findings=tuple(findings))


def _digest(root: Any, signature: Signature, result: SignatureCheck) -> Iterator[Finding]:
    below, method = "SignedInfo/Reference/DigestValue", DIGESTS[signature.digest_method]
    name, length = method.value, len(signature.digest)
    if length != LENGTHS[method]:
        texts = {"expected": f"{LENGTHS[method]}", "found": str(length)}
        yield signature.finding("signature-digest-length", below, **texts, method=name, length=length)
    elif result.found != result.expected:
        method_of = DIGESTS[signature.digest_method]
        for bare in canonical.documents_without_space(root):
            if digest_of(method_of, bare) == result.expected:
                space = len(result.document) - len(bare)
                apart = signature.finding("signature-set-apart", expected="0", found=str(space), bytes=len(bare))
                yield apart._replace(warning=True)
                return
        texts = {"expected": result.expected.hex(), "found": result.found.hex()}
        yield signature.finding("signature-digest", below, **texts, method=name, bytes=len(result.document))


def _certificate(signature: Signature) -> tuple[Certificate | None, list[Finding]]:
    below = "KeyInfo/X509Data/X509Certificate"
    if not signature.certificate.strip():
        return None, [signature.finding("signature-no-certificate", "KeyInfo", expected="X509Data/X509Certificate")]
    try:
        return read_text(signature.certificate), []
    except BadCertificate as bad:
        return None, [signature.finding("signature-bad-certificate", below, reason=str(bad))]


def _value(signature: Signature, result: SignatureCheck, certificate: Certificate) -> Iterator[Finding]:
    method = METHODS[signature.method]
    if unfit := list(_unfit(signature, certificate)):
        yield from unfit
    elif len(result.signed_info) > MAX_SIGNED_INFO_BYTES:
        yield signature.finding(
            "signature-too-large", "SignedInfo", expected=f"≤ {MAX_SIGNED_INFO_BYTES}", most=MAX_SIGNED_INFO_BYTES
        )
    elif not keys.verify(certificate.key, method, result.signed_info, signature.value):
        yield _other_value(signature, result, certificate)


def _other_value(signature: Signature, result: SignatureCheck, certificate: Certificate) -> Finding:
    """The finding about a value that does not verify; only a warning if it does without the white space with which
    SignedInfo was indented after signing."""
    method, element_of = METHODS[signature.method], signature.element.find(element.SIGNED_INFO)
    bare = canonical.signed_info(element_of, indented=False)
    if bare != result.signed_info and keys.verify(certificate.key, method, bare, signature.value):
        indented = {"expected": str(len(bare)), "found": str(len(result.signed_info)), "bytes": len(bare)}
        return signature.finding("signature-indented", "SignedInfo", **indented)._replace(warning=True)
    of_sm2 = method.key is Key.SM2
    return signature.finding(
        "signature-value",
        "SignatureValue",
        bytes=len(result.signed_info),
        zh={"user_id": "，SM2用户ID为1234567812345678" if of_sm2 else ""},
        en={"user_id": "; the SM2 user id is 1234567812345678" if of_sm2 else ""},
    )


def _unfit(signature: Signature, certificate: Certificate) -> Iterator[Finding]:
    """The reasons why the signature cannot be of the certificate's key: wrong kind or wrong length."""
    method = METHODS[signature.method]
    if method.key is not certificate.kind:
        yield signature.finding(
            "signature-key-kind",
            "SignedInfo/SignatureMethod",
            expected=certificate.kind.value,
            found=method.key.value,
            kind=certificate.kind.value.upper(),
        )
        return
    length = SM2_SIGNATURE if isinstance(certificate.key, bytes) else certificate.key.key_size // 8
    if len(signature.value) != length:
        yield signature.finding(
            "signature-length",
            "SignatureValue",
            expected=str(length),
            found=str(len(signature.value)),
            length=len(signature.value),
            kind=certificate.kind.value.upper(),
        )


def _key_name(signature: Signature, certificate: Certificate, edition: str) -> Iterator[Finding]:
    if not signature.key_name:
        yield signature.finding("signature-no-key-name", "KeyInfo", expected=certificate.number)
    elif not is_number(signature.key_name, certificate):
        other = signature.finding(
            "signature-key-name", "KeyInfo/KeyName", expected=certificate.number, found=signature.key_name
        )
        yield other._replace(warning=edition != SERIAL_IN_KEY_NAME)
