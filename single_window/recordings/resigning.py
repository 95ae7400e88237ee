"""Signs messages anew that a replay had to change: their signatures cover numbers that another sandbox does not have.

Only what was rightly signed in the recording is signed, with a stand-in for its certificate: a key of this replay's own
for the same company and the same time, registered in the sandbox when it is first needed.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING

from schemas.parsing import Unreadable
from schemas.reading import open_message
from single_window.recordings.bodies import is_signed
from single_window.recordings.events import SandboxChanged
from single_window.store.sandbox_changes import ChangeKind

if TYPE_CHECKING:
    from schemas.signature.certificates import Certificate  # these import cryptography, only needed for signatures
    from schemas.signature.checking import SignatureCheck
    from schemas.signature.signing import Signer

Change = Callable[[SandboxChanged], None]
"""A function that makes a change in the sandbox of the replay."""
STAND_IN = "模拟重放 Replay"
"""The issuer of stand-ins, and the person on them."""


class Resigner:
    """The stand-ins of one replay, by the number of the certificate that they stand for."""

    def __init__(self, change: Change) -> None:
        """`change` registers stand-ins in the sandbox."""
        self._change, self._lock = change, Lock()
        self._companies: dict[str, str] = {}
        self._revoked: set[str] = set()
        self._signers: dict[str, Signer] = {}

    def follow(self, change: SandboxChanged, made: bool = False) -> None:
        """Make a change of the recording (`made`: it was made before an interrupt); a stand-in is revoked with the
        certificate that it stands for."""
        if not made:
            self._change(change)
        if change.kind == ChangeKind.CERTIFICATE:
            from schemas.signature.certificates import read_text

            self._companies[read_text(change.contents).number] = change.name
        elif change.kind == ChangeKind.REVOCATION:
            self._revoked.add(change.name)
            if signer := self._signers.get(change.name):
                self._change(_revocation(signer.certificate.number))

    def sign(self, recorded: bytes, changed: bytes) -> bytes:
        """The changed bytes of a message with a signature that holds, if that of the recorded ones did."""
        if recorded == changed or not is_signed(recorded):
            return changed
        with self._lock:
            check = _valid_signature(recorded)
            if check is None or check.certificate is None or check.certificate.number not in self._companies:
                return changed
            from schemas.signature.signing import sign

            return sign(open_message(changed).tree, self._stand_in(check.certificate, check.dialect))

    def _stand_in(self, certificate: Certificate, dialect: str) -> Signer:
        from schemas.signature.signing import Signer

        number = certificate.number
        if number not in self._signers:
            self._signers[number] = _issue(certificate, self._companies[number])
            stand_in = self._signers[number].certificate
            self._change(
                SandboxChanged(0, 0, ChangeKind.CERTIFICATE, self._companies[number], contents=stand_in.base64)
            )
            if number in self._revoked:
                self._change(_revocation(stand_in.number))
        made = self._signers[number]
        return Signer(made.key, made.certificate, dialect)


def _revocation(number: str) -> SandboxChanged:
    return SandboxChanged(0, 0, ChangeKind.REVOCATION, number)


def _valid_signature(body: bytes) -> SignatureCheck | None:
    """The signature of a message without an envelope, if it is right."""
    from schemas.signature.checking import check_message

    try:
        opened = open_message(body)
    except Unreadable:
        return None
    check = check_message(opened.tree, body)
    return check if check.present and opened.envelope is None and not check.wrong else None


def _issue(certificate: Certificate, company: str) -> Signer:
    from schemas.signature import certificates, keys
    from schemas.signature.signing import Signer

    key = keys.generate(certificate.kind)
    public = keys.public_of(key)
    serial = int(sha256(keys.public_to_der(public)).hexdigest()[: len(certificate.number)], 16) | 1
    holder = certificates.CertificateHolder(company, company, STAND_IN, str(serial))
    number = certificates.number_text(serial, certificate.kind)
    der = certificates.issue(key, STAND_IN, public, number, holder, certificate.since, certificate.until)
    return Signer(key, certificates.read(der))
