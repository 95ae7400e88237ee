"""Bonded account books: stock is filed by a stock filing and drawn by lists of modes 1210 and 1239."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from declarations import account_book
from declarations.documents import ExportInventory, Inventory, StockFiling, StockFilingLine
from declarations.reasons import Reason
from gateways.customs.book_movements import BookMovement
from gateways.customs.repository import BookLine, CustomsDesk
from gateways.records import CaseReference
from gateways.taking_in import make_document_receipt
from gateways.topics.shared import DocumentFiled
from gateways.topics.spot_checks import GoodsBookedOut


def handle_filings(documents: Sequence[DocumentFiled], desk: CustomsDesk) -> None:
    """Add the quantities of stock filings to the warehouses' account books."""
    documents_by_id = desk.repository.documents([document.document_id for document in documents])
    keys = {
        (document.facts.ems_no, line.item_record_no)
        for document in documents_by_id.values()
        for line in document.facts.lines
    }
    books = dict(desk.repository.book_lines(sorted(keys)))
    for document in documents_by_id.values():
        facts: StockFiling = document.facts
        for line in facts.lines:
            book = _add_to_book(books, facts.ems_no, line)
            book.area_code = facts.area_code
            desk.repository.put_book_line(book)
        desk.send_receipt(make_document_receipt(document, desk.now))
        desk.add_event(CaseReference("stock_filing", document.key, "").event("stock_filed", "accepted", desk.now))


def handle_booked_out(payloads: Sequence[GoodsBookedOut], desk: CustomsDesk) -> None:
    """Book out samples, and goods that were destroyed or sent back; lists no longer draw on them.

    Never more than the lot has left: two officers may order the rest of it before the first order is carried out."""
    keys = sorted({(goods.ems_no, goods.item_record_no) for goods in payloads})
    books = desk.repository.book_lines(keys)
    for goods in payloads:
        book = books[goods.ems_no, goods.item_record_no]
        quantity = min(goods.quantity, book.filed - book.drawn - book.booked_out)
        if quantity > 0:
            book.booked_out += quantity
            desk.repository.put_book_line(book)
            desk.repository.put_book_movement(
                BookMovement(goods.cause, book.ems_no, book.item_record_no, quantity, goods.why, desk.now)
            )


def short_of_stock(facts: Inventory | ExportInventory, books: Mapping[tuple[str, str], BookLine]) -> Sequence[Reason]:
    """Return the reasons why the lines of a special area's list may not draw on its account book; empty if they may."""
    book = {
        key: account_book.BookStock(*key, line.gcode, line.unit, line.filed - line.booked_out, line.drawn)
        for key, line in books.items()
    }
    return account_book.draw_down(book, facts).reasons


def _add_to_book(books: dict[tuple[str, str], BookLine], ems_no: str, line: StockFilingLine) -> BookLine:
    key = (ems_no, line.item_record_no)
    book = books.get(key) or BookLine(*key, line.gcode, line.gname, line.unit)
    book.filed += line.qty
    books[key] = book
    return book
