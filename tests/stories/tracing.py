"""What stories of traceability have in common: messages of merchants, what the window answers, goods that are sold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import select

from declarations.calendar import MINUTE, stamp14
from schemas.identifiers import example_credit_code
from simulators.imports.trade import ImportTrade
from single_window.receipts.rows import Receipt, of_orders
from single_window.store.tables import account_book
from tests.stories.story import StoryRunner, message_of

AGENT = example_credit_code("3702W60001")
"""The credit code of a domestic firm that recalls food."""
GTIN = "09520123456788"


class BookItem(NamedTuple):
    """An item of an account book."""

    ems_no: str
    item_record_no: str
    gcode: str
    unit: str
    filed: int
    drawn: int


def answer(
    story: StoryRunner, sender: Any, code: str, head: Mapping[str, str], lines: Sequence[Mapping[str, str]] = ()
) -> Receipt:
    """Send a document a minute after the one before; return the newest receipt about its number."""
    story.window.advance(story.sandbox, story.window.now(story.sandbox) + MINUTE)
    sent = {"appType": "1", "appTime": stamp14(story.window.now(story.sandbox)), **head}
    story.submit(message_of(sender, code, sent, [{"gnum": str(n), **line} for n, line in enumerate(lines, 1)]))
    number = sent["copNo" if code == "TraceBatch" else "recallNo"]
    found = [told for _, told in story.read(of_orders, [number]) if told.code == f"{code}Return"]
    return max(found, key=lambda told: told.sequence)


def book_item(story: StoryRunner, trade: ImportTrade) -> BookItem:
    """The item of the account book that the first line of a bonded trade draws on."""
    head, lines = trade.document("inventory").head, trade.document("inventory").lines
    own = (account_book.c.ems_no == head["emsNo"], account_book.c.item_record_no == lines[0]["itemRecordNo"])
    chosen = select(*[account_book.c[name] for name in BookItem._fields]).where(*own)
    return BookItem(*story.rows(chosen)[0])


def bonded_food(story: StoryRunner, mode: str = "1210") -> ImportTrade:
    """A bonded trade, or one in another mode, whose only line is food."""
    trades = (story.trade(number, mode=mode) for number in range(200))
    return next(trade for trade in trades if _has_only_food(trade))


def _has_only_food(trade: ImportTrade) -> bool:
    lines = trade.document("inventory").lines
    return len(lines) == 1 and lines[0]["gcode"][:2] in {"04", "19", "20", "21"}
