"""Answers about receipts of a mailbox."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import UNSET, Meta, UnsetType

from declarations.calendar import utc_text
from single_window.frame.findings import FindingOut
from single_window.frame.typed import Answer
from single_window.language import statuses
from single_window.receipts.rows import INTERNAL_FIELDS, Receipt, type_of


class ReceiptOut(Answer, frozen=True, kw_only=True):
    """One receipt."""

    sequence: int
    type: str
    kind: str
    key: str
    order_no: str
    status: str
    status_zh: str
    status_en: str
    time: str
    info_zh: str
    info_en: str
    values: dict[str, Any]
    xml: Annotated[str | UnsetType, Meta(description="absent if `body` is false")] = UNSET


class ReceiptsOut(Answer, frozen=True, kw_only=True):
    """Receipts of a mailbox in order."""

    mailbox: str
    receipts: tuple[ReceiptOut, ...]
    next: Annotated[int, Meta(description="`after` of the next request")]
    findings: Annotated[tuple[FindingOut, ...] | UnsetType, Meta(description="only for an unknown mailbox")] = UNSET


class MailboxOut(Answer, frozen=True, kw_only=True):
    """A mailbox."""

    mailbox: Annotated[str, Meta(description="DXP id")]
    receipts: Annotated[int, Meta(description="sequence number of the last receipt")]


class MailboxesOut(Answer, frozen=True, kw_only=True):
    """Mailboxes by name."""

    mailboxes: tuple[MailboxOut, ...]
    next: Annotated[str | None, Meta(description="`after` of the next page")]


def receipt_out(row: Receipt, xml: str | UnsetType) -> ReceiptOut:
    """Return the answer about a receipt; `xml` is its message, or UNSET to omit it."""
    status = statuses.return_status(row.return_status, row.kind)
    return ReceiptOut(
        sequence=row.sequence,
        type=type_of(row.code),
        kind=row.kind,
        key=row.key,
        order_no=row.order_no,
        status=row.return_status,
        status_zh=status.zh,
        status_en=status.en,
        time=utc_text(row.return_time),
        info_zh=row.info,
        info_en=row.text_in("en"),
        values={name: value for name, value in row.fields.items() if name not in INTERNAL_FIELDS and value != ""},
        xml=xml,
    )
