"""Bonded account books: filed by our own message, drawn down by lists of 1210 and 1239 (see `holdings`)."""

from __future__ import annotations

from collections.abc import Sequence

from declarations.documents import StockFiling, StockFilingLine
from declarations.reasons import Reason
from gateways.customs.repository import BookLine, CustomsDesk
from gateways.records import Event, ReceiptDraft
from gateways.replies import ANSWERS, identify
from gateways.topics.shared import DocumentFiled


def handle_filings(documents: Sequence[DocumentFiled], desk: CustomsDesk) -> None:
    """Warehouse companies file stock: quantities are added to their books."""
    filed = desk.repository.documents([document.document_id for document in documents])
    keys = {
        (document.facts.ems_no, line.item_record_no) for document in filed.values() for line in document.facts.lines
    }
    books = dict(desk.repository.book_lines(sorted(keys)))
    for document in filed.values():
        facts: StockFiling = document.facts
        for line in facts.lines:
            desk.repository.put_book_line(_add(books, facts.ems_no, line))
        desk.receipt(
            ReceiptDraft(
                mailboxes=document.mailboxes,
                code=ANSWERS["stock_filing"],
                order_no="",
                kind="stock_filing",
                key=document.key,
                return_status="120",
                return_time=max(desk.now, document.last_return + 1),
                reason=Reason("1800", {}),
                fields=identify("stock_filing", facts, document.port_no),
            )
        )
        desk.note(Event("", "stock_filing", document.key, desk.now, "customs", "stock_filed", "accepted"))


def _add(books: dict[tuple[str, str], BookLine], ems_no: str, line: StockFilingLine) -> BookLine:
    key = (ems_no, line.item_record_no)
    book = books.get(key) or BookLine(*key, line.gcode, line.gname, line.unit)
    book.filed += line.qty
    books[key] = book
    return book
