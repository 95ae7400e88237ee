"""Sandboxes of earlier days: what the companies of today meet under the law of then."""

from __future__ import annotations

from datetime import date

import pytest

from declarations.calendar import instant_of
from gateways.circumstances import Options
from simulators.imports.shop import Shop
from single_window.clock import Clock
from single_window.master_data import importing as masterdata
from tests.stories.story import WORLD


@pytest.mark.parametrize("day", [date(2019, 1, 1), date(2021, 11, 1), date(2026, 3, 31), date(2026, 4, 1)])
def test_a_merchant_of_any_grade_has_a_lane_on_any_day(story, day):
    story.sandbox = "then"
    clock = Clock("virtual", instant_of(day, 12), 0, 0)
    story.window.make_sandbox("then", Options(), seed="then", clock=clock)
    shop = Shop(WORLD, 3, day, {"9610": 1})
    for grade in ("advanced", "certified", "ordinary", "dishonest", "severely_dishonest"):
        rows = "code,credit_code,name,kinds,dxp_id,credit_grade\n" + "".join(
            f"{merchant.code},{merchant.credit_code},{merchant.name},merchant,{merchant.dxp_id},{grade}\n"
            for merchant in WORLD.merchants
        )
        masterdata.import_csv(story.window, "then", "participants", rows)
        trade = shop.trade(100 * len(grade))
        story.send(trade)
        assert story.statuses(trade)[2] in {"800", "500"}, grade
