"""Several returns of one list, and returns that an officer takes up: what is collected, and when."""

from __future__ import annotations

from sqlalchemy import func, select

from declarations.money import SCALE
from simulators.imports.stories import partial_refund, refund
from simulators.imports.trade import ImportTrade
from single_window.store.tables import account_book, cap_use
from tests.databases import ON_BOTH, fetch
from tests.stories.story import StoryRunner, outcome

pytestmark = ON_BOTH


def two_pieces(story: StoryRunner, mode: str = "9610") -> tuple[ImportTrade, str]:
    """A released list of two pieces of one good, and its number."""
    trade = story.trade(mode=mode, fault="returned_partly")
    story.send(trade)
    assert story.state(trade) == "released"
    return trade, str(story.column(trade, "invt_no"))


def another(body: bytes) -> bytes:
    """The same request once more under another number and in another transmission."""
    return body.replace(b"<ceb:copNo>T", b"<ceb:copNo>U").replace(body.split(b'guid="')[1][:36], b"C" * 36, 1)


def requests_of(story: StoryRunner, trade: ImportTrade) -> list[str]:
    return sorted({receipt.fields["copNo"] for receipt in story.receipts(trade, "refund")})


def test_two_returns_of_the_same_goods_at_once_are_not_both_admitted(story):
    trade, number = two_pieces(story)
    body = refund(trade, number).body
    story.submit(body, another(body))
    assert sorted(outcome(story.receipts(trade, "refund"))[2:]) == [("100", "14032"), ("120", "1800")]


def test_a_return_that_is_rejected_does_not_end_the_wait_for_another(story):
    trade, number = two_pieces(story)
    body = partial_refund(trade, number).body
    story.submit(body, another(body))
    _, second = requests_of(story, trade)
    story.decide(second, "reject")
    story.pass_time(days=35)
    assert story.bills(trade) == [("0", "made")], "the goods of the first are still on their way"


def test_what_stays_is_collected_as_soon_as_the_goods_are_back(story):
    trade, number = two_pieces(story)
    story.submit(partial_refund(trade, number).body)
    story.pass_time(days=35)
    story.decide(*requests_of(story, trade), "take_back")
    assert story.bills(trade) == [("0", "void"), ("1", "made")]
    story.pass_time(hours=1)
    assert story.bills(trade) == [("0", "void"), ("1", "collected")]


def test_what_stays_waits_for_a_second_return(story):
    trade, number = two_pieces(story)
    body = partial_refund(trade, number).body
    story.submit(body, another(body))
    story.pass_time(days=35)
    story.decide(requests_of(story, trade)[0], "take_back")
    story.pass_time(hours=1)
    assert story.bills(trade) == [("0", "void"), ("1", "made")]


def test_a_return_in_review_is_decided_by_the_automatic_officer(start_story):
    story = start_story(automatic_officer=True)
    trade, number = two_pieces(story)
    story.submit(refund(trade, number).body)
    story.decide(*requests_of(story, trade), "review")
    story.pass_time(days=2)
    assert story.statuses(trade, "refund")[:3] == ["2", "120", "300"]
    assert story.statuses(trade, "refund")[3] in {"399", "100"}


def test_two_returns_give_the_stock_back_once_each(story):
    trade, number = two_pieces(story, mode="1210")
    body = partial_refund(trade, number).body
    story.submit(body, another(body))
    story.pass_time(hours=25)
    for request in requests_of(story, trade):
        story.decide(request, "take_back")
    drawn = fetch(
        story.window.engine, select(func.sum(account_book.c.drawn)).where(account_book.c.sandbox == story.sandbox)
    ).scalar()
    assert drawn == 0
    assert story.bills(trade) == [("0", "void"), ("1", "void")]


def test_what_comes_back_no_longer_counts_against_a_yearly_cap(story):
    trade = story.trade(fault="yearly_cap")
    line = trade.document("inventory").lines[0]
    line["qty1"] = "1.50"
    story.send(trade)
    story.submit(refund(trade, str(story.column(trade, "invt_no"))).body)
    story.pass_time(hours=25)
    assert counted(story) == [int(1.5 * SCALE)]
    story.decide(*requests_of(story, trade), "take_back")
    assert counted(story) == [0]


def counted(story: StoryRunner) -> list[int]:
    return list(
        fetch(story.window.engine, select(cap_use.c.quantity).where(cap_use.c.sandbox == story.sandbox)).scalars()
    )
