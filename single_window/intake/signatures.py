"""The port's check of a message's signature while the message is parsed; `signers` then checks whose it is.

Not called if the option `signatures` is off; then only a missing signature is warned of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from declarations.reasons import Reason
from schemas.findings import Finding
from schemas.opened import Opened
from single_window.store.certificates import fingerprint

if TYPE_CHECKING:
    from schemas.signature.checking import SignatureCheck

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
