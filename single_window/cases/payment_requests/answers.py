"""Answers about original payment data: addresses of platforms, requests to them, their outcomes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any

from msgspec import Meta

from schemas.findings import Finding
from single_window.frame.findings import Findings, findings_out
from single_window.frame.typed import Answer, Instant, NextBefore

if TYPE_CHECKING:
    from single_window.store.payment_requests import PaymentRequest


class AddressOut(Answer, frozen=True, kw_only=True):
    """The address to which requests to a platform are sent."""

    company: Annotated[str, Meta(description="ebpCode")]
    url: str
    set_at: Instant


class AddressesOut(Answer, frozen=True, kw_only=True):
    """Addresses of a sandbox, by company."""

    addresses: tuple[AddressOut, ...]


class RequestOut(Answer, frozen=True, kw_only=True):
    """One request and its outcome."""

    session_id: str
    order_no: str
    platform: Annotated[str, Meta(description="ebpCode")]
    by: Annotated[str, Meta(description="customs, when a list was accepted; else the requesting person")]
    asked_at: Instant
    due: Instant
    asking: Annotated[str, Meta(description="waiting, asked (the platform confirmed), failed")]
    attempts: int
    error: Annotated[str, Meta(description="why the last attempt to send the request failed")]
    verdict: Annotated[
        str, Meta(description="right, wrong, late (right, but overdue), silent (no upload until overdue); empty: open")
    ]
    uploads: int
    answered_at: Instant
    code: Annotated[str, Meta(description="the code answered to the upload: 10000, 20000, 20004")]
    message: str
    declaration_id: int | None


class SigningOut(Answer, frozen=True, kw_only=True):
    """The text that the platform had to sign, and the text that it did sign."""

    expected: Annotated[str, Meta(description="the text to sign")]
    matches: Annotated[str, Meta(description="the variant of the text that was signed")]
    digest: Annotated[str, Meta(description="digest of the expected text")]
    signed_digest: Annotated[str, Meta(description="digest in the signature (RSA)")]


class WholeOut(RequestOut, frozen=True, kw_only=True):
    """A request with the details of its answer."""

    reply: Annotated[str, Meta(description="the platform's immediate response to the request")]
    findings: Findings
    signing: SigningOut
    payload: Annotated[str, Meta(description="payExInfoStr as uploaded")]


class RequestsOut(Answer, frozen=True, kw_only=True):
    """Requests, newest first."""

    requests: tuple[RequestOut, ...]
    next: NextBefore


def request_out(request: PaymentRequest, now: int) -> RequestOut:
    """Return the short answer about a request; `now`: the sandbox's current instant."""
    return RequestOut.of(request, **_standing(request, now))


def whole_out(request: PaymentRequest, now: int, findings: Iterable[Finding]) -> WholeOut:
    """Return the detailed answer about a request, with the findings about the upload."""
    return WholeOut.of(
        request, **_standing(request, now), findings=findings_out(findings), signing=SigningOut.of(request)
    )


def _standing(request: PaymentRequest, now: int) -> dict[str, Any]:
    return {"verdict": str(request.verdict_at(now)), "declaration_id": request.declaration_id or None}
