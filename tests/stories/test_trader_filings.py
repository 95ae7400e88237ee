"""A trader needs its filing until 2022-12-29; from the next day one that is sent is taken, and no longer asked."""

from __future__ import annotations

from datetime import date

import pytest

from declarations.calendar import instant_of
from gateways.circumstances import Options
from single_window.clock import Clock
from tests.databases import ON_BOTH
from tests.stories.commerce import COMPANY, Commerce
from tests.stories.registering import NEWCOMER, state
from tests.stories.story import StoryRunner

pytestmark = ON_BOTH
FILING = {"filingNo": "04123456", "enCode": "3700M000100Y4", "filedDay": "20210601", "zone": "N"}


def on(start_story, day: date) -> Commerce:
    """Commerce of a story that begins at noon of a day."""
    window = start_story(commerce="on").window
    clock = Clock("virtual", instant_of(day, 12), 0, 0)
    window.make_sandbox("then", Options(inspection=False, commerce="on"), seed="then", clock=clock)
    commerce = Commerce(StoryRunner(window, "then"))
    commerce.record("2020-01-01,1,1")
    return commerce


DAYS = {
    "the last day": (date(2022, 12, 29), "", ("100", "26201")),
    "the day after": (date(2022, 12, 30), "", ("800", "21301.filing")),
    "in a free-trade zone": (date(2022, 12, 29), ",free_trade_zone=1", ("800", "21301.filing")),
}


@pytest.mark.parametrize("case", DAYS)
def test_a_registration_needs_the_filing_by_the_law_of_its_day(start_story, case: str) -> None:
    day, licence, ends = DAYS[case]
    commerce = on(start_story, day)
    commerce.record(f"2021-01-01,1,1{licence}")
    commerce.apply()
    commerce.story.pass_time(hours=2)
    assert commerce.answered()[-1] == ends


def test_a_filing_that_was_told_lets_it_register(start_story) -> None:
    commerce = on(start_story, date(2022, 12, 1))
    told = {"creditCode": NEWCOMER.credit_code, **FILING}
    assert commerce.send("TraderFiling", "trader_filing", "04123456", NEWCOMER, **told) == ("120", "26203")
    commerce.apply()
    commerce.story.pass_time(hours=2)
    assert state(commerce.story, NEWCOMER) == "registered"


def test_a_foreign_firm_and_who_does_not_trade_need_none(start_story) -> None:
    commerce = on(start_story, date(2022, 12, 1))
    commerce.apply(kinds="carrier", expressLicence="E1")
    commerce.story.pass_time(hours=2)
    assert commerce.answered()[-1][1] != "26201"


def test_from_2022_12_30_a_filing_is_taken_and_no_longer_asked(start_story) -> None:
    commerce = Commerce(start_story(commerce="on"))
    told = {"creditCode": COMPANY.credit_code, **FILING}
    assert commerce.send("TraderFiling", "trader_filing", "04123456", **told) == ("120", "26202")
    late = {**told, "filingNo": "04123457", "filedDay": "20261121"}
    assert commerce.send("TraderFiling", "trader_filing", "04123457", **late) == ("100", "26115")
