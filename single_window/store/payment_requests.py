"""Rows of platforms' addresses and of requests for payment data (rule 179). Never commits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, func, or_, select, update

from gateways.records import PaymentRequestDraft
from single_window.store.bulk import insert_rows, upsert_rows
from single_window.store.names import UploadVerdict
from single_window.store.numbering import ROWS, Numbering
from single_window.store.prepared import fetch_all, fetch_first
from single_window.store.tables import payment_address, payment_request

CUSTOMS = "customs"
"""The author of a request that is filed automatically when a list is accepted."""


class CallState(StrEnum):
    """The progress of the call to the platform."""

    WAITING = "waiting"
    REQUESTED = "asked"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Address:
    """The address at which a platform is called."""

    company: str
    url: str
    set_at: int


@dataclass(frozen=True, slots=True)
class PaymentRequest:
    """A request with its call and its upload. Instants are milliseconds of the sandbox's clock, except `next_at`."""

    sandbox: str
    id: int
    session_id: str
    order_no: str
    platform: str
    declaration_id: int
    by: str
    asked_at: int
    due: int
    asking: str = CallState.WAITING
    attempts: int = 0
    next_at: int = 0
    """On the machine's clock: the instant of the next call; after a successful call, the end of the wait for
    uploads.
    """
    reply: str = ""
    """The response to the call: its status and the beginning of its body."""
    error: str = ""
    """The error of the last call."""
    verdict: str = UploadVerdict.NONE
    uploads: int = 0
    answered_at: int = 0
    code: str = ""
    """Code of the window's response to the last upload; `message` is its text."""
    message: str = ""
    findings: str = ""
    """Findings about the last upload, as JSON."""
    payload: str = ""
    expected: str = ""
    """The text that the platform had to sign."""
    matches: str = ""
    """The text that was signed, by its name in `schemas.payment_data.signing`; empty: an unknown text."""
    digest: str = ""
    """The digest of the expected text; `signed_digest` is the one inside an RSA signature."""
    signed_digest: str = ""

    def verdict_at(self, now: int) -> UploadVerdict:
        """The verdict at an instant."""
        if self.verdict:
            return UploadVerdict(self.verdict)
        return UploadVerdict.SILENT if now >= self.due else UploadVerdict.NONE


_NAMES = tuple(field.name for field in fields(PaymentRequest))
_COLUMNS = [payment_request.c[name] for name in _NAMES]
_NEW_COLUMNS = (
    "sandbox",
    "id",
    "session_id",
    "order_no",
    "platform",
    "declaration_id",
    "by",
    "asked_at",
    "due",
    "asking",
)


def file_requests(
    connection: Connection,
    numbering: Numbering,
    sandbox: str,
    drafts: Sequence[PaymentRequestDraft],
    now: int,
    by: str = CUSTOMS,
) -> None:
    """Insert requests; the process that serves the channels will call the platforms."""
    if not drafts:
        return
    ids = numbering.take(ROWS, "row", len(drafts))
    insert_rows(
        connection,
        payment_request,
        _NEW_COLUMNS,
        [
            (
                sandbox,
                number,
                draft.session_id,
                draft.order_no,
                draft.platform,
                draft.declaration_id,
                by,
                now,
                draft.due,
                CallState.WAITING.value,
            )
            for number, draft in zip(ids, drafts, strict=True)
        ],
    )


def find(connection: Connection, sandbox: str, session_id: str, *, lock: bool = False) -> PaymentRequest | None:
    """The request of a session; `lock`: lock its row until the end of the transaction."""
    statement = select(*_COLUMNS).where(
        payment_request.c.sandbox == sandbox, payment_request.c.session_id == session_id
    )
    row = connection.execute(statement.with_for_update() if lock else statement).first()
    return PaymentRequest(*row) if row else None


def page(
    connection: Connection, sandbox: str, before: int = 0, most: int = 100, order_no: str = "", platform: str = ""
) -> list[PaymentRequest]:
    """Requests with ids below `before`, newest first; of one order or platform if given."""
    query = select(*_COLUMNS).where(payment_request.c.sandbox == sandbox)
    for column, value in ((payment_request.c.order_no, order_no), (payment_request.c.platform, platform)):
        query = query.where(column == value) if value else query
    if before:
        query = query.where(payment_request.c.id < before)
    rows = connection.execute(query.order_by(payment_request.c.id.desc()).limit(most))
    return [PaymentRequest(*row) for row in rows]


def about_list(connection: Connection, sandbox: str, declaration_id: int) -> list[PaymentRequest]:
    """Requests about a list, newest first."""
    column = payment_request.c
    chosen = select(*_COLUMNS).where(column.sandbox == sandbox, column.declaration_id == declaration_id)
    return [PaymentRequest(*row) for row in connection.execute(chosen.order_by(column.id.desc()))]


_CALLABLE = and_(payment_request.c.asking == CallState.WAITING.value, payment_request.c.next_at <= bindparam("now"))
_FIRST = (
    select(func.min(payment_request.c.id))
    .where(_CALLABLE)
    .group_by(payment_request.c.sandbox, payment_request.c.platform)
)
_WAITING = (
    select(*_COLUMNS)
    .where(_CALLABLE, payment_request.c.id.in_(_FIRST))
    .order_by(payment_request.c.next_at, payment_request.c.id)
    .limit(bindparam("most"))
)


def waiting(connection: Connection, machine_now: int, most: int = 100) -> list[PaymentRequest]:
    """The oldest request of each platform and sandbox that may be called at an instant of the machine's clock."""
    return [PaymentRequest(*row) for row in fetch_all(connection, _WAITING, {"now": machine_now, "most": most})]


_UNDER_WAY = (
    select(payment_request.c.id)
    .where(
        payment_request.c.sandbox == bindparam("of_sandbox"),
        payment_request.c.uploads == 0,
        or_(
            payment_request.c.asking == CallState.WAITING.value,
            and_(payment_request.c.asking == CallState.REQUESTED.value, payment_request.c.next_at > bindparam("now")),
        ),
    )
    .limit(1)
)


def under_way(connection: Connection, sandbox: str, machine_now: int) -> bool:
    """True if a call is pending, or the wait for an upload is not over."""
    return fetch_first(connection, _UNDER_WAY, {"of_sandbox": sandbox, "now": machine_now}) is not None


def claim(connection: Connection, request: PaymentRequest, until: int) -> bool:
    """Compare-and-set: begin an attempt, and allow none before `until`. False: another process was first."""
    return _change(
        connection,
        request,
        payment_request.c.attempts == request.attempts,
        payment_request.c.asking == CallState.WAITING.value,
        attempts=request.attempts + 1,
        next_at=until,
    )


def record_attempt(
    connection: Connection, request: PaymentRequest, asking: CallState, next_at: int, reply: str, error: str
) -> None:
    """Store the result of a claimed attempt."""
    _change(
        connection,
        request,
        payment_request.c.attempts == request.attempts + 1,
        asking=asking.value,
        next_at=next_at,
        reply=reply,
        error=error,
    )


def record_upload(connection: Connection, request: PaymentRequest, values: dict[str, Any]) -> bool:
    """Compare-and-set: store an upload with its findings. False: another upload came first."""
    return _change(
        connection, request, payment_request.c.uploads == request.uploads, uploads=request.uploads + 1, **values
    )


def _change(connection: Connection, request: PaymentRequest, *where: Any, **values: Any) -> bool:
    return bool(
        connection.execute(
            update(payment_request)
            .where(payment_request.c.sandbox == request.sandbox, payment_request.c.id == request.id, *where)
            .values(**values)
        ).rowcount
    )


def addresses(connection: Connection, sandbox: str) -> list[Address]:
    """The addresses of the platforms of a sandbox, by company."""
    rows = connection.execute(
        select(payment_address.c.company, payment_address.c.url, payment_address.c.set_at)
        .where(payment_address.c.sandbox == sandbox)
        .order_by(payment_address.c.company)
    )
    return [Address(*row) for row in rows]


def address_of(connection: Connection, sandbox: str, company: str) -> str:
    """The address of a platform; empty if none is registered."""
    return (
        connection.execute(
            select(payment_address.c.url).where(
                payment_address.c.sandbox == sandbox, payment_address.c.company == company
            )
        ).scalar()
        or ""
    )


def put_address(connection: Connection, sandbox: str, address: Address) -> None:
    """Register the address of a platform."""
    upsert_rows(
        connection,
        payment_address,
        ("sandbox", "company", "url", "set_at"),
        [(sandbox, address.company, address.url, address.set_at)],
        replace=("url", "set_at"),
    )


def remove_address(connection: Connection, sandbox: str, company: str) -> bool:
    """Remove the address of a platform; False: none was registered."""
    return bool(
        connection.execute(
            delete(payment_address).where(payment_address.c.sandbox == sandbox, payment_address.c.company == company)
        ).rowcount
    )
