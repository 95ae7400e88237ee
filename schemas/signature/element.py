"""Reads ds:Signature into values, within limits. A signature that exceeds them, or requires other operations than the
standard's single reference and transform, is reported and not processed."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as NoBase64
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from schemas.findings import Finding
from schemas.signature.algorithms import C14N, DIGESTS, DSIG, ENVELOPED, METHODS
from schemas.signature.canonical import SIGNATURE
from schemas.wording import finding

SIGNED_INFO = f"{{{DSIG}}}SignedInfo"
MAX_TEXT_LENGTH = 16_384
"""Maximum length of one text in a signature; a certificate has about 1,500 characters."""
MAX_NAMESPACES = 20
"""Maximum number of namespace declarations around a SignedInfo, which are all signed; the standard needs three."""
MAX_ELEMENTS = 60
"""Maximum number of elements of a signature; a complete one has about 15."""


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature in a message; a value that cannot be read is empty. `element` is its XML element."""

    element: Any
    path: str
    method: str
    digest_method: str
    digest: bytes
    value: bytes
    key_name: str
    certificate: str
    """The text of X509Certificate."""

    def finding(self, code: str, below: str = "", **values: Any) -> Finding:
        """Return a finding about the signature, at its descendant `below`."""
        element = self.element.find("/".join(f"{{{DSIG}}}{name}" for name in below.split("/"))) if below else None
        line = self.element.sourceline if element is None else element.sourceline
        return finding(code, path=self.path + (f"/{below}" if below else ""), line=line, **values)


def find(root: Any) -> Signature | None:
    """Return the signature of a message; None if it has none."""
    element = root.find(SIGNATURE)
    if element is None:
        return None
    reference = "SignedInfo/Reference"
    return Signature(
        element=element,
        path=f"/{root.tag.rpartition('}')[2]}/Signature",
        method=_algorithm(element, "SignedInfo/SignatureMethod"),
        digest_method=_algorithm(element, f"{reference}/DigestMethod"),
        digest=_bytes(element, f"{reference}/DigestValue"),
        value=_bytes(element, "SignatureValue"),
        key_name=_text(element, "KeyInfo/KeyName").strip(),
        certificate=_text(element, "KeyInfo/X509Data/X509Certificate"),
    )


def shape(signature: Signature) -> Iterator[Finding]:
    """Yield the faults of its form that prevent checking it."""
    element = signature.element
    if sum(1 for _ in element.iter()) > MAX_ELEMENTS:
        yield signature.finding("signature-too-large", expected=f"≤ {MAX_ELEMENTS}", most=MAX_ELEMENTS)
        return
    if len(element.nsmap) > MAX_NAMESPACES or len(element) > 3:
        yield signature.finding("signature-too-large", expected=f"≤ {MAX_NAMESPACES}", most=MAX_NAMESPACES)
        return
    if any(len(text) > MAX_TEXT_LENGTH for text in element.itertext()):
        yield signature.finding("signature-too-large", expected=f"≤ {MAX_TEXT_LENGTH}", most=MAX_TEXT_LENGTH)
        return
    method = _algorithm(element, "SignedInfo/CanonicalizationMethod")
    if method != C14N:
        yield signature.finding(
            "signature-canonicalization", "SignedInfo/CanonicalizationMethod", expected=C14N, found=method
        )
    yield from _reference(signature)
    if signature.method not in METHODS:
        yield signature.finding(
            "signature-method", "SignedInfo/SignatureMethod", expected=" | ".join(METHODS), found=signature.method
        )
    if signature.digest_method not in DIGESTS:
        yield signature.finding(
            "signature-digest-method",
            "SignedInfo/Reference/DigestMethod",
            expected=" | ".join(DIGESTS),
            found=signature.digest_method,
        )


def _transforms(reference: Any) -> list[str]:
    return [transform.get("Algorithm") or "" for transform in reference.findall(_path("Transforms/Transform"))]


def _reference(signature: Signature) -> Iterator[Finding]:
    below = "SignedInfo/Reference"
    references = signature.element.findall(_path(below))
    uri = references[0].get("URI") if references else None
    if len(references) != 1 or uri != "":
        yield signature.finding(
            "signature-reference", below, expected='1 × URI=""', found=f"{len(references)} × URI={uri!r}"
        )
    transforms = _transforms(references[0]) if references else []
    if transforms not in ([ENVELOPED], [ENVELOPED, C14N]):
        yield signature.finding(
            "signature-transforms", f"{below}/Transforms", expected=ENVELOPED, found=" ".join(transforms)
        )


def _path(below: str) -> str:
    return "/".join(f"{{{DSIG}}}{name}" for name in below.split("/"))


def _algorithm(element: Any, below: str) -> str:
    at = element.find(_path(below))
    return "" if at is None else (at.get("Algorithm") or "").strip()


def _text(element: Any, below: str) -> str:
    at = element.find(_path(below))
    text = "" if at is None else at.text or ""
    return text if len(text) <= MAX_TEXT_LENGTH else ""


def _bytes(element: Any, below: str) -> bytes:
    try:
        return b64decode("".join(_text(element, below).split()), validate=True)
    except (NoBase64, ValueError):
        return b""
