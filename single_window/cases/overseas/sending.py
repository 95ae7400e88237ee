"""Makes the messages that notices and evidence are sent as, whatever way they came in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from declarations.calendar import stamp14
from declarations.documents.text_documents import elements_of
from declarations.overseas.notices import StockNotice
from schemas.message import Transfer
from schemas.writing import write
from single_window.intake.made_messages import Document, guid_of, messages_of


def notice_message(notice: StockNotice, transfer: Transfer, now: int) -> bytes:
    """Return the message of a notice. Raises `InvalidValues` with every finding of the schema.

    The same notice at the same instant gives the same message, which is processed once."""
    return next(notice_messages([notice], transfer, now))


def notice_messages(notices: Sequence[StockNotice], transfer: Transfer, now: int) -> Iterator[bytes]:
    """Return messages of notices in their order, at most 100 notices and 2,000 lines in each. Raises `InvalidValues`.

    The same notices at the same instant give the same messages, which are processed once."""
    documents = [_document(notice, place, now) for place, notice in enumerate(notices)]
    return messages_of("OverseasStockNotice", documents, transfer)


def _document(notice: StockNotice, place: int, now: int) -> Document:
    key = f"{notice.key}|{notice.digest}|{notice.function}|{place}|{now}"
    head = {"guid": guid_of("document", key), "appType": "1", "appTime": stamp14(now), **elements_of(notice)}
    return head, [elements_of(line) for line in notice.lines]


def evidence_message(
    head: Mapping[str, str], lines: Sequence[Mapping[str, str]], transfer: Transfer, now: int
) -> bytes:
    """Return the message of vouchers, by the elements of `OverseasSaleEvidence`. Raises `InvalidValues`."""
    key = "|".join(value for row in (head, *lines) for value in row.values())
    whole = {"guid": guid_of("document", f"{key}|{now}"), "appType": "1", "appTime": stamp14(now), **head}
    numbered = [{"gnum": str(place), **line} for place, line in enumerate(lines, 1)]
    return write(
        "OverseasSaleEvidence", [(whole, numbered)], guid=guid_of("message", f"{key}|{now}"), transfer=transfer
    )
