"""Buyers' goods come back through a return-centre warehouse of their zone: it files the return, on each database."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import update

from simulators.imports.stories import refund
from single_window.store.tables import participant
from tests.databases import ON_BOTH, carry_out
from tests.stories.story import WORLD

pytestmark = ON_BOTH
CENTRE = WORLD.warehouse("1210").company


def filed_by(body, company, **changes):
    """A return whose agent is another company."""
    text = body.decode()
    named = {"agentCode": company.code, "agentName": company.name, **changes}
    for element, value in named.items():
        text = re.sub(rf"(<(?:\w+:)?{element}>)[^<]*(<)", rf"\g<1>{value}\g<2>", text)
    return text.encode()


def released(story, mode="1210"):
    trade = story.trade(mode=mode)
    story.send(trade)
    return trade, str(story.column(trade, "invt_no"))


def codes(story, trade):
    return [receipt.rule for receipt in story.receipts(trade, "refund")]


def test_the_warehouse_of_the_zone_files_the_return_and_the_goods_come_back(story):
    trade, number = released(story)
    story.submit(filed_by(refund(trade, number).body, CENTRE))
    story.pass_time(days=3)
    assert story.statuses(trade, "refund") == ["2", "120", "399"]
    assert any('"14038"' in row.reasons for row in story.timeline(trade))


def test_another_company_may_not(story):
    trade, number = released(story)
    story.submit(filed_by(refund(trade, number).body, WORLD.carriers[0]))
    assert codes(story, trade)[-1] == "-625013"


@pytest.mark.parametrize(
    ("mode", "changes", "code"),
    [("9610", {}, "14034"), ("1210", {"customsCode": "4227"}, "14035"), ("1210", {"customsCode": "4230"}, "14036")],
)
def test_goods_of_another_mode_or_office_may_not(story, mode, changes, code):
    trade, number = released(story, mode)
    story.submit(filed_by(refund(trade, number).body, CENTRE, **changes))
    (status, last) = story.statuses(trade, "refund")[-1], story.receipts(trade, "refund")[-1]
    assert (status, last.rule) == ("100", code), last.info


def test_a_dishonest_warehouse_may_not(story):
    trade, number = released(story)
    carry_out(
        story.window.engine,
        update(participant).where(participant.c.code == CENTRE.code).values(credit_grade="dishonest"),
    )
    story.submit(filed_by(refund(trade, number).body, CENTRE))
    assert codes(story, trade)[-1] == "14037"
