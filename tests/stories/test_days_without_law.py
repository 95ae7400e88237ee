"""What is declared on a day for which the law has no value is refused by name (reading 4), never left in silence."""

from __future__ import annotations

from datetime import date
from itertools import chain

import pytest

from declarations.calendar import instant_of
from gateways.circumstances import Options
from single_window.clock import Clock
from single_window.intake.validated import Against
from single_window.intake.validation import validate
from tests.databases import ON_BOTH
from tests.stories.exporting import Sale, note, statuses
from tests.stories.story import KINDS

pytestmark = ON_BOTH


def on(start_story, day, **options):
    """A story whose sandbox lives on a day."""
    story = start_story()
    story.sandbox = "then"
    story.window.make_sandbox(
        "then",
        Options(**{"inspection": False, **options}),
        seed="then",
        clock=Clock("virtual", instant_of(day, 12), 0, 0),
    )
    return story


def parked(story):
    return story.window.depth(story.sandbox).get("parked", 0)


@pytest.mark.parametrize(
    ("day", "end"),
    [(date(2014, 6, 1), "100"), (date(2016, 4, 7), "100"), (date(2016, 4, 8), "800")],
)
def test_an_import_is_refused_before_the_first_day_of_its_tax(start_story, day, end):
    story = on(start_story, day)
    trade = story.trade()
    story.submit(*[story.message(trade, kind, appTime=f"{day:%Y%m%d}090000") for kind in KINDS])
    last = story.receipts(trade)[-1]
    assert (last.return_status, parked(story)) == (end, 0)
    if end == "100":
        assert "[Code:14008;Desc:参数[" in last.info and day.isoformat() in last.info


@pytest.mark.parametrize(
    ("day", "inspection", "ends"),
    [
        (date(2014, 2, 9), False, ["-603001/15109"]),
        (date(2014, 2, 10), False, ["800", "released"]),
        (date(2014, 2, 10), True, ["14008"]),
        (date(2014, 11, 30), False, ["800", "released"]),
        (date(2014, 11, 30), True, ["14008"]),
        (date(2014, 12, 1), True, ["released"]),
    ],
)
def test_an_export_is_refused_by_name_where_a_rate_of_inspection_is_needed_and_there_is_none(
    start_story, day, inspection, ends
):
    story, sale = on(start_story, day, inspection=inspection), Sale()
    kinds = ("export_order", "export_waybill", "export_inventory", "collection")
    time = f"{day:%Y%m%d}090000"
    story.submit(*[sale.message(kind, appTime=time) for kind in kinds])
    story.submit(note("arrival_note", [sale], "YD1", appTime=time))
    answers = [*chain.from_iterable(statuses(story, sale.id, "export_inventory")), story.state(sale)]
    assert (parked(story), [end for end in ends if end not in answers]) == (0, [])


@pytest.mark.parametrize("against", Against)
def test_a_list_is_told_so_before_it_is_sent(start_story, against):
    """What `validate` finds is what customs would answer, once."""
    day = date(2016, 4, 7)
    story = on(start_story, day)
    trade = story.trade()
    body = story.message(trade, "inventory", appTime=f"{day:%Y%m%d}090000")
    found = [staged.finding.code for staged in validate(story.window, "then", body, against=against).findings]
    assert found.count("14008") == 1 and "no-value" not in found
