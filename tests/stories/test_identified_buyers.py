"""Buyers identified by the register: who may pay for whom, as receipts report it."""

from __future__ import annotations

import pytest

from simulators.imports.trade import ImportTrade
from single_window.master_data.importing import import_csv
from tests.stories.story import StoryRunner, outcome


def register(story: StoryRunner, trade: ImportTrade, name: str = "") -> None:
    """Put the trade's buyer into the identity register, under another `name` where one is given."""
    buyer = trade.document("order").head
    import_csv(
        story.window,
        story.sandbox,
        "persons",
        f"id_number,name\n{buyer['buyerIdNumber']},{name or buyer['buyerName']}\n",
    )


@pytest.mark.parametrize(
    ("identity", "known", "status", "rule"),
    [
        ("registry", True, "800", "2600"),
        ("registry", False, "100", "1327"),
        ("payer", True, "100", "1327"),
    ],
)
def test_somebody_else_may_pay_for_a_buyer_whom_the_register_verifies(start_story, identity, known, status, rule):
    story = start_story(identity=identity)
    trade = story.trade(fault="payer_differs")
    if known:
        register(story, trade)
    story.send(trade)
    assert outcome(story.receipts(trade))[-1] == (status, rule)


def test_a_number_that_the_register_has_under_another_name_is_refused_until_the_register_is_put_right(start_story):
    story = start_story(identity="registry")
    trade = story.trade()
    register(story, trade, "别名")
    story.send(trade)
    assert outcome(story.receipts(trade))[-1] == ("100", "14202")
    assert story.used_allowance(trade) == (0, 0)
    other = story.trade(1)
    register(story, other)
    story.send(other)
    assert story.statuses(other)[-1] == "800"
