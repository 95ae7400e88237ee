"""An inspector counts the goods and takes photos: the case, its dossier and the receipt say what he found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select

from declarations.risk import is_sampled
from single_window.api.app import create_app
from single_window.store import files
from single_window.store.tables import hold
from tests.described import described_client
from tests.officers import Browser, account, signed_in
from tests.stories.story import StoryRunner

JPEG = b"\xff\xd8\xff\xe0 a photo \xff\xd9"
QUANTITY = 'class="number" data-of="Found">'


@pytest.fixture
def browser(story: StoryRunner) -> Iterator[Browser]:
    """The browser of Sun, an inspector."""
    with described_client(create_app(story.window)) as client:
        yield signed_in(client, story.window, "sun", "inspector")


def inspected(story: StoryRunner) -> Any:
    """A list under inspection."""
    trade = story.trade(fault="content_missing")
    story.send(trade)
    story.decide(trade, "inspect")
    return trade


def number(story: StoryRunner, trade: Any) -> int:
    return int(story.column(trade, "id"))


def lines(story: StoryRunner, browser: Browser, trade: Any) -> int:
    return browser.get(f"/inspections/{number(story, trade)}?sandbox=story&lang=en").text.count(
        '<fieldset class="goods">'
    )


def send(story: StoryRunner, browser: Browser, trade: Any, where: str = "decision", **form: Any) -> Any:
    """Send the form of the inspector's page; where nothing else is said, goods are as declared."""
    count = range(1, lines(story, browser, trade) + 1)
    sent = {"version": str(story.column(trade, "version")), **{f"line-{line}": "as_declared" for line in count}}
    sent |= {f"cosmetic-{line}": "high_end" for line in count} | form
    address = {
        "decision": f"/inspections/{number(story, trade)}",
        "photos": f"/inspections/{number(story, trade)}/photos",
    }
    return browser.post(f"{address[where]}?sandbox=story&lang=en", data=sent, content_type="multipart/form-data")


def test_what_was_typed_about_an_inspection_that_has_ended_meanwhile_is_shown(
    story: StoryRunner, browser: Browser
) -> None:
    trade = inspected(story)
    form = {"version": str(story.column(trade, "version")), "act": "send_back", "reason": "少一瓶"}
    form |= {"line-1": "differs", "remark-1": "破损 <b>2</b>", "found-1": "1"}
    story.decide(trade, "conclude", "合格")
    answer = browser.post(f"/inspections/{number(story, trade)}?sandbox=story&lang=en", data=form)
    assert answer.status_code in (409, 422) and "Everything you typed is still in the form" not in answer.text
    for typed in ("line 1: result", "differs", "破损 &lt;b&gt;2&lt;/b&gt;", "line 1: quantity found", "少一瓶"):
        assert typed in answer.text, typed


def photo(name: str = "IMG-0312.jpg", body: bytes = JPEG) -> tuple[BytesIO, str, str]:
    return BytesIO(body), name, "image/jpeg"


def kept(story: StoryRunner, trade: Any) -> list[tuple[str, int]]:
    found = story.read(files.of_case, "declaration", str(number(story, trade)), 9)
    return [(file.name, file.line) for file in found]


def test_a_line_says_what_is_compared_and_what_the_reviewer_wrote(story: StoryRunner, browser: Browser) -> None:
    trade = story.trade(fault="content_missing")
    story.send(trade)
    story.decide(trade, "inspect", "请核对净含量")
    page = browser.get(f"/inspections/{number(story, trade)}?sandbox=story&lang=en").text
    line = trade.document("inventory").lines[0]
    goods = page.partition('<fieldset class="goods">')[2].partition("</fieldset>")[0]
    assert line["gmodel"] in goods and "JPN" not in goods and line["qty1"].rstrip("0").rstrip(".") in goods, goods
    assert "请核对净含量" in page
    assert f"<dd>{Decimal(line['price']):,.2f} yuan</dd>" in goods, goods
    for name in ("grossWeight", "netWeight"):
        assert f'title="{name}"' in page


def test_a_line_without_an_answer_is_named_in_a_sentence(story: StoryRunner, browser: Browser) -> None:
    trade = inspected(story)
    answer = send(story, browser, trade, act="conclude", **{"line-1": ""})
    assert answer.status_code == 422
    assert (
        re.search(r'id="unanswered-1" data-unanswered>Say of this line', answer.text)
        and "Say of each line of goods what was found" in answer.text
    )
    assert " required" not in answer.text.partition('<section id="goods">')[2].partition("</section>")[0]


DIFFERS = {"line-1": "differs", "found-1": "977", "remark-1": "多出"}


def test_why_goods_are_detained_says_what_was_counted(story: StoryRunner, browser: Browser) -> None:
    trade = inspected(story)
    assert send(story, browser, trade, act="detain_for_clearance", reason="夹藏", **DIFFERS).status_code == 303
    story.window.settle()
    goods = trade.document("inventory").lines[0]
    said = browser.get(f"/declarations/{number(story, trade)}?sandbox=story&lang=en").text
    said = re.sub(r"<[^>]+>", "", said.partition('class="say"')[2].partition("</p>")[0])
    assert "handed to clearance: 夹藏" in said and f"Line 1, {goods['gname']}: 977 found, 1 declared." in said, said


def test_what_was_counted_stands_in_the_receipt_in_the_case_and_in_its_dossier(
    story: StoryRunner, browser: Browser
) -> None:
    trade = inspected(story)
    answered = send(story, browser, trade, act="send_back", reason="x", **{**DIFFERS, "photo-1": photo()})
    assert answered.status_code == 303
    story.window.settle()
    assert "第1项与申报不符，实货数量977：多出" in str(story.receipts(trade))
    shown = browser.get(f"/declarations/{number(story, trade)}?sandbox=story&lang=en").text
    assert f"{QUANTITY}977 <b" in shown and "IMG-0312.jpg" in shown and "≠ differs" in shown
    account(story.window, "zhao", "supervisor")
    browser.sign_in("zhao")
    dossier = browser.post(f"/dossiers/declaration/{number(story, trade)}?sandbox=story&lang=en").text
    assert re.search(r'class="number">977 <b', dossier) and "IMG-0312.jpg (line 1)" in dossier


def test_a_refused_decision_keeps_what_was_typed_and_the_photo(story: StoryRunner, browser: Browser) -> None:
    trade = inspected(story)
    refused = send(story, browser, trade, act="conclude", **{**DIFFERS, "remark-1": "", "photo-1": photo()})
    assert refused.status_code == 422 and "Say in a remark" in refused.text
    assert 'value="977"' in refused.text and "IMG-0312.jpg" in refused.text
    assert kept(story, trade) == [("IMG-0312.jpg", 1)]


def test_a_photo_is_kept_before_anything_is_decided(story: StoryRunner, browser: Browser) -> None:
    trade = inspected(story)
    answered = send(story, browser, trade, "photos", **{**DIFFERS, "photo-1": photo()})
    assert answered.status_code == 200 and 'value="977"' in answered.text and "多出" in answered.text
    again = send(story, browser, trade, "photos", **{"photo-1": photo()})
    assert again.status_code == 200 and kept(story, trade) == [("IMG-0312.jpg", 1)]
    assert story.state(trade) == "under_inspection"


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({}, "Choose a file"),
        ({"photo-1": photo("x.jpg", b"<svg onload='x()'/>")}, "JPEG"),
        ({"photo-1": photo("x.jpg", b"")}, "JPEG"),
        ({"photo-99": photo()}, "Choose a file"),
    ],
    ids=["none", "no picture", "empty", "no line"],
)
def test_what_is_no_photo_is_refused_in_words(
    story: StoryRunner, browser: Browser, form: dict[str, Any], said: str
) -> None:
    trade = inspected(story)
    answered = send(story, browser, trade, "photos", **form)
    assert answered.status_code == 422 and said in answered.text and kept(story, trade) == []


def test_who_may_not_decide_there_adds_no_photo(story: StoryRunner, browser: Browser) -> None:
    trade = inspected(story)
    account(story.window, "lin", "registrar")
    browser.sign_in("lin")
    assert send(story, browser, trade, "photos", **{"photo-1": photo()}).status_code == 403
    assert kept(story, trade) == []


def test_the_call_takes_the_quantity_too(story: StoryRunner, browser: Browser) -> None:
    trade = inspected(story)
    count = lines(story, browser, trade)
    others = [[line, "as_declared", ""] for line in range(2, count + 1)]
    address = f"/api/v1/cases/declaration/{trade.id}/decisions"
    how = {"headers": {"X-Sandbox": "story"}, "auth": account(story.window, "sun", "inspector")}
    for wrong in ([1, "as_declared", "", "977"], [1, "differs", "x", "many"], [1, "missing", "x", "1"]):
        body = {"action": "conclude", "findings": [wrong, *others]}
        assert browser.client.post(address, json=body, **how).status_code == 422
    body = {"action": "send_back", "reason": "x", "findings": [[1, "differs", "多出", "977"], *others]}
    assert browser.client.post(address, json=body, **how).status_code in {200, 202}
    shown = browser.get(f"/declarations/{number(story, trade)}?sandbox=story&lang=en").text
    assert f"{QUANTITY}977 <b" in shown


@pytest.mark.parametrize("drawn", [False, True])
def test_the_laboratory_holds_no_list_where_nothing_is_drawn(start_story: Any, drawn: bool) -> None:
    story = start_story(inspection=drawn)
    share = Decimal("0.05")
    trades = (story.trade(number, fault="content_missing") for number in range(500))
    trade = next(
        one
        for one in trades
        if is_sampled("story", str(one.inventory and one.inventory.head["ebcCode"]), one.id, share, share)
    )
    story.send(trade)
    story.decide(trade, "inspect")
    held = story.rows(select(hold.c.by).where(hold.c.kind == "list"))
    assert [row.by for row in held] == ["laboratory"] * drawn
