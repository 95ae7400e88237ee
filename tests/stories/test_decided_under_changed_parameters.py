"""Lists are drawn and questioned under the values that an administrator gave the sandbox, from their day on."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from simulators.imports.trade import ImportTrade
from single_window.accounts.people import OPERATOR
from single_window.cases.declarations import assembly
from single_window.store.engine import reading
from single_window.work.parameter_changes import parse_value
from tests.officers import change_parameter
from tests.stories.story import TODAY, StoryRunner, outcome
from tests.validations import validation_of


def change(story: StoryRunner, name: str, value: str, since: date = TODAY) -> None:
    change_parameter(
        story.window, story.sandbox, name, parse_value(value), since.isoformat(), by=OPERATOR, reason="测试"
    )


def sources(story: StoryRunner, trade: ImportTrade) -> set[str]:
    """The sources of the dated values behind what a page shows of a list."""
    with reading(story.window.engine) as connection:
        record = assembly.of_declaration(connection, story.sandbox, int(str(story.column(trade, "id"))))
        return {basis.source for line in record.timeline for reason in line.because for basis in reason.bases}


def test_every_list_is_inspected_from_the_day_on_which_makes_the_rate_one(start_story) -> None:
    story = start_story(inspection=True)
    change(story, "inspection.rates", "advanced=1 certified=1 ordinary=1", TODAY + timedelta(days=1))
    today, tomorrow = story.trade(0), story.trade(1)
    story.send(today)
    assert story.state(today) == "released"
    story.pass_time(days=1)
    story.send(tomorrow)
    assert story.state(tomorrow) == "under_inspection"
    assert any("100.00%" in line.reasons for line in story.timeline(tomorrow))
    assert any("changed by operator" in source for source in sources(story, tomorrow)), (
        "the page says who changed the rate"
    )


def test_a_price_below_the_changed_floor_is_questioned_by_validate_too(start_story) -> None:
    story = start_story()
    trade = story.trade()
    before = validation_of(story, story.message(trade, "inventory"))
    change(story, "valuation.price_floor", "100000")
    after = validation_of(story, story.message(trade, "inventory"))
    assert before != after and "100000" in msgspec.json.encode(after).decode(), "a query beforehand answers so"
    story.send(trade)
    assert outcome(story.receipts(trade))[-1] == ("300", "14024")
