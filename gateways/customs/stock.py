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
    keys = {(one.facts.ems_no, line.item_record_no) for one in filed.values() for line in one.facts.lines}
    books = dict(desk.repository.book_lines(sorted(keys)))
    for one in filed.values():
        facts: StockFiling = one.facts
        for line in facts.lines:
            desk.repository.put_book_line(_add(books, facts.ems_no, line))
        desk.receipt(
            ReceiptDraft(
                one.mailboxes,
                ANSWERS["stock_filing"],
                "",
                "stock_filing",
                one.key,
                "120",
                max(desk.now, one.last_return + 1),
                Reason("1800", {}),
                identify("stock_filing", facts, one.port_no),
            )
        )
        desk.note(Event("", "stock_filing", one.key, desk.now, "customs", "stock_filed", "accepted"))


def _add(books: dict[tuple[str, str], BookLine], ems_no: str, line: StockFilingLine) -> BookLine:
    key = (ems_no, line.item_record_no)
    book = books.get(key) or BookLine(*key, line.gcode, line.gname, line.unit)
    book.filed += line.qty
    books[key] = book
    return book
