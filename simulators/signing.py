"""Signs messages of synthetic companies, each with separate certificates, if the sandbox checks signatures."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping

from schemas.opened import Opened
from schemas.parsing import Unreadable
from schemas.reading import open_message
from schemas.signature import certificates, keys
from schemas.signature.algorithms import Key
from schemas.signature.signing import Signer, sign

SM2_OF_256 = 5
"""Number of 256 messages that are signed with SM2 keys, selected by a hash."""
REMEMBERED = 1_000
"""Maximum number of cached SM2-signed messages: a repeated transmission must have the same bytes, but SM2 signatures
differ each time."""


class CompanySigners:
    """Signs messages of a sandbox's companies, with certificates that are issued on first use: RSA for most messages,
    and SM2 for few, because SM2 in Python is fifty times slower.
    """

    def __init__(self, issue: Callable[[str, str], Mapping[str, str]]) -> None:
        """`issue(company code, kind of key)` returns (certificate, key) as texts."""
        self._issue = issue
        self._signers: dict[tuple[str, Key], Signer] = {}
        self._signed: dict[bytes, bytes] = {}

    def sign_message(self, body: bytes) -> bytes:
        """A message with its sender's signature; unchanged if it is unreadable or needs no signature."""
        try:
            opened = open_message(body)
        except Unreadable:
            return body
        company = _transmitter(opened)
        if opened.envelope is not None or opened.entry.flow == "agency" or not company:
            return body
        digest = hashlib.sha256(body).digest()
        if digest[0] >= SM2_OF_256:
            return sign(opened.tree, self._signer(company, Key.RSA))
        return self._by_sm2(digest, opened, company)

    def _by_sm2(self, digest: bytes, opened: Opened, company: str) -> bytes:
        if digest not in self._signed:
            if len(self._signed) >= REMEMBERED:
                self._signed.clear()
            self._signed[digest] = sign(opened.tree, self._signer(company, Key.SM2))
        return self._signed[digest]

    def _signer(self, company: str, kind: Key) -> Signer:
        if (company, kind) not in self._signers:
            issued = self._issue(company, kind.value)
            key = keys.from_pem(issued["key"].encode("ascii"), own=True)
            self._signers[company, kind] = Signer(key, certificates.read_text(issued["certificate"]))
        return self._signers[company, kind]


def _transmitter(opened: Opened) -> str:
    name = f"{{{opened.entry.namespace}}}"
    return (opened.tree.findtext(f"{name}BaseTransfer/{name}copCode") or "").strip()
