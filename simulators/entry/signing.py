"""Signs what synthetic companies send, where the sandbox looks at signatures: each with a card of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Collection

from schemas.reading import Opened, Unreadable, open_message
from schemas.signature.algorithms import Key
from schemas.signature.signing import Signer, sign
from single_window.master_data import certificates
from single_window.wiring import Window

REMEMBERED = 1_000
"""Messages signed by SM2 keys that are kept: the same transmission again must have the same bytes, and SM2 signs with
others each time."""


class Cards:
    """The cards of a sandbox's companies, issued when they first sign: SM2 for the companies named, RSA for others.

    SM2 in Python takes fifty times as long to make and check: a few companies show it.
    """

    def __init__(self, window: Window, sandbox: str, sm2: Collection[str]) -> None:
        self._window, self._sandbox, self._sm2 = window, sandbox, frozenset(sm2)
        self._signers: dict[str, Signer] = {}
        self._signed: dict[bytes, bytes] = {}

    def signed(self, body: bytes) -> bytes:
        """A message with its sender's signature; as it is where it cannot be read, or is of a kind without one."""
        try:
            opened = open_message(body)
        except Unreadable:
            return body
        company = _transmitter(opened)
        if opened.envelope is not None or opened.entry.flow == "agency" or not company:
            return body
        if company not in self._sm2:
            return sign(opened.tree, self._signer(company))
        digest = hashlib.sha256(body).digest()
        if digest not in self._signed:
            if len(self._signed) >= REMEMBERED:
                self._signed.clear()
            self._signed[digest] = sign(opened.tree, self._signer(company))
        return self._signed[digest]

    def _signer(self, company: str) -> Signer:
        if company not in self._signers:
            made = certificates.issue(self._window, self._sandbox, company,
                                      Key.SM2 if company in self._sm2 else Key.RSA)
            self._signers[company] = Signer(made.key, made.certificate)
        return self._signers[company]


def _transmitter(opened: Opened) -> str:
    name = f"{{{opened.entry.namespace}}}"
    return (opened.tree.findtext(f"{name}BaseTransfer/{name}copCode") or "").strip()
