"""A month of trade is drafted when it is closed, published by two, read by everybody, revised without telling of
anybody."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import update

from simulators.imports.stories import partial_refund
from single_window.api.app import create_app
from single_window.cases.open_data.queries import published_file, published_versions
from single_window.store.tables import declaration
from tests.databases import ON_BOTH, write_by
from tests.officers import signed_in
from tests.stories.exporting import Sale
from tests.stories.opening import MONTH, Opening
from tests.stories.port import Port
from tests.stories.story import StoryRunner
from tests.unattended import unattended


@pytest.fixture
def story(start_story) -> StoryRunner:
    story = start_story(open_data="on")
    for number in range(6):
        story.file(*[story.message(story.trade(number), kind) for kind in ("order", "payment", "waybill", "inventory")])
    story.window.settle()
    return story


def refused_for(outcome) -> list[str]:
    return [reason.rule for reason in outcome.answer] if outcome.refused else []


@ON_BOTH
def test_a_month_is_drafted_published_by_two_and_read_by_everybody(story: StoryRunner) -> None:
    opening = Opening(story)
    assert refused_for(opening.draft()) == ["33102"]
    story.pass_time(days=30)
    assert refused_for(opening.draft()) == []
    (month,) = opening.months()
    assert (month.release_no, month.state, month.lists) == ("OD202611-1", "draft", 6)
    assert sum(line.items for line in opening.counted(month)) >= 6
    assert opening.publish().state == "published"
    (shown,) = story.read(published_versions)
    assert [file.name for file in shown.files] == sorted(
        ["catalog.jsonld", "data.csv", "data.csv-metadata.json", "datapackage.json", "sdmx.csv"]
    )
    body = story.read(published_file, MONTH, 1, "data.csv").body.decode()
    assert body.startswith("month,direction,mode,partner,hs2,items,value_cny,obs_status,conf_status,note\n")
    assert body.count("synthetic data; CC-BY-4.0") == len(body.splitlines()) - 1


def test_everybody_reads_files_by_their_hash(story: StoryRunner) -> None:
    opening = Opening(story)
    story.pass_time(days=30)
    opening.draft()
    opening.publish()
    client = create_app(story.window, runtime=unattended(story.window)).test_client()
    where = f"/open-data/{MONTH}/1/data.csv?sandbox=story"
    first = client.get(where)
    assert (first.status_code, first.headers["Cache-Control"]) == (200, "public, max-age=60")
    assert client.get(where, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    told = json.loads(client.get("/open-data/catalog.jsonld?sandbox=story").data)
    assert told["dcat:dataset"][0]["dcat:distribution"][1]["dcat:accessURL"] == {
        "@id": f"{MONTH}/1/data.csv?sandbox=story"
    }
    for path in ("/open-data/", "/open-data/catalog.jsonld", f"/open-data/{MONTH}/1/"):
        for language, word in (("zh", "合成数据"), ("en", "synthetic data")):
            page = client.get(f"{path}?sandbox=story&lang={language}")
            assert page.status_code == 200 and word in page.text and len(page.data) < 60_000
    assert client.get(f"/open-data/{MONTH}/1/I.svg?sandbox=story").mimetype == "image/svg+xml"
    for path in (
        "/open-data/",
        "/open-data/catalog.jsonld",
        f"/open-data/{MONTH}/1/",
        f"/open-data/{MONTH}/9/data.csv",
        "/open-data/x/1/secret",
    ):
        assert client.get(f"{path}?sandbox=main").status_code == 404, path


@ON_BOTH
def test_a_revision_keeps_both_versions_and_closes_what_was_closed(story: StoryRunner) -> None:
    opening = Opening(story)
    story.pass_time(days=30)
    opening.draft()
    first = opening.publish()
    assert refused_for(opening.draft()) == ["33106"]
    write_by(story.window.engine, lambda connection: connection.execute(cancel_one(story)))
    assert refused_for(opening.draft()) == []
    second = opening.publish("OD202611-2")
    assert (second.edition, second.lists) == (2, 5)
    assert {cell.place for cell in opening.closed(first)} <= {cell.place for cell in opening.closed(second)}
    assert [shown.version.number for shown in story.read(published_versions)] == [2, 1]


@ON_BOTH
def test_goods_that_came_back_stand_apart_in_the_month_in_which_they_came(story: StoryRunner) -> None:
    trade = story.trade(9, mode="9610", fault="returned_partly")
    story.send(trade)
    story.submit(partial_refund(trade, str(story.column(trade, "invt_no"))).body)
    story.pass_time(days=15)
    story.decide(story.receipts(trade, "refund")[0].fields["copNo"], "take_back")
    story.pass_time(days=50)
    opening = Opening(story)
    opening.draft()
    opening.draft("2026-12")
    first, second = opening.months()
    assert {line.direction for line in opening.counted(first)} == {"I"}
    (back,) = opening.counted(second)
    sold = sum(line.value for line in opening.counted(first) if line.merchant == back.merchant and line.mode == "9610")
    assert (second.lists, back.direction, back.mode, back.items) == (0, "IR", "9610", 1)
    assert 0 < back.value < sold, "one of two pieces"


def test_what_changed_since_the_draft_is_not_published(story: StoryRunner) -> None:
    opening = Opening(story)
    story.pass_time(days=30)
    opening.draft()
    write_by(story.window.engine, lambda connection: connection.execute(cancel_one(story)))
    assert opening.publish().state == "draft"
    opening.decide("OD202611-1", "discard", "重新编制")
    assert [month.state for month in opening.months()] == ["dropped"]
    opening.draft()
    assert opening.publish("OD202611-2").lists == 5


def test_officers_see_why_a_month_was_not_drafted_by_itself_until_they_drop_it(story: StoryRunner) -> None:
    """An export in Swiss francs, which have no rate."""
    opening, sold = Opening(story), Sale(1)
    story.file(*[body.replace(b"currency>502<", b"currency>331<") for body in sold.messages()])
    story.window.settle()
    Port(story).released(sold)
    assert refused_for(opening.draft("2026-10")) == []
    story.pass_time(days=30)
    failed = opening.months()[-1]
    assert (failed.release_no, failed.state, failed.reasons[0].rule) == ("OD202611-0", "failed", "33105")
    client = create_app(story.window, runtime=unattended(story.window)).test_client()
    browser = signed_in(client, story.window, "tong", "statistician")
    shown = browser.get("/open_data/OD202611-0?sandbox=story&lang=en").text
    assert "import the rate, then draft the month" in shown and "This month is not published" in shown
    assert "Proved" not in shown and "Too much of it is closed" not in shown
    opening.decide("OD202611-0", "discard", "不公开")
    assert opening.months()[-1].state == "dropped"


def cancel_one(story: StoryRunner) -> Any:
    """A list is cancelled after its release."""
    changed = {"state": "cancelled"}
    return update(declaration).filter_by(sandbox=story.sandbox, order_no=story.trade(0).id).values(changed)


@pytest.mark.parametrize(("option", "seen"), [("off", False), ("on", True)])
def test_officers_see_it_where_the_sandbox_opted_in(start_story, option: str, seen: bool) -> None:
    story = start_story(open_data=option)
    client = create_app(story.window, runtime=unattended(story.window)).test_client()
    browser = signed_in(client, story.window)
    page = browser.get("/declarations?sandbox=story&lang=en").get_data(as_text=True)
    assert ('href="/open_data?' in page) is seen
    assert browser.post("/open_data?sandbox=story", data={"month": "2026-10"}).status_code == 303
    story.window.settle()
    assert [month.release_no for month in Opening(story).months()] == ["OD202610-1"] * seen
    if seen:
        for language, words in (("zh", "已证明"), ("en", "Proved")):
            shown = browser.get(f"/open_data/OD202610-1?sandbox=story&lang={language}")
            assert shown.status_code == 200 and words in shown.text and len(shown.data) < 60_000
