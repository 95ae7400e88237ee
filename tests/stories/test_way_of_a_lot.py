"""The way of a lot: where its goods are, how they came there, forward from the lot and back from a list."""

from __future__ import annotations

import pytest

from declarations.money import SCALE
from gateways.traceability.repository import TraceBatch
from single_window.api.app import create_app
from single_window.cases.trace_batches.pages import GAP, HIGH, graph
from single_window.cases.trace_batches.queries import TRACE_BATCH_ROWS
from single_window.cases.trace_batches.way import LotWay, Share, way_of
from single_window.store.trace_codes import batches_drawn
from tests.officers import Browser, signed_in
from tests.stories.recalled import SOLD, Sold, sold_in
from tests.stories.story import StoryRunner


@pytest.fixture
def sold(story: StoryRunner) -> Sold:
    return sold_in(story)


@pytest.fixture
def officer(sold: Sold) -> Browser:
    return signed_in(create_app(sold.story.window).test_client(), sold.story.window)


def batch_of(sold: Sold) -> TraceBatch:
    [batch] = sold.story.read(TRACE_BATCH_ROWS.newest)
    return batch


def way(sold: Sold) -> LotWay:
    batch, now = batch_of(sold), sold.story.window.now(sold.story.sandbox)
    return sold.story.read(lambda connection, sandbox: way_of(connection, sandbox, batch, now))


def quantities(sold: Sold) -> dict[str, int]:
    return {share.name.removeprefix("way_"): share.quantity for share in way(sold).shares}


def test_the_parts_of_a_lot_are_the_whole(sold: Sold) -> None:
    parts = quantities(sold)
    assert parts["sold"] == parts["with_buyers"] == sold.quantity
    assert parts["lot"] == sum(parts[name] for name in ("left", "booked_out", "waiting", "sold"))


def test_what_a_recall_brings_back_is_no_longer_with_buyers(sold: Sold) -> None:
    sold.notice()
    one = f"{sold.quantity // SOLD // SCALE}"
    lines = [{"invtNo": str(sold.story.column(sold.trades[0], "invt_no")), "outcome": "B", "qty": one}]
    assert sold.progress(1, *lines, told=one, back=one).return_status == "399"
    parts = quantities(sold)
    assert parts["back"] == int(one) * SCALE
    assert parts["with_buyers"] == parts["sold"] - parts["back"]


def test_the_line_of_time_is_in_order_and_names_the_recall(sold: Sold) -> None:
    sold.notice()
    sold.story.pass_time(days=2)
    moments = way(sold).moments
    assert [each.at for each in moments] == sorted(each.at for each in moments)
    assert [each.words.en for each in moments] == [
        "the batch is registered, its codes are issued",
        f"lists released: {SOLD}",
        "the recall is registered",
        "the recall is overdue",
    ]
    assert {each.number for each in moments if each.page} == {"RC1"}


def test_a_list_leads_back_to_its_lot(sold: Sold, officer: Browser) -> None:
    number = int(str(sold.story.column(sold.trades[0], "id")))
    [batch] = sold.story.read(batches_drawn, [number])
    assert batch.lot == sold.batch["lot"]
    page = officer.get(f"/declarations/{number}?sandbox=story&lang=en").text
    assert f"/trace_batches/{batch.batch_no}" in page
    other = int(str(sold.story.column(untraced(sold), "id")))
    assert sold.story.read(batches_drawn, [other]) == []
    assert "/trace_batches/" not in officer.get(f"/declarations/{other}?sandbox=story").text.partition("<main")[2]


def test_the_shipment_of_a_list_tells_of_its_lot_and_recall(sold: Sold, officer: Browser) -> None:
    sold.notice()
    number = str(sold.story.column(sold.trades[0], "invt_no"))
    page = officer.get(f"/shipments/{number}?sandbox=story&lang=en").text
    for told in (batch_of(sold).batch_no, "RC1", "the recall is registered"):
        assert told in page, told
    assert "RC1" not in officer.get(f"/shipments/{untraced(sold).id}?sandbox=story&lang=en").text


def untraced(sold: Sold):
    """A trade without an account book."""
    trade = sold.story.trade(0, mode="9610")
    sold.story.send(trade)
    return trade


def test_the_page_shows_graph_time_and_lists(sold: Sold, officer: Browser) -> None:
    assert batch_of(sold).batch_no in officer.get("/trace_batches?sandbox=story&lang=en").text
    page = officer.get(f"/trace_batches/{batch_of(sold).batch_no}?sandbox=story&lang=en").text
    assert page.count("<rect") == len(way(sold).shares) and "with buyers" in page
    assert all(str(sold.story.column(trade, "invt_no")) in page for trade in sold.trades)
    assert officer.get("/trace_batches/QD26NOTHING?sandbox=story").status_code == 404


def test_the_graph_has_a_column_for_each_step_and_no_box_on_another() -> None:
    shares = [
        Share("lot", 100),
        Share("left", 60, "lot"),
        Share("sold", 40, "lot"),
        Share("back", 10, "sold"),
        Share("out", 0, "sold"),
    ]
    boxes = {box.name: box for box in graph(shares)}
    assert len({(box.x, box.y) for box in boxes.values()}) == len(shares)
    assert boxes["lot"].x < boxes["left"].x == boxes["sold"].x < boxes["back"].x
    assert boxes["sold"].y == boxes["left"].y + HIGH + GAP == boxes["back"].y
    assert boxes["left"].line > boxes["sold"].line > boxes["back"].line > boxes["out"].line == 0
