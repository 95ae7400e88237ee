"""Explains the signature of one message: the signed text, the signer, the faults, and whether the certificate is
registered in the sandbox. Stores nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from declarations.reasons import Reason
from schemas import receipt_texts
from schemas.findings import Finding
from schemas.message_types import EDITION
from schemas.opened import Opened
from schemas.parsing import Unreadable
from schemas.reading import open_message
from schemas.remedies import remedy
from schemas.signature.checking import SignatureCheck, check_message
from single_window.context import Context
from single_window.intake import signatures, signers
from single_window.intake.reader import senders
from single_window.store import certificates
from single_window.store.certificates import RegisteredCertificate
from single_window.store.engine import reading

_CERTIFICATE_PATH = "Signature/KeyInfo/X509Data/X509Certificate"


@dataclass(frozen=True, slots=True)
class Explained:
    """The explanation of a signature. `check` is None if the message cannot be parsed."""

    type: str
    findings: tuple[Finding, ...]
    check: SignatureCheck | None = None
    registered: RegisteredCertificate | None = None

    @property
    def valid(self) -> bool:
        """True if a sandbox that requires signatures would accept it."""
        return self.check is not None and all(finding.warning for finding in self.findings)


def explain(context: Context, sandbox: str, body: bytes) -> Explained:
    """Explain the signature of a message under a sandbox's current settings. Raises `UnknownSandbox`."""
    now = context.now(sandbox)
    try:
        opened = open_message(body, cap=context.settings.body_cap)
    except Unreadable as unreadable:
        return Explained("", unreadable.findings)
    with reading(context.engine) as connection:
        check = check_message(opened.tree, opened.business, edition=_edition(connection, sandbox, opened))
        stored, against = _registered_certificate(connection, sandbox, check, opened, now)
    return Explained(opened.entry.root, (*check.findings, *against), check, stored)


def _registered_certificate(
    connection: Connection, sandbox: str, check: SignatureCheck, opened: Opened, now: int
) -> tuple[RegisteredCertificate | None, tuple[Finding, ...]]:
    """(registered certificate or None, findings about it)"""
    signed = signatures.signed_values(check)
    if not signed.number:
        return None, ()
    stored = certificates.certificates_by_number(connection, sandbox, [signed.number]).get(signed.number)
    reasons = signers.certificate_faults(signed, stored, _companies(opened), now)
    same = stored if stored is not None and stored.fingerprint == signed.fingerprint else None
    return same, tuple(_findings(reasons, f"/{opened.entry.root}/{_CERTIFICATE_PATH}"))


def _edition(connection: Connection, sandbox: str, opened: Opened) -> str:
    """The schema edition of the message's sender."""
    name = f"{{{opened.entry.namespace}}}"
    sender = opened.envelope.sender_id if opened.envelope else opened.tree.findtext(f"{name}BaseTransfer/{name}dxpId")
    return senders(connection, sandbox).editions.get((sender or "").strip(), EDITION)


def _companies(opened: Opened) -> set[str]:
    """Companies that may have signed: the sender, and the declarant of the first document."""
    name = f"{{{opened.entry.namespace}}}"
    codes = (
        opened.tree.findtext(f"{name}BaseTransfer/{name}copCode"),
        opened.tree.findtext(f"{name}{opened.entry.document}/{name}{opened.entry.head}/{name}agentCode"),
    )
    return {text.strip() for text in codes if text}


def _findings(reasons: Iterator[Reason], path: str) -> Iterator[Finding]:
    for reason in reasons:
        zh, en = (receipt_texts.words(reason.rule, reason.values, language) for language in ("zh", "en"))
        yield Finding(
            reason.rule,
            zh,
            en,
            path=path,
            found=reason.values.get("found", ""),
            expected=reason.values.get("company", ""),
            remedy_zh=(advice := remedy(reason.rule)).zh,
            remedy_en=advice.en,
        )
