"""The events of changes are made later than the changes, and are what they would have been at once: nothing that
happens between is in them, nobody reads events before they are made, and no kill or second process loses or doubles
one."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from schemas.epcis.own_events import parcel
from simulators.imports.stories import amended_document, cancellation
from single_window.retention import closing_records
from single_window.store import own_events, pending_changes
from single_window.store.engine import writing
from single_window.store.tables import epcis_event, epcis_goods, epcis_pending
from single_window.work import event_making, snapshots
from tests.databases import ON_BOTH
from tests.stories.recalled import sold_in
from tests.stories.story import StoryRunner
from tests.stories.tracing import GTIN, answer, book_item

pytestmark = ON_BOTH
ALL = 2**62


@pytest.fixture
def telling(story: StoryRunner) -> StoryRunner:
    return StoryRunner(story.window, "told", trace_events=True)


def stored(story: StoryRunner) -> list[Any]:
    """All events as they are in the table, and by what they are found."""
    events = select(epcis_event).where(epcis_event.c.sandbox == story.sandbox).order_by(epcis_event.c.key)
    goods = select(epcis_goods).where(epcis_goods.c.sandbox == story.sandbox)
    return [*map(tuple, story.rows(events)), *sorted(map(tuple, story.rows(goods)))]


def bodies(story: StoryRunner) -> list[dict[str, Any]]:
    chosen = select(epcis_event.c.body).where(epcis_event.c.sandbox == story.sandbox)
    return [json.loads(row.body) for row in story.rows(chosen.order_by(epcis_event.c.at, epcis_event.c.key))]


def pending(story: StoryRunner) -> list[int]:
    """The numbers of pending changes, by row."""
    chosen = select(epcis_pending.c.changes).where(epcis_pending.c.sandbox == story.sandbox)
    return [row.changes for row in story.rows(chosen.order_by(epcis_pending.c.id))]


def make(story: StoryRunner) -> list[Any]:
    event_making.make_all(story.window.engine, story.sandbox)
    assert pending(story) == []
    return stored(story)


def happenings(story: StoryRunner, between: Callable[[], object]) -> list[Any]:
    """A list is amended, another cancelled, a lot registered, sold and recalled; `between`: after each step."""
    amended, undone = story.trade(fault="guarantee_short"), story.trade(1, fault="guarantee_short")
    for trade in (amended, undone):
        story.send(trade)
        between()
    number, before = str(story.column(amended, "invt_no")), str(story.column(amended, "pre_no"))
    story.pass_time(hours=1)
    story.decide(number, "suspend")
    between()
    story.submit(amended_document(amended, changes={"customsCode": "4258"}, invt_no=number, pre_no=before).body)
    between()
    story.submit(cancellation(undone, str(story.column(undone, "invt_no"))).body)
    between()
    sold_in(story).notice()
    between()
    return make(story)


def beside_codes(rows: list[Any]) -> list[Any]:
    """The rows without those of the trace batch, whose code follows from a secret of its window."""
    own = {row[1] for row in rows if "commissioning" in row}
    return [row for row in rows if not own & {row[1], row[3]}]


def test_events_are_the_same_whenever_they_are_made(start_story: Any) -> None:
    at_once, late = (start_story(name, trace_events=True) for name in ("once", "late"))
    made = happenings(at_once, lambda: make(at_once))
    assert beside_codes(happenings(late, lambda: None)) == beside_codes(made)
    told = [json.loads(value) for row in made for value in row if isinstance(value, bytes)]
    reasons = sorted(event.get("errorDeclaration", {}).get("reason", "") for event in told)
    assert reasons[-2:] == ["did_not_occur", "incorrect_data"]


def test_a_change_is_pending_until_somebody_asks(telling: StoryRunner) -> None:
    telling.send(telling.trade())
    assert sum(pending(telling)) == 2 and stored(telling) == []
    make(telling)
    assert [event["bizStep"].rpartition(":")[2] for event in bodies(telling)] == ["packing", "customs_releasing"]


def test_a_batch_that_is_registered_afterwards_is_not_in_what_was_sold_before(telling: StoryRunner) -> None:
    first = telling.trade(mode="1210")
    merchant, inventory = first.parties.merchant, first.document("inventory")
    head, line = inventory.head, inventory.lines[0]
    telling.send(first)
    item = book_item(telling, first)
    facts = {"ebcCode": merchant.code, "copNo": "TB1", "goodsKind": "G", "gtin": GTIN, "lot": "L1", "origin": "410"}
    facts |= {"emsNo": item.ems_no, "itemRecordNo": item.item_record_no, "unit": item.unit, "qty": "1"}
    facts |= {"producedDay": "20261001", "expiryDay": "20281001"}
    assert answer(telling, merchant, "TraceBatch", facts).return_status == "120"
    assert 0 in pending(telling)
    make(telling)
    box = parcel(head["logisticsCode"], head["logisticsNo"])
    (packed,) = [event for event in bodies(telling) if event.get("parentID") == box]
    classes = [held["epcClass"] for held in packed["childQuantityList"]]
    assert line["itemNo"] in " ".join(classes) and GTIN not in " ".join(classes)
    assert pending(telling) == []


class Killed(Exception):
    """The process ended here."""


def test_a_kill_while_events_are_made_loses_and_doubles_none(telling: StoryRunner) -> None:
    telling.send(telling.trade())
    before = pending(telling)
    with pytest.raises(Killed), writing(telling.window.engine) as connection:
        assert own_events.make(connection, telling.sandbox, ALL)
        raise Killed
    assert pending(telling) == before and stored(telling) == []
    made = make(telling)
    assert len(bodies(telling)) == 2 and make(telling) == made


def test_several_processes_make_them_at_once(telling: StoryRunner) -> None:
    for number in range(6):
        telling.send(telling.trade(number, fault="guarantee_short"))
        telling.decide(telling.trade(number), "reject")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: event_making.make_all(telling.window.engine, telling.sandbox), range(8)))
    assert pending(telling) == []
    told = bodies(telling)
    assert len(told) == 12 and sum("errorDeclaration" in event for event in told) == 6


def test_who_takes_some_leaves_the_newer_ones(telling: StoryRunner) -> None:
    for number in range(3):
        telling.send(telling.trade(number))
    rows = len(pending(telling))
    with writing(telling.window.engine) as connection:
        assert own_events.make(connection, telling.sandbox, ALL, most=1)
    assert len(pending(telling)) == rows - 1
    with writing(telling.window.engine) as connection:
        assert pending_changes.take(connection, telling.sandbox, 0, 1) is None


def test_a_worker_with_nothing_else_to_do_makes_them(telling: StoryRunner) -> None:
    telling.send(telling.trade())
    event_making.make_some(telling.window.engine, lambda: True)
    assert stored(telling) == []
    event_making.make_some(telling.window.engine, lambda: False)
    assert pending(telling) == [] and len(bodies(telling)) == 2


def test_a_worker_with_other_work_leaves_them_unless_they_are_many(telling: StoryRunner) -> None:
    telling.send(telling.trade())
    telling.file(telling.message(telling.trade(1), "order"))
    event_making.make_some(telling.window.engine, lambda: False)
    assert stored(telling) == [] and sum(pending(telling)) == 2


def test_a_snapshot_has_events_and_nothing_pending(telling: StoryRunner) -> None:
    telling.send(telling.trade())
    taken = snapshots.take(telling.window, telling.sandbox, "", "tester")
    made = stored(telling)
    assert pending(telling) == [] and made
    telling.send(telling.trade(1))
    snapshots.restore(telling.window, telling.sandbox, taken.id, "tester")
    assert make(telling) == made


def test_before_records_are_masked_nothing_is_pending(telling: StoryRunner) -> None:
    telling.send(telling.trade())
    list(closing_records.mask(telling.window.engine, telling.sandbox, date(2030, 1, 1)))
    assert pending(telling) == [] and len(bodies(telling)) == 2
