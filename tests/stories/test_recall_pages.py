"""Recalls on pages, by calls and by commands: the board, a case, the trail, and who may read it."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from declarations.money import amount_text
from single_window.api.app import create_app
from single_window.cases.recalls.queries import RECALL_CASES
from single_window.cases.trace_batches.queries import TRACE_BATCH_ROWS
from single_window.language.company_names import short_name
from single_window.store.agency_tables.traceability import trace_batch
from single_window.store.tables import decision
from single_window.work import proposals
from tests.api_keys import bearer, issued
from tests.officers import named, signed_in
from tests.stories.recalled import SOLD, Sold, sold_in, trail_of
from tests.stories.story import StoryRunner
from tests.stories.tracing import GTIN
from tests.unattended import unattended


@pytest.fixture
def sold(story: StoryRunner) -> Sold:
    return sold_in(story)


def browser_of(story: StoryRunner, role: str = "recall_officer") -> FlaskClient:
    client = create_app(story.window, runtime=unattended(story.window)).test_client()
    return signed_in(client, story.window, f"qian{role[:3]}", role)


def test_the_board_and_the_page_show_clock_balance_and_precision(sold: Sold) -> None:
    sold.notice()
    browser = browser_of(sold.story)
    told = (("en", "Recalls", "held", "salmonella"), ("zh", "召回", "控制", "沙门氏菌阳性"))
    for language, board, held, hazard in told:
        listed = browser.get(f"/recalls?sandbox=story&lang={language}")
        shown = browser.get(f"/recalls/RC1?sandbox=story&lang={language}")
        assert (listed.status_code, shown.status_code) == (200, 200)
        assert "RC1" in listed.text and board in listed.text
        assert held in shown.text and hazard in shown.text
        assert max(len(listed.data), len(shown.data)) < 60_000
    assert "to begin by" in browser.get("/recalls/RC1?sandbox=story&lang=en").text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_recall_names_its_company_and_leads_to_its_lot_and_back(sold: Sold, language: str) -> None:
    sold.notice()
    browser = browser_of(sold.story)
    (batch,) = sold.story.read(TRACE_BATCH_ROWS.newest)
    shown = browser.get(f"/recalls/RC1?sandbox=story&lang={language}").text
    assert f'href="/trace_batches/{batch.batch_no}?' in shown
    assert 'href="/recalls/RC1?' in browser.get(f"/trace_batches/{batch.batch_no}?sandbox=story&lang={language}").text
    for page in (shown, browser.get(f"/recalls?sandbox=story&lang={language}").text):
        assert f'{short_name(sold.merchant.name)} <small class="codes">{sold.merchant.code}' in page


def test_an_officer_sees_which_parcels_are_still_out(sold: Sold) -> None:
    sold.notice()
    parcels = {line.parcel.partition("|")[2] for line in trail_of(sold.story, "RC1") if line.state == "sold"}
    shown = browser_of(sold.story).get("/recalls/RC1?sandbox=story&lang=en").text
    out = shown[shown.index('id="out"') : shown.index('id="facts"')]
    assert parcels and all(parcel in out for parcel in parcels)


def test_the_list_of_lots_says_in_words_how_they_are_traced(sold: Sold) -> None:
    browser = browser_of(sold.story)
    for language, words in (("zh", "批次"), ("en", "by lot")):
        listed = browser.get(f"/trace_batches?sandbox=story&lang={language}").text
        assert f"<td>{words}</td>" in listed and "<td>lot</td>" not in listed


def test_a_hazard_is_escaped(sold: Sold) -> None:
    sold.notice(hazard="&lt;b&gt;毒&lt;/b&gt;")
    shown = browser_of(sold.story).get("/recalls/RC1?sandbox=story&lang=en").text
    assert "<b>毒" not in shown


def test_an_officer_closes_a_recall_on_its_page(sold: Sold) -> None:
    story = sold.story
    sold.notice()
    sold.progress(1, told=amount_text(sold.quantity), closed="Y")
    browser = browser_of(story)
    for act in ("book_out_stock", "close_recall"):
        version = str(sold.shown_record().version)
        form = {"act": act, "version": version, "reason": "核实无误"}
        answer = browser.post("/recalls/RC1?sandbox=story&lang=en", data=form)
        assert answer.status_code == 303, answer.text[-2000:]
        story.window.settle()
    assert sold.shown().state == "completed", "a second officer approves that goods which are out stay out"
    proposal = answer.location.partition("asked=")[2].partition("&")[0]
    second = signed_in(create_app(story.window).test_client(), story.window, "zhao", "supervisor")
    done = second.post(f"/proposals/{proposal}?sandbox=story&lang=en", data={"act": "approve"})
    assert done.status_code == 303, done.text[-2000:]
    story.window.settle()
    assert sold.shown().state == "closed"


def test_the_calls_list_show_and_write_the_trail(sold: Sold) -> None:
    sold.notice()
    client = create_app(sold.story.window, runtime=unattended(sold.story.window)).test_client()
    headers = {"X-Sandbox": "story"}
    (listed,) = client.get("/api/v1/recalls", headers=headers).get_json()["recalls"]
    shown = client.get("/api/v1/recalls/RC1", headers=headers).get_json()
    assert (listed["recall_no"], shown["findings"]["lists"], shown["precision"]) == ("RC1", SOLD, "lot")
    sheet = client.get("/api/v1/recalls/RC1/trail.csv", headers=headers)
    assert sheet.content_type.startswith("text/csv") and sheet.text.count("\n") == 1 + SOLD
    (batch,) = client.get("/api/v1/trace-batches", headers=headers).get_json()["batches"]
    assert (batch["recall_no"], batch["state"]) == ("RC1", "recalled")
    codes = client.get(f"/api/v1/trace-batches/{batch['batch_no']}/codes", headers=headers).get_json()
    assert [code["serial"] for code in codes["codes"]] == [0] and codes["next"] is None
    for path in ("recalls/NONE", "recalls/NONE/trail.csv", "trace-batches/NONE", "trace-batches/NONE/codes"):
        assert client.get(f"/api/v1/{path}", headers=headers).status_code == 404, path


READERS = [
    ("merchant", "read_receipts", 1, 200, 200),
    ("platform", "read_receipts", 0, 200, 404),
    ("stranger", "read_receipts", 0, 404, 404),
    ("stranger", "act_as_officer", 1, 200, 200),
    ("all", "read_receipts", 1, 200, 200),
]
"""Whose key of which right lists how many recalls, and what a recall and a batch answer it."""


def test_a_company_reads_its_own_recalls_and_batches_a_platform_those_that_it_is_told(sold: Sold) -> None:
    sold.notice()
    boxes = {"merchant": sold.merchant.dxp_id, "platform": sold.trades[0].parties.platform.dxp_id, "all": "*"}
    client = create_app(sold.story.window).test_client()
    ((code,),) = sold.story.rows(select(trace_batch.c.batch_no))
    for whose, right, recalls, shown, batches in READERS:
        box = boxes.get(whose, "DXPSTRANGER")
        key = bearer(issued(sold.story.window, "story", [box], [right], owner=f"{whose}.{right}"), "story")
        listed = client.get("/api/v1/recalls", headers=key).get_json()["recalls"]
        of_lots = client.get("/api/v1/trace-batches", headers=key).get_json()["batches"]
        assert (len(listed), len(of_lots)) == (recalls, recalls), (whose, right)
        statuses = {
            "recalls/RC1": shown,
            "recalls/RC1/trail.csv": batches,
            f"trace-batches/{code}": batches,
            f"trace-batches/{code}/codes": batches,
            **{f"find?number={number}": batches if right == "read_receipts" else 403 for number in ("RC1", code)},
        }
        answered = {path: client.get(f"/api/v1/{path}", headers=key).status_code for path in statuses}
        assert answered == statuses, (whose, right)


def test_an_officer_orders_a_recall_on_the_board_and_a_supervisor_approves_it(sold: Sold) -> None:
    story = sold.story
    form = {"ebc": sold.merchant.code, "kind": "F", "class": "1", "gtin": GTIN, "lots": "L1", "hazard": "<b>菌</b>"}
    browser, board = browser_of(story), "/recalls?sandbox=story&lang=en"
    assert "Order a recall" in browser.get(board).text
    for wrong, status, said in (
        ({"class": ""}, 422, "class cannot be"),
        ({"gtin": "1"}, 422, "GTIN-14 cannot be"),
        ({"from": "2026-02-30"}, 422, "produced from cannot be"),
    ):
        answer = browser.post(board, data={**form, **wrong})
        assert (answer.status_code, said in answer.text) == (status, True), answer.text[:3000]
        field = f'name="{next(iter(wrong))}"'
        assert 'aria-invalid="true" aria-describedby="refused-at"' in answer.text.partition(field)[2][:300], (
            "at its field"
        )
        assert "&lt;b&gt;菌" in answer.text and "<b>菌" not in answer.text
    dated = {**form, "from": "2026-09-01", "until": "20261031", "hazard": "<b>菌</b>; 铅"}
    assert browser.post(board, data=dated).status_code == 303
    story.window.settle()
    assert story.read(RECALL_CASES.page).recalls == ()
    (proposed,) = story.rows(select(decision.c.id).where(decision.c.state == "proposed"))
    shown = signed_in(browser, story.window, "zhao", "supervisor").get(
        f"/proposals/{proposed.id}?sandbox=story&lang=en"
    )
    for words in (f"{short_name(sold.merchant.name)} {sold.merchant.code}", "1, most severe", "2026-09-01"):
        assert words in shown.text, "as the second officer reads it"
    effect = shown.text.partition('class="proposed"')[2].partition("</section>")[0]
    assert re.search(r"<dt>held</dt><dd>[\d,.]+</dd>", effect), "what it would hold"
    assert f" in {SOLD} lists</dd>" in effect, "what is out already"
    proposals.approve(story.window, story.sandbox, proposed.id, named("zhao"))
    story.window.settle()
    (ordered,) = story.read(RECALL_CASES.page).recalls
    assert (ordered.ordered, ordered.hazard, ordered.opened_by) == ("Y", "<b>菌</b>； 铅", "qianrec")
    assert (ordered.made_from, ordered.made_until) == ("20260901", "20261031")
    assert "Order a recall" not in browser_of(story, "reviewer").get(board).text


def test_the_board_says_what_is_late(sold: Sold) -> None:
    sold.notice()
    sold.story.pass_time(hours=25)
    assert "not begun" in browser_of(sold.story).get("/recalls?sandbox=story&lang=en").text
    assert "未启动" in browser_of(sold.story).get("/recalls?sandbox=story&lang=zh").text
