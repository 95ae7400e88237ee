"""The port's checks of message signatures: of the signature itself while a message is parsed, then of its certificate
against the registered ones. Not called if the option `signatures` is off; then only a missing signature is warned of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import Connection

from declarations.calendar import utc_text
from declarations.reasons import Reason
from gateways.records import Circumstances
from schemas import receipt_texts
from schemas.catalogue import MessageType, by_code
from schemas.findings import Finding
from schemas.reading import Opened
from single_window.store import certificates
from single_window.store.certificates import RegisteredCertificate, fingerprint

if TYPE_CHECKING:
    from schemas.signature.checking import SignatureCheck
    from single_window.intake.reading import Reading

SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"
OFF, CHECK, REQUIRE = "off", "check", "require"
ABSENT, DUMMY, FORM, LENGTH, DIFFERS, CERTIFICATE, KEY_KIND, VALUE, KEY_NAME = (
    "17601",
    "17602",
    "17603",
    "17604",
    "17605",
    "17606",
    "17607",
    "17608",
    "17609",
)
UNREGISTERED, OUT_OF_DATE, REVOKED, OTHER_COMPANY, INDENTED = "17610", "17611", "17612", "17613", "17614"
REASONS: Mapping[str, str] = {
    "signature-absent": ABSENT,
    "signature-dummy": DUMMY,
    "signature-digest-length": LENGTH,
    "signature-digest": DIFFERS,
    "signature-no-certificate": CERTIFICATE,
    "signature-bad-certificate": CERTIFICATE,
    "signature-key-kind": KEY_KIND,
    "signature-value": VALUE,
    "signature-length": VALUE,
    "signature-indented": INDENTED,
    "signature-set-apart": INDENTED,
    "signature-key-name": KEY_NAME,
    "signature-no-key-name": KEY_NAME,
}
"""Code of a finding → code of the reason; any other finding becomes `FORM`."""


class Signed(NamedTuple):
    """The result of a signature check: the faults, and the number and fingerprint of the message's certificate."""

    reasons: tuple[Reason, ...]
    findings: tuple[Finding, ...] = ()
    number: str = ""
    fingerprint: str = ""
    transmitter: str = ""
    """Company code in BaseTransfer."""
    remarks: tuple[Reason, ...] = ()
    """What is remarked on and accepted: white space that was added after signing."""


def of(opened: Opened, edition: str) -> Signed:
    """Check the signature of a message; call it before its tree is changed."""
    from schemas.signature.checking import check_message  # imports cryptography, which is only needed for signatures

    entry = opened.entry
    if entry.flow == "agency":
        return Signed(())
    required = entry.signature or entry.signature_by_text
    return signed_values(check_message(opened.tree, opened.business, required, edition))


def signed_values(check: SignatureCheck) -> Signed:
    """Convert a check into the values that are passed on with the message."""
    reasons = tuple(map(_reason, check.wrong))
    remarks = tuple(_reason(remark) for remark in check.findings if REASONS.get(remark.code) == INDENTED)[:1]
    if check.certificate is None:
        return Signed(reasons, check.findings, remarks=remarks)
    number, der = check.certificate.number, check.certificate.der
    return Signed(reasons, check.findings, number, fingerprint(der), remarks=remarks)


def _reason(fault: Finding) -> Reason:
    return Reason(REASONS.get(fault.code, FORM), {"found": fault.found or "-", "expected": fault.expected or "-"})


def against(
    connection: Connection, circumstances: Circumstances, readings: Sequence[tuple[int, Reading]]
) -> dict[tuple[int, int], tuple[Reason, ...]]:
    """(message id, position of the document) → faults of its signature; documents without faults are omitted."""
    checked = [(number, reading, reading.signed) for number, reading in readings if reading.signed is not None]
    numbers = [signed.number for _, _, signed in checked if signed.number]
    known = certificates.certificates_by_number(connection, circumstances.sandbox, numbers)
    reasons_by_document = {}
    for number, reading, signed in checked:
        for document in reading.documents:
            companies = {signed.transmitter, document.fields.get("agentCode", "")}
            reasons = (
                *signed.reasons,
                *certificate_faults(signed, known.get(signed.number), companies, circumstances.now),
            )
            if reasons:
                reasons_by_document[number, document.position] = reasons
    return reasons_by_document


def certificate_faults(
    signed: Signed, known: RegisteredCertificate | None, companies: set[str], now: int
) -> Iterator[Reason]:
    """The faults of a message's certificate. `known`: the registered certificate with this number; `companies`: those
    that may have signed."""
    if not signed.number:
        return
    if known is None or known.fingerprint != signed.fingerprint:
        yield Reason(UNREGISTERED, {"number": signed.number})
        return
    if known.revoked_at and known.revoked_at <= now:
        yield Reason(REVOKED, {"number": signed.number, "at": utc_text(known.revoked_at)})
    if not known.since <= now <= known.until:
        yield Reason(
            OUT_OF_DATE,
            {
                "number": signed.number,
                "since": utc_text(known.since),
                "until": utc_text(known.until),
                "now": utc_text(now),
            },
        )
    if known.company not in companies:
        yield Reason(
            OTHER_COMPANY,
            {
                "number": signed.number,
                "company": known.company,
                "found": ", ".join(sorted(filter(None, companies))) or "-",
            },
        )


def refusal(reading: Reading, reasons: Sequence[Reason]) -> tuple[str, Reason]:
    """(status, reason) with which a document is refused: those of its kind for the first fault."""
    rule = f"{_code(by_code(reading.code), reasons[0].rule)}/{reasons[0].rule}"
    return receipt_texts.return_status(rule), reasons[0]._replace(rule=rule)


def _code(entry: MessageType, rule: str) -> str:
    special = {
        ABSENT: entry.signature_missing,
        DUMMY: entry.signature_missing,
        DIFFERS: entry.signature_differs,
        OTHER_COMPANY: entry.signature_holder,
    }
    return special.get(rule) or entry.signature_invalid or entry.invalid


def warn_if_unsigned(opened: Opened) -> Iterator[Finding]:
    """Warn about a missing signature that the specification's text requires, but its schema does not."""
    if opened.entry.signature_by_text and opened.tree.find(SIGNATURE) is None:
        root = opened.entry.root
        yield Finding(
            "unsigned",
            f"规范正文要求{root}必须签名，而其schema未作要求；此处不予退回，正式环境可能退回",
            f"the specification's text requires {root} to be signed, its schema does not; it passes here, and may be "
            "refused by the real port",
            path=f"/{root}",
            expected="ds:Signature",
            remedy_zh="上线前请加签",
            remedy_en="sign it before going live",
            warning=True,
        )
