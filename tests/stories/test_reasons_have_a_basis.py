"""What customs holds or refuses a list for rests on a dated value, wherever its law has one."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest
from sqlalchemy import update

from declarations.parameters import load
from declarations.parameters.changing import AMOUNT_KEY
from declarations.reasons import Reason
from single_window.accounts.people import OPERATOR
from single_window.language import phrases
from single_window.store.tables import guarantee
from tests.databases import ON_BOTH, carry_out
from tests.officers import TESTER, change_parameter
from tests.stories.test_four_eyes import decide

pytestmark = ON_BOTH
LAW_OF_CHECKS = ("law.quality_spot_check@2019-01-01", "inspection.quality_failure@2026-11-20")
FAULTS = {
    "bonded_only": ("14003", ("positive_list.version@2022-03-01", "positive_list.bonded_only_modes@2022-03-01")),
    "not_listed": ("14001", ("positive_list.version@2022-03-01",)),
    "content_missing": ("14021", ("consumption.cosmetics@2016-10-01", "vat.standard@2026-01-01")),
    "price_zero": ("14024", ("valuation.price_floor@2016-04-08", "valuation.usual_prices@2016-04-08")),
    "price_low": ("14025", ("valuation.usual_prices@2016-04-08", "valuation.query_share@2016-04-08")),
    "guarantee_short": ("14204", ("collection.guarantee@2019-01-01",)),
}


def reasons(story, trade):
    return {
        reason.rule: tuple(reason.parameter_ids)
        for reason in msgspec.json.decode(story.column(trade, "reasons"), type=list[Reason])
    }


@pytest.mark.parametrize("fault", FAULTS)
def test_a_reason_names_the_dated_value_behind_it(start_story, fault):
    story = start_story()
    trade = story.trade(0, fault=fault, mode="9610")
    story.send(trade)
    code, used = FAULTS[fault]
    assert reasons(story, trade)[code] == used


@pytest.mark.parametrize("standing", ["withdrawn", "used_up"])
def test_a_guarantee_that_failed_names_the_act_that_demands_one(start_story, standing):
    story = start_story()
    carry_out(story.window.engine, update(guarantee).values(standing=standing))
    trade = story.trade(0)
    story.send(trade)
    assert reasons(story, trade) == {f"14208.{standing}": ("collection.guarantee@2019-01-01",)}


def test_a_sample_that_failed_names_the_act_about_checks_and_our_rate(start_story):
    story = start_story()
    change_parameter(
        story.window,
        story.sandbox,
        "inspection.quality_failure",
        {AMOUNT_KEY: "1"},
        "2026-11-20",
        by=OPERATOR,
        reason="测试",
    )
    story.trade_sent = story.trade(0, fault="guarantee_short")
    story.send(story.trade_sent)
    decide(story, "inspect", TESTER)
    story.pass_time(days=5)
    assert reasons(story, story.trade_sent) == {"14206": LAW_OF_CHECKS}


def test_the_basis_of_a_price_query_is_the_price_of_its_goods_code():
    law = load()
    usual = law.on("valuation.usual_prices", date(2026, 11, 20))
    gcode, others = "0409000000", "0901210000"
    assert {gcode, others} <= set(usual.content) and len(usual.content) > phrases.MAX_ROWS_SHOWN
    basis = phrases.because(Reason("14025", {"gcode": gcode, "price": "1.00"}, (usual.id,)), law).bases[0]
    assert basis.content.startswith(f"{gcode} ") and others not in basis.content
    assert others in phrases.because(Reason("14025", {}, (usual.id,)), law).bases[0].content, "nothing is named"
