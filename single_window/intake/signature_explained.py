"""Everything about the signature of one message, read without changing anything: what was signed, by whom, the
faults, whether the certificate is registered in the sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from declarations.reasons import Reason
from schemas import receipt_texts
from schemas.catalogue import EDITION
from schemas.findings import Finding
from schemas.reading import Opened, Unreadable, open_message
from schemas.remedies import remedy
from schemas.signature.checking import SignatureCheck, check_message
from single_window.context import Context
from single_window.intake import signatures
from single_window.intake.reader import senders
from single_window.store import certificates
from single_window.store.certificates import RegisteredCertificate
from single_window.store.engine import reading

_BELOW = "Signature/KeyInfo/X509Data/X509Certificate"


@dataclass(frozen=True, slots=True)
class Explained:
    """The explanation of a signature. `check` is None where the message cannot be read."""

    type: str
    findings: tuple[Finding, ...]
    check: SignatureCheck | None = None
    registered: RegisteredCertificate | None = None

    @property
    def valid(self) -> bool:
        """True if a sandbox that requires signatures takes it."""
        return self.check is not None and all(finding.warning for finding in self.findings)


def explain(context: Context, sandbox: str, body: bytes) -> Explained:
    """Explain the signature of a message as a sandbox sees it now. Raises `UnknownSandbox`."""
    now = context.now(sandbox)
    try:
        opened = open_message(body, cap=context.settings.body_cap)
    except Unreadable as unreadable:
        return Explained("", unreadable.findings)
    with reading(context.engine) as connection:
        check = check_message(opened.tree, opened.business, edition=_edition(connection, sandbox, opened))
        known, against = _looked_up(connection, sandbox, check, opened, now)
    return Explained(opened.entry.root, (*check.findings, *against), check, known)


def _looked_up(
    connection: Connection, sandbox: str, check: SignatureCheck, opened: Opened, now: int
) -> tuple[RegisteredCertificate | None, tuple[Finding, ...]]:
    """The registered certificate, and its faults."""
    signed = signatures.signed(check)
    if not signed.number:
        return None, ()
    known = certificates.numbered(connection, sandbox, [signed.number]).get(signed.number)
    reasons = signatures.registered(signed, known, _companies(opened), now)
    same = known if known is not None and known.fingerprint == signed.fingerprint else None
    return same, tuple(_findings(reasons, f"/{opened.entry.root}/{_BELOW}"))


def _edition(connection: Connection, sandbox: str, opened: Opened) -> str:
    """The edition in which the sender's messages are read."""
    name = f"{{{opened.entry.namespace}}}"
    sender = opened.envelope.sender_id if opened.envelope else opened.tree.findtext(f"{name}BaseTransfer/{name}dxpId")
    return senders(connection, sandbox).editions.get((sender or "").strip(), EDITION)


def _companies(opened: Opened) -> set[str]:
    """The sender of the message or declarant of its first document."""
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
