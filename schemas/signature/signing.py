"""Signs messages like clients of the port: the whole document, no white space or self-closing tags in the signature."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import Any

from lxml import etree

from schemas import catalogue
from schemas.signature import canonical, keys
from schemas.signature.algorithms import C14N, DIALECTS, DIGESTS, DSIG, ENVELOPED, METHODS, USUAL, digest_of
from schemas.signature.certificates import Certificate
from schemas.signature.keys import Private

_AFTER = {"export": "ExtendMessage"}
"""Flow → element before which the signature is inserted; by default it is the last element."""


class DialectDoesNotFit(ValueError):
    """Raised for a dialect that does not fit the kind of key. Permanent."""

    permanent = True


@dataclass(frozen=True, slots=True)
class Signer:
    """A signer: key, certificate, and the dialect (a name of `algorithms.DIALECTS`; empty: the key's default)."""

    key: Private
    certificate: Certificate
    dialect: str = ""

    @property
    def chosen(self) -> str:
        """The name of the dialect used; raises `DialectDoesNotFit`."""
        name = self.dialect or USUAL[self.certificate.kind]
        if METHODS[DIALECTS[name].method].key is not self.certificate.kind:
            raise DialectDoesNotFit(f"the dialect {name} is not one of {self.certificate.kind.value} keys")
        return name


def signed_info(dialect: str, digest: bytes, declared: str = "") -> str:
    """Return a SignedInfo with this digest; `declared` are namespace declarations, which canonical bytes begin with."""
    method, digest_method = DIALECTS[dialect]
    return (
        f'<ds:SignedInfo{declared}><ds:CanonicalizationMethod Algorithm="{C14N}"></ds:CanonicalizationMethod>'
        f'<ds:SignatureMethod Algorithm="{method}"></ds:SignatureMethod><ds:Reference URI=""><ds:Transforms>'
        f'<ds:Transform Algorithm="{ENVELOPED}"></ds:Transform></ds:Transforms>'
        f'<ds:DigestMethod Algorithm="{digest_method}"></ds:DigestMethod>'
        f"<ds:DigestValue>{b64encode(digest).decode()}</ds:DigestValue></ds:Reference></ds:SignedInfo>"
    )


def sign(root: Any, signer: Signer) -> bytes:
    """Sign a message, replacing any signature; changes the tree and returns the bytes. Raises `DialectDoesNotFit`."""
    dialect = signer.chosen
    for old in root.findall(canonical.SIGNATURE):
        root.remove(old)
    method, digest_method = DIALECTS[dialect]
    digest = digest_of(DIGESTS[digest_method], canonical.document(root))
    element = _element(signed_info(dialect, digest), signer.certificate)
    _insert(root, element)
    value = keys.sign(signer.key, METHODS[method].digest, canonical.signed_info(element[0]))
    element.find(f"{{{DSIG}}}SignatureValue").text = b64encode(value).decode()
    return bytes(etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=True))


def _element(info: str, certificate: Certificate) -> Any:
    return etree.fromstring(
        f'<ds:Signature xmlns:ds="{DSIG}">{info}<ds:SignatureValue></ds:SignatureValue><ds:KeyInfo>'
        f"<ds:KeyName>{certificate.number}</ds:KeyName><ds:X509Data><ds:X509Certificate>{certificate.base64}"
        "</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>"
    )


def _insert(root: Any, element: Any) -> None:
    name = root.tag.rpartition("}")[2]
    entry = catalogue.by_root(name)
    behind = root.find(f"{{{entry.namespace}}}{_AFTER[entry.flow]}") if entry.flow in _AFTER else None
    if behind is None:
        root.append(element)
    else:
        root.insert(root.index(behind), element)
