"""What buyers read of goods by the code on the parcel, as pages, linksets and JSON-LD, before a recall and after."""

from __future__ import annotations

import html
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from lxml import etree
from sqlalchemy import select

from declarations.money import amount_text
from single_window.api.app import create_app
from single_window.store.agency_tables.traceability import trace_code
from single_window.work.runtime import Runtime
from tests.commands import run_command
from tests.officers import signed_in
from tests.stories.recalled import Sold, sold_in
from tests.stories.story import StoryRunner
from tests.stories.test_recalls import codes, decide
from tests.stories.tracing import GTIN, answer
from tests.tables import each

HTML, LINKSET, LD_JSON = "text/html", "application/linkset+json", "application/ld+json"
VOC = "https://ref.gs1.org/voc/"
PIP = f"{VOC}pip"


@pytest.fixture
def sold(story: StoryRunner) -> Sold:
    return sold_in(story)


@pytest.fixture
def buyer(sold: Sold) -> FlaskClient:
    """Somebody without an account."""
    return create_app(sold.story.window).test_client()


@pytest.fixture
def desk(sold: Sold) -> FlaskClient:
    """The browser of a quality officer."""
    client = create_app(sold.story.window, runtime=Runtime(sold.story.window)).test_client()
    return signed_in(client, sold.story.window, "qianqua", "quality_officer")


OF_NO_BOOK = {
    "copNo": "TB9",
    "goodsKind": "G",
    "gtin": GTIN,
    "itemNo": "SKU9",
    "lot": "L1",
    "origin": "410",
    "producedDay": "20261001",
    "expiryDay": "20281001",
    "qty": "20",
    "unit": "011",
}
"""A batch of the same GTIN and lot, of goods of no account book."""


def codes_of(sold: Sold, batch: str, query: str = "") -> list[Any]:
    """The codes of a batch, as a program reads them."""
    client = create_app(sold.story.window).test_client()
    answered = client.get(f"/api/v1/trace-batches/{batch}/codes?{query}", headers={"X-Sandbox": "story"})
    rows: list[Any] = answered.get_json()["codes"]
    return rows


def lot_of(sold: Sold) -> str:
    return f"/01/{GTIN}/10/{sold.batch['lot']}"


def code_of(sold: Sold) -> str:
    [code] = sold.story.rows(select(trace_code.c.code).where(trace_code.c.serial == 0))[0]
    return str(code)


def read(buyer: FlaskClient, path: str, accept: str = HTML):
    mark = "&" if "?" in path else "?"
    return buyer.get(f"{path}{mark}sandbox=story&lang=en", headers={"Accept": accept})


def test_a_buyer_reads_of_his_goods_by_code_and_by_digital_link(sold: Sold, buyer: FlaskClient) -> None:
    for path in (f"/trace/{code_of(sold)}", lot_of(sold)):
        page = read(buyer, path)
        assert page.status_code == 200 and sold.batch["lot"] in page.text and GTIN in page.text
        assert "released by customs" in page.text and "Recalled" not in page.text


def test_no_person_order_or_internal_number_is_on_the_page(sold: Sold, buyer: FlaskClient) -> None:
    answers = [read(buyer, lot_of(sold), accept).text for accept in (HTML, LINKSET, LD_JSON)]
    trade = sold.trades[0]
    order, listed = trade.document("order").head, trade.document("inventory").head
    kept = [order["orderNo"], order["buyerName"], order["buyerIdNumber"], listed["emsNo"], listed["ebcCode"]]
    assert all(kept) and [secret for secret in kept if any(secret in text for text in answers)] == []


def test_the_recall_stands_first_on_the_page_and_in_the_data(sold: Sold, buyer: FlaskClient) -> None:
    sold.notice()
    page = read(buyer, lot_of(sold)).text
    assert (
        "Recalled: do not use it" in page
        and "salmonella was found in it" in page
        and "You get your money back." in page
    )
    assert page.index('<section id="recall"') < page.index("<h1") < page.index(f"<dd>{GTIN}")
    assert "Stop using it now" in page and "or the shop where you bought it" in page
    assert read(buyer, lot_of(sold), LD_JSON).get_json(force=True)["gs1:recallStatus"]["completed"] is False
    led = read(buyer, f"{lot_of(sold)}?linkType=gs1:recallStatus")
    assert led.status_code == 307 and led.headers["Location"].endswith("#recall")
    assert "sandbox=story" in led.headers["Location"] and "sandbox=story" in led.headers["Link"]
    events = read(buyer, f"{lot_of(sold)}?linkType=gs1:epcis").headers["Location"]
    assert "/api/v1/epcis/events?" in events and "sandbox" not in events, "a call takes no parameters of others"
    assert "Recalled" in read(buyer, f"/01/{GTIN}").text  # who has not the lot at hand learns of it as well


def test_goods_are_recalled_until_an_officer_has_closed_the_recall(sold: Sold, buyer: FlaskClient) -> None:
    sold.notice()
    assert sold.progress(1, told=amount_text(sold.quantity), closed="Y").return_status == "399"
    assert "Recalled: do not use it" in read(buyer, lot_of(sold)).text
    for action in ("book_out_stock", "close_recall"):
        assert codes(decide(sold.story, "RC1", action)) == []
    assert "Recalled: do not use it" not in read(buyer, lot_of(sold)).text
    assert read(buyer, lot_of(sold), LD_JSON).get_json(force=True)["gs1:recallStatus"]["completed"] is True


def test_a_linkset_has_each_level_up_to_the_gtin_and_one_default_link(sold: Sold, buyer: FlaskClient) -> None:
    for asked in (read(buyer, lot_of(sold), LINKSET), read(buyer, f"{lot_of(sold)}?linkType=all")):
        entries = asked.get_json(force=True)["linkset"]
        assert [entry["anchor"].partition("/01/")[2] for entry in entries] == [
            f"{GTIN}/10/{sold.batch['lot']}",
            GTIN,
        ]
        assert all(entry[f"{VOC}defaultLink"] == entry[PIP] and len(entry[PIP]) == 1 for entry in entries)
        assert all(link.keys() >= {"href", "title", "type"} for entry in entries for link in entry[PIP])
        assert asked.headers["Access-Control-Allow-Origin"] == "*"


def test_goods_that_are_not_known_are_answered_alike(sold: Sold, buyer: FlaskClient) -> None:
    unknown = [
        "/trace/QD26S1V9J0ZRBL",
        "/trace/nonsense",
        f"/01/{GTIN}/10/OTHER",
        f"{lot_of(sold)}/21/{'1' * 14}",
        "/01/09520000000004",
    ]
    answers = {path: read(buyer, path) for path in unknown}
    assert {answer.status_code for answer in answers.values()} == {404}
    assert len({answer.text.replace(path, "") for path, answer in answers.items()}) == 1


@pytest.mark.parametrize("lot", ["A/B", "L77", "a%b", "(1)&2"])
def test_a_lot_is_found_by_the_address_as_it_was_sent(story: StoryRunner, lot: str) -> None:
    sold = sold_in(StoryRunner(story.window, "signs"), lot)
    buyer = create_app(story.window, runtime=Runtime(story.window)).test_client()
    found = f"/01/{GTIN}/10/{quote(lot, safe='')}"
    assert lot in html.unescape(buyer.get(f"{found}?sandbox=signs").text) and sold.batch["lot"] == lot
    assert buyer.get(f"{found}%2F?sandbox=signs").status_code == 404, "another lot"


@pytest.mark.parametrize("lot", ["L 1", "L\u3000", "L\u200b", "\u202eL", "批1"])
def test_a_lot_that_no_link_can_name_is_not_registered(sold: Sold, lot: str) -> None:
    facts = {**sold.batch, "copNo": "TB2", "lot": lot}
    assert answer(sold.story, sold.merchant, "TraceBatch", facts).rule == "24119"


@each("path", ["/01/1234", f"/01/{GTIN[:-1]}7", f"/01/{GTIN}/10/{'x' * 21}", f"/01/{GTIN}/99/x"])
def test_a_malformed_link_is_no_success(buyer: FlaskClient, path: str) -> None:
    assert read(buyer, path).status_code == 400


def test_people_are_counted_and_programs_are_not(sold: Sold, buyer: FlaskClient) -> None:
    path = f"/trace/{code_of(sold)}"
    for accept in (LINKSET, LD_JSON):
        read(buyer, path, accept)
    buyer.head(f"{path}?sandbox=story")
    assert "looked up <b>1</b>" in read(buyer, path).text
    assert "looked up <b>2</b>" in read(buyer, lot_of(sold)).text


@pytest.fixture
def batch(sold: Sold) -> str:
    """A batch with codes of items."""
    facts = {**OF_NO_BOOK, "ebcCode": sold.merchant.code, "serials": "Y"}
    told = answer(sold.story, sold.merchant, "TraceBatch", facts)
    assert told.return_status == "120"
    return told.fields["traceCode"]


def test_a_code_that_many_look_up_warns_the_buyer_and_the_officer(
    sold: Sold, buyer: FlaskClient, batch: str, desk: FlaskClient
) -> None:
    item = codes_of(sold, batch)[1]["code"]
    pages = [read(buyer, f"/trace/{item}").text for _ in range(4)]
    sold.story.pass_time(hours=48)
    pages.append(read(buyer, f"/trace/{item}").text)
    assert ['id="copied"' in page for page in pages] == [False] * 4 + [True]
    assert "looked up 5 times" in pages[-1] and "ask the seller" in pages[-1]
    shown = desk.get("/trace_batches?sandbox=story&lang=en").text
    assert 'id="copied"' in shown and item in shown and "5 times or more" in shown
    [row] = codes_of(sold, batch, "copied=true")
    assert (row["code"], row["looked_up"], row["copied"]) == (item, 5, True)
    assert row["first_looked_up"] < row["last_looked_up"]
    assert [row["copied"] for row in codes_of(sold, batch) if row["code"] != item] == [False] * 20
    data = ["--data", sold.story.window.settings.data, "--sandbox", sold.story.sandbox]
    printed = run_command("trace-batch", "show", batch, *data, code=0).output
    assert f"疑似复制的追溯码: 1 (single-window trace-batch codes {batch} --copied" in printed


def test_the_code_of_a_lot_is_on_all_its_items_and_is_not_called_copied(sold: Sold, buyer: FlaskClient) -> None:
    pages = [read(buyer, f"/trace/{code_of(sold)}").text for _ in range(9)]
    assert "looked up <b>9</b>" in pages[-1] and 'id="copied"' not in pages[-1]


def test_a_lot_that_another_company_registers_too_is_noticed(sold: Sold, buyer: FlaskClient, desk: FlaskClient) -> None:
    first_code = code_of(sold)
    again = {**OF_NO_BOOK, "ebcCode": sold.merchant.code, "copNo": "TB8"}
    assert answer(sold.story, sold.merchant, "TraceBatch", again).return_status == "120"
    assert 'id="importers"' not in read(buyer, lot_of(sold)).text
    other = sold.story.trade(7).parties.merchant
    assert other.code != sold.merchant.code
    told = answer(sold.story, other, "TraceBatch", {**OF_NO_BOOK, "ebcCode": other.code})
    assert told.return_status == "120"
    assert 'id="importers"' in read(buyer, lot_of(sold)).text
    first = desk.get(f"/trace_batches/{first_code}?sandbox=story&lang=en").text
    assert 'id="others"' in first and told.fields["traceCode"] in first


def test_the_qr_code_is_a_picture_of_the_link(sold: Sold, buyer: FlaskClient) -> None:
    picture = read(buyer, f"/trace/{code_of(sold)}/qr.svg")
    assert picture.content_type == "image/svg+xml"
    assert etree.fromstring(picture.data).tag == "{http://www.w3.org/2000/svg}svg"


def test_a_query_that_no_qr_code_can_hold_is_refused(sold: Sold, buyer: FlaskClient) -> None:
    refused = read(buyer, f"/trace/{code_of(sold)}/qr.svg?campaign={'x' * 3_000}")
    assert refused.status_code == 400 and "QR code" in refused.text


def test_the_resolver_describes_itself(buyer: FlaskClient) -> None:
    told = buyer.get("/.well-known/gs1resolver").get_json()
    assert told["supportedPrimaryKeys"] == ["01"] and told["resolverRoot"].startswith("http")
