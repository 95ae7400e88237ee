"""Receives platforms' uploads of original payment data (rule 179): verifies, stores with the request, answers.

Checked in this order: session, fields, certificate, signature; so an upload without a session costs little. After a
valid upload customs continues with the list. All faults of an invalid upload are stored.
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as NoBase64
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec
import structlog
from sqlalchemy import Connection, select

from declarations.calendar import DAY
from declarations.documents import Payment, unpack
from declarations.money import amount_text, decimal_of
from gateways.topics.customs import PaymentDataAnswered
from gateways.topics.route import Route
from schemas.findings import Finding
from schemas.payment_data import fields, signing
from schemas.payment_data.codes import NOT_STORED, NOT_VERIFIED, WORDS, UploadCode
from schemas.payment_data.upload import FIELD, NotRead, PaymentUpload, read
from schemas.signature.certificates import read_text
from schemas.wording import finding
from single_window.clock import system_now
from single_window.context import Context
from single_window.store import certificates, payment_requests, sandboxes
from single_window.store.bulk import encode, one_of
from single_window.store.engine import reading, writing
from single_window.store.gateway_results import write_sends
from single_window.store.names import UploadVerdict
from single_window.store.payment_requests import PaymentRequest
from single_window.store.tables import document

log = structlog.get_logger(__name__)
MAX_UPLOADS = 20
"""Maximum number of uploads in a session, because each may cost a signature verification."""
MAX_FINDINGS_SHOWN = 20
"""Maximum number of findings in the answer to an upload."""


_ANSWERED = Route("customs", "payment_data.answered")
_UNSIGNED = signing.SignatureMatch("", "", "")


@dataclass(slots=True)
class CheckedUpload:
    """The result of the checks of an upload."""

    code: UploadCode = UploadCode.TAKEN
    message: str = WORDS[UploadCode.TAKEN]
    findings: list[Finding] = field(default_factory=list)
    signature: signing.SignatureMatch = field(default=_UNSIGNED)

    def refuse(self, code: UploadCode, message: str, *findings: Finding) -> None:
        """Refuse the upload; the first code is kept."""
        if self.code == UploadCode.TAKEN:
            self.code, self.message = code, message
        self.findings += findings


@dataclass(frozen=True, slots=True)
class UploadAnswer:
    """The answer to the platform."""

    code: str
    message: str
    service_time: int

    def plain(self) -> dict[str, Any]:
        """The JSON object that customs would send."""
        return {"code": self.code, "message": self.message, "total": 0, "serviceTime": self.service_time}


def take(context: Context, sandbox: str, body: str | None) -> UploadAnswer:
    """Verify an upload and store it with its request; raises `UnknownSandbox`."""
    now = context.now(sandbox)
    if body is None:
        return UploadAnswer(UploadCode.FAILED, f"{FIELD} : {FIELD}不为空;  ", now)
    try:
        upload = read(body)
    except NotRead as unread:
        return UploadAnswer(UploadCode.FAILED, f"{WORDS[UploadCode.FAILED]}，{unread.finding.zh}", now)
    with reading(context.engine) as connection:
        request = payment_requests.find(connection, sandbox, upload.text("sessionID")[:40])
        fault = _session_fault(request)
        if request is None or fault is not None:
            return UploadAnswer(UploadCode.FAILED, f"{NOT_STORED}，{fault.zh}" if fault else NOT_STORED, now)
        checked = check(connection, request, upload, now)
    return _keep(context, request, upload, body, checked, now)


def unknown_sandbox() -> UploadAnswer:
    """The answer to an upload for an unknown sandbox."""
    return UploadAnswer(UploadCode.FAILED, f"{NOT_STORED}，{finding('payment-session').zh}", system_now())


def _session_fault(request: PaymentRequest | None) -> Finding | None:
    """A fault of the session for which an upload is not checked further, or None."""
    if request is None:
        return finding("payment-session", path="sessionID")
    if request.verdict in {UploadVerdict.RIGHT, UploadVerdict.LATE}:
        return finding("payment-session-used", path="sessionID")
    if request.uploads >= MAX_UPLOADS:
        return finding("payment-uploads", path="sessionID", most=MAX_UPLOADS)
    return None


def check(connection: Connection, request: PaymentRequest, upload: PaymentUpload, now: int) -> CheckedUpload:
    """All faults of an upload in a session."""
    checked = CheckedUpload()
    wrong = list(fields.findings(upload))
    if wrong:
        pairs = "".join(f"{finding.path} : {finding.zh};  " for finding in wrong[:MAX_FINDINGS_SHOWN])
        checked.refuse(UploadCode.FAILED, pairs, *wrong)
    _check_signature(connection, request, upload, now, checked)
    mismatches = [*_request_mismatches(request, upload), *_payment_mismatches(connection, request, upload)]
    if mismatches:
        checked.refuse(UploadCode.FAILED, f"{WORDS[UploadCode.FAILED]}，{mismatches[0].zh}", *mismatches)
    checked.findings += _remarks(connection, request, upload, now)
    return checked


def _check_signature(
    connection: Connection, request: PaymentRequest, upload: PaymentUpload, now: int, checked: CheckedUpload
) -> None:
    number = upload.text("certNo")[:40]
    registered = certificates.certificates_by_number(connection, request.sandbox, [number]).get(number)
    if registered is None:
        checked.refuse(
            UploadCode.NOT_REGISTERED,
            WORDS[UploadCode.NOT_REGISTERED],
            finding("payment-certificate", path="certNo", found=number),
        )
        return
    _check_certificate(registered, number, upload, now, checked)
    try:
        signature = b64decode(upload.text("signValue"), validate=True)
    except (NoBase64, ValueError):
        checked.refuse(UploadCode.FAILED, NOT_VERIFIED, finding("payment-signature-form", path="signValue"))
        return
    checked.signature = signing.verify(upload, read_text(registered.der).key, signature)
    if checked.signature.matches == signing.UNESCAPED:
        checked.findings.append(finding("payment-signed-unescaped", path="signValue")._replace(warning=True))
    if not checked.signature.right:
        name = f"signed-{checked.signature.matches}" if checked.signature.matches else "signature"
        checked.refuse(
            UploadCode.FAILED,
            NOT_VERIFIED,
            finding(
                f"payment-{name}", path="signValue", expected=checked.signature.expected, found=checked.signature.signed
            ),
        )


def _check_certificate(
    registered: certificates.RegisteredCertificate, number: str, upload: PaymentUpload, now: int, checked: CheckedUpload
) -> None:
    """Check that the certificate is valid and belongs to the uploading platform."""
    if registered.company != upload.head.get("ebpCode"):
        checked.refuse(
            UploadCode.NOT_REGISTERED,
            WORDS[UploadCode.NOT_REGISTERED],
            finding(
                "payment-certificate-company",
                path="certNo",
                expected=str(upload.head.get("ebpCode", ""))[:40],
                found=registered.company,
            ),
        )
    if not registered.since <= now <= registered.until or 0 < registered.revoked_at <= now:
        checked.refuse(
            UploadCode.NOT_REGISTERED,
            WORDS[UploadCode.NOT_REGISTERED],
            finding("payment-certificate-invalid", path="certNo", found=number),
        )


def _request_mismatches(request: PaymentRequest, upload: PaymentUpload) -> Iterator[Finding]:
    """Differences between the upload and the request."""
    if upload.head.get("ebpCode") != request.platform:
        yield finding(
            "payment-platform",
            path="payExchangeInfoHead.ebpCode",
            expected=request.platform,
            found=str(upload.head.get("ebpCode", "")),
        )
    if request.order_no not in upload.order_nos:
        yield finding(
            "payment-order-missing",
            path="payExchangeInfoLists",
            expected=request.order_no,
            found=", ".join(upload.order_nos[:5]),
        )


def _payment_mismatches(connection: Connection, request: PaymentRequest, upload: PaymentUpload) -> Iterator[Finding]:
    """Differences between the upload and the stored payments."""
    payments = _payments(connection, request, upload)
    paid = sum((decimal_of(payment.amount_paid) for payment in payments.values()), decimal_of(0))
    all_stored = set(upload.order_nos) <= payments.keys()
    if payments and upload.amount is not None and (upload.amount != paid if all_stored else upload.amount < paid):
        yield finding(
            "payment-amount",
            path="payExchangeInfoHead.totalAmount",
            expected=amount_text(int(paid.scaleb(5))),
            found=str(upload.amount),
        )
    codes = {payment.pay_code for payment in payments.values()}
    if codes and upload.head.get("payCode") not in codes:
        yield finding(
            "payment-pay-code",
            path="payExchangeInfoHead.payCode",
            expected=", ".join(sorted(codes)),
            found=str(upload.head.get("payCode", "")),
        )


def _payments(connection: Connection, request: PaymentRequest, upload: PaymentUpload) -> dict[str, Payment]:
    """Order number → stored payment, for the orders that the upload names."""
    numbers = [number[:60] for number in upload.order_nos[: fields.MAX_LISTS]]
    rows = connection.execute(
        select(document.c.order_no, document.c.facts)
        .where(
            document.c.sandbox == request.sandbox,
            document.c.kind == "payment",
            document.c.state == "declared",
            one_of(connection, document.c.order_no, numbers),
        )
        .order_by(document.c.id)
    )
    payments = {row.order_no: unpack(Payment, row.facts) for row in rows}
    return {number: payment for number, payment in payments.items() if payment.ebp_code == request.platform}


def _remarks(connection: Connection, request: PaymentRequest, upload: PaymentUpload, now: int) -> list[Finding]:
    """Warnings that do not refuse the upload."""
    payments = _payments(connection, request, upload)
    remarks = list(fields.remarks(upload))
    remarks += [
        finding("payment-unknown-order", path="payExchangeInfoLists", found=number)
        for number in upload.order_nos[:MAX_FINDINGS_SHOWN]
        if number not in payments
    ]
    sent = upload.text("serviceTime")
    if sent.isdecimal() and len(sent) == 13 and abs(int(sent) - now) > DAY:
        remarks.append(finding("payment-service-time", path="serviceTime", expected=str(now), found=sent))
    return [remark._replace(warning=True) for remark in remarks]


def _keep(
    context: Context, request: PaymentRequest, upload: PaymentUpload, body: str, checked: CheckedUpload, now: int
) -> UploadAnswer:
    """Store the upload with its request and notify customs, in one commit."""
    late = now >= request.due
    right = UploadVerdict.LATE if late else UploadVerdict.RIGHT
    verdict = right if checked.code == UploadCode.TAKEN else UploadVerdict.WRONG
    values = _columns(verdict, upload, body, checked, now)
    stored = _write(context, request, values)
    if not stored:
        return UploadAnswer(UploadCode.FAILED, NOT_STORED, now)
    context.wake()
    log.info(
        "payment_data.uploaded",
        sandbox=request.sandbox,
        session=request.session_id,
        platform=request.platform,
        code=str(checked.code),
        verdict=values["verdict"],
        matches=checked.signature.matches,
    )
    return UploadAnswer(str(checked.code), checked.message[:1_000], now)


def _columns(
    verdict: UploadVerdict, upload: PaymentUpload, body: str, checked: CheckedUpload, now: int
) -> dict[str, Any]:
    """The columns of a request that an upload fills."""
    return {
        "verdict": str(verdict),
        "answered_at": now,
        "code": str(checked.code),
        "message": checked.message[:1_000],
        "findings": encode([finding._asdict() for finding in checked.findings]).decode(),
        "payload": body,
        "expected": signing.text_of(upload),
        "matches": checked.signature.matches,
        "digest": checked.signature.expected,
        "signed_digest": checked.signature.signed,
    }


def _write(context: Context, request: PaymentRequest, values: dict[str, Any]) -> int:
    """Store an upload; 0 if another upload of the session came first, else 1."""
    with writing(context.engine) as connection:
        sandboxes.hold(connection, request.sandbox)
        if not payment_requests.record_upload(connection, request, values):
            return 0
        if request.declaration_id and values["verdict"] != UploadVerdict.LATE:
            write_sends(
                connection,
                context.numbering,
                request.sandbox,
                {_ANSWERED: [PaymentDataAnswered(request.declaration_id, request.session_id, values["code"])]},
                system_now(),
            )
    return 1


def findings_of(request: PaymentRequest) -> list[Finding]:
    """The findings about a request's last upload."""
    return [Finding(**values) for values in msgspec.json.decode(request.findings)] if request.findings else []
