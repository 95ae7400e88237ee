"""The page of a message of a hundred documents has a part of them, with their receipts, so that it stays small."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

from simulators.imports.envelopes import FULL, orders
from simulators.imports.shop import Shop
from simulators.imports.trade import CODES, ORDER, ImportTrade
from simulators.messages import make_message
from single_window.api import create_app
from single_window.cases.declarations.message_parts import MAX_FINDINGS
from single_window.store.tables import document, message
from tests.databases import ON_BOTH, fetch
from tests.officers import signed_in
from tests.stories.story import TODAY, WORLD, StoryRunner

pytestmark = ON_BOTH
MOST_BYTES = 60_000
GOODS = rb"(?s)(?:<ceb:OrderList>.*?</ceb:OrderList>\s*)+"


class Full:
    """A full message of orders, which a reviewer reads."""

    def __init__(self, story: StoryRunner, lines: int = 0, spoilt: str = "") -> None:
        self.trades: list[ImportTrade] = orders(Shop(WORLD, 3, TODAY, {"9610": 1}))
        papers = [trade.order for trade in self.trades if trade.order is not None]
        sender = self.trades[0].parties.platform
        sent = make_message(CODES[ORDER], papers, sender, tuple(trade.id for trade in self.trades))
        body = re.sub(GOODS, lambda goods: _numbered(goods[0], lines), sent.body) if lines else sent.body
        story.submit(re.sub(rb"<ceb:currency>\d+<", f"<ceb:currency>{spoilt}<".encode(), body) if spoilt else body)
        self.story = story
        self.number = fetch(story.window.engine, select(message.c.id)).scalars().one()
        self.client = signed_in(create_app(story.window).test_client(), story.window, "li", "reviewer")

    def page(self, number: int | str = 1) -> str:
        query = {"sandbox": self.story.sandbox, "lang": "en", "page": str(number)}
        answer = self.client.get(f"/messages/{self.number}", query_string=query)
        assert answer.status_code == 200 and len(answer.data) <= MOST_BYTES, len(answer.data)
        return str(answer.text)


def _numbered(goods: bytes, lines: int) -> bytes:
    """The first line of goods so often, each with its number."""
    line = goods.partition(b"</ceb:OrderList>")[0] + b"</ceb:OrderList>"
    return b"".join(re.sub(rb"gnum>\d+<", b"gnum>%d<" % number, line) for number in range(1, lines + 1))


def last_of(page: str) -> int:
    return max(map(int, re.findall(r"[?&;]page=(\d+)", page)), default=1)


def keys(page: str) -> list[str]:
    """The numbers of the documents that a page shows."""
    return re.findall(r'<span class="key">([^<]+)</span>\s*</summary>', page)


def test_every_document_stands_on_one_page_with_its_receipt(start_story: Any) -> None:
    full = Full(start_story())
    pages = [full.page(number) for number in range(1, last_of(full.page()) + 1)]
    shown = [number for page in pages for number in keys(page)]
    assert 1 < len(pages) < 10
    assert sorted(shown) == sorted(trade.id for trade in full.trades)
    assert sum(page.count('<td class="status">') for page in pages) == FULL


def test_a_page_that_is_not_there_is_the_nearest(start_story: Any) -> None:
    full = Full(start_story())
    assert keys(full.page(999)) == keys(full.page(last_of(full.page()))) != keys(full.page())
    assert keys(full.page("x")) == keys(full.page(0)) == keys(full.page())


def test_documents_of_many_lines_stand_on_more_pages(start_story: Any) -> None:
    full = Full(start_story(), lines=20)
    last = last_of(full.page())
    assert last > 20 and keys(full.page(last))


def test_findings_stand_in_parts_as_well(start_story: Any) -> None:
    full = Full(start_story(), spoilt="XXXX")
    pages = [full.page(number) for number in range(1, last_of(full.page()) + 1)]
    told = [page.partition('<ol class="findings"')[2].partition("</ol>")[0].count("<li>") for page in pages]
    assert sum(told) >= FULL and max(told) == told[0] == MAX_FINDINGS


@pytest.mark.parametrize("place", [0, 60])
def test_a_revealed_number_stands_on_the_page_of_its_document(start_story: Any, place: int) -> None:
    full = Full(start_story())
    row = fetch(full.story.window.engine, select(document.c.id, document.c.key)).all()[place]
    answer = full.client.post(f"/documents/{row.id}/reveal?sandbox={full.story.sandbox}&lang=en")
    shown = answer.text.partition('<details class="paper" open>')[2].partition("</details>")[0]
    assert answer.status_code == 200 and row.key.rpartition("|")[2] in shown
