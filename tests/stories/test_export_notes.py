"""Notes of transport in parts: in any order, twice, with parts that never come, contradict, or come too early."""

from __future__ import annotations

from itertools import permutations

import pytest
from sqlalchemy import event

from gateways.customs.export import goods, notes
from gateways.customs.topics import CUSTOMS
from tests.databases import ON_BOTH
from tests.handlers import rehandled
from tests.stories.exporting import Sale, facts, note, statuses
from tests.stories.test_export_lives import CLOSED, CONCLUDED, lists

pytestmark = ON_BOTH
KINDS = {"consolidation": "ZD1", "arrival_note": "YD1", "departure_note": "LJ1"}


def declared(story, count=3):
    sales = [Sale(number) for number in range(1, count + 1)]
    for sale in sales:
        story.file(*sale.messages())
    story.window.settle()
    return sales


def parts(kind, sales, clock=300, app_type="1", count=None):
    return [
        note(kind, [sale], KINDS[kind], place, count or len(sales), clock, app_type)
        for place, sale in enumerate(sales, 1)
    ]


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=lambda value: "".join(map(str, value)))
def test_parts_in_any_order_and_twice_complete_a_note_once(story, order):
    sales = declared(story)
    for kind, number in KINDS.items():
        bodies = parts(kind, sales)
        for place in order[:2]:
            story.submit(bodies[place], bodies[place])
        assert ("399", "2300.taken") not in statuses(story, number, kind)
        assert {story.state(sale) for sale in sales} <= {"awaiting_arrival", "released"}
        story.submit(bodies[order[2]])
        assert statuses(story, number, kind).count(("399", "2300.taken")) == 3
        story.submit(*bodies)
        assert statuses(story, number, kind).count(("399", "2300.taken")) == 3
    assert [lists(story, sale) for sale in sales] == [CLOSED] * 3


@pytest.mark.parametrize("kind", KINDS)
def test_parts_that_never_come_are_named_and_the_note_may_be_sent_again(story, kind):
    sales = declared(story)
    first, _, third = parts(kind, sales)
    story.submit(first)
    story.pass_time(hours=10)
    story.submit(third)
    story.pass_time(hours=63)
    assert [status for status in statuses(story, KINDS[kind], kind) if status[0] == "100"] == [("100", "17304")] * 2
    assert any('"missing":"2"' in row.reasons for row in facts(story, KINDS[kind]) if row.event == "request_refused")
    story.submit(*parts(kind, sales, clock=400))
    if kind == "departure_note":
        story.submit(note("arrival_note", sales, "YDX"))
    assert statuses(story, KINDS[kind], kind).count(("399", "2300.taken")) == 3


def test_a_part_that_counts_other_parts_is_refused_and_may_be_corrected(story):
    sales = declared(story, 2)
    story.submit(note("arrival_note", sales[:1], "YD1", 1, 2), note("arrival_note", sales[1:], "YD1", 2, 3))
    assert ("100", "17301") in statuses(story, "YD1", "arrival_note")
    story.submit(note("arrival_note", sales[1:], "YD1", 2, 2, clock=400))
    assert [story.state(sale) for sale in sales] == ["released"] * 2


def test_a_part_may_be_replaced_while_the_others_are_missing(story):
    sales = declared(story, 3)
    story.submit(note("arrival_note", sales[2:], "YD1", 1, 2))
    story.submit(note("arrival_note", sales[:1], "YD1", 1, 2, clock=400))
    assert statuses(story, "YD1", "arrival_note")[-1][0] == "-804001"
    story.submit(note("arrival_note", sales[:1], "YD1", 1, 2, clock=500, app_type="2"))
    story.submit(note("arrival_note", sales[1:2], "YD1", 2, 2))
    assert [story.state(sale) for sale in sales] == ["released", "released", "awaiting_arrival"]
    story.submit(note("arrival_note", sales[2:], "YD1", 1, 2, clock=600, app_type="2"))
    assert statuses(story, "YD1", "arrival_note")[-1][0] == "-804004"


def test_a_part_that_is_taken_back_is_missing(story):
    sales = declared(story, 2)
    story.submit(note("arrival_note", sales[:1], "YD1", 1, 2))
    story.submit(note("arrival_note", sales[:1], "YD1", 1, 2, clock=400, app_type="3"))
    story.submit(note("arrival_note", sales[1:], "YD1", 2, 2))
    assert {story.state(sale) for sale in sales} == {"awaiting_arrival"}
    story.submit(note("arrival_note", sales[:1], "YD1", 1, 2, clock=500))
    assert {story.state(sale) for sale in sales} == {"released"}


def test_a_departure_before_its_arrival_waits_and_is_answered_when_all_are_released(story):
    sales = declared(story)
    story.submit(note("departure_note", sales, "LJ1"))
    assert statuses(story, "LJ1", "departure_note") == [("2", "2")]
    story.submit(note("arrival_note", sales[:2], "YD1"))
    assert [story.state(sale) for sale in sales] == ["closed", "closed", "awaiting_arrival"]
    assert statuses(story, "LJ1", "departure_note") == [("2", "2")]
    story.submit(note("arrival_note", sales[2:], "YD2"))
    assert statuses(story, "LJ1", "departure_note") == CONCLUDED
    assert [lists(story, sale) for sale in sales] == [CLOSED] * 3


def test_a_departure_of_parcels_that_are_never_released_is_refused_naming_the_first(story):
    sales = declared(story)
    story.submit(note("arrival_note", sales[:1], "YD1"), note("departure_note", [*sales, Sale(9)], "LJ1"))
    story.pass_time(hours=71)
    assert statuses(story, "LJ1", "departure_note") == [("2", "2")]
    story.pass_time(hours=2)
    assert statuses(story, "LJ1", "departure_note")[-1] == ("100", "17305")
    refusal = next(row for row in facts(story, "LJ1") if row.event == "request_refused")
    assert sales[1].waybill in refusal.reasons and sales[2].waybill not in refusal.reasons
    story.submit(note("arrival_note", sales[1:], "YD2"))
    assert [story.state(sale) for sale in sales] == ["closed", "released", "released"]
    story.submit(note("departure_note", sales, "LJ1", clock=400))
    assert [story.state(sale) for sale in sales] == ["closed"] * 3
    assert statuses(story, "LJ1", "departure_note")[-1] == ("399", "2300.taken")


def test_a_note_of_another_transport_than_the_list_moves_nothing_and_says_why(story):
    (sale,) = declared(story, 1)
    story.submit(note("arrival_note", [sale], "YD1", trafMode="5"))
    assert story.state(sale) == "awaiting_arrival"
    assert any(row.event == "note_contradicts" and "trafMode" in row.reasons for row in facts(story, sale.id))
    story.submit(note("consolidation", [sale], "ZD1"))
    story.submit(note("arrival_note", [sale], "YD2", billNo="OTHER"))
    assert (story.state(sale), story.column(sale, "bill_no")) == ("awaiting_arrival", "NGB1")
    story.submit(note("arrival_note", [sale], "YD3"))
    assert story.state(sale) == "released"


@pytest.mark.parametrize("first", ["list", "departure"])
def test_a_departure_of_another_transport_than_the_list_closes_nothing_and_is_refused(start_story, first):
    story, sale = start_story(), Sale()
    bodies = [*sale.messages(), note("departure_note", [sale], "LJ1", trafMode="5")]
    for body in bodies if first == "list" else bodies[::-1]:
        story.submit(body)
    story.submit(note("arrival_note", [sale], "YD1"))
    assert lists(story, sale)[-1] == ("800", "2600")
    assert any(row.event == "note_contradicts" and "trafMode" in row.reasons for row in facts(story, sale.id))
    story.pass_time(hours=73)
    assert statuses(story, "LJ1", "departure_note") == [("2", "2"), ("100", "17303")]
    story.submit(note("departure_note", [sale], "LJ1", clock=400))
    assert lists(story, sale) == CLOSED


def test_what_is_left_of_a_refused_departure_says_nothing_of_one_that_was_sent_again(start_story):
    received, late = [], []
    story = start_story(batch=1)
    consumer = story.window._workers["customs"]._consumer
    known = CUSTOMS.topics

    def first_only(items, *rest):
        if received:
            late.extend(items)
        else:
            known["goods.late"].handler(items, *rest)
        received.extend(items)

    def and_what_is_left(items, *rest):
        known["goods.departed"].handler(items, *rest)
        known["goods.late"].handler(late, *rest)

    consumer._gateway = rehandled(CUSTOMS, {"goods.late": first_only})
    sales = [Sale(number) for number in range(notes.PIECE + 1)]
    story.submit(note("departure_note", sales, "LJ1"))
    story.pass_time(hours=73)
    assert (len(late), statuses(story, "LJ1", "departure_note")[-1]) == (1, ("100", "17305"))
    consumer._gateway = rehandled(CUSTOMS, {"goods.departed": and_what_is_left})
    story.submit(note("departure_note", sales, "LJ1", clock=400))
    assert statuses(story, "LJ1", "departure_note")[-1] == ("2", "2")


def test_an_arrival_that_names_no_parcel_is_refused(story):
    (sale,) = declared(story, 1)
    story.submit(note("arrival_note", [], "YD1"))
    assert statuses(story, "YD1", "arrival_note") == [("2", "2"), ("100", "17306")]
    assert story.state(sale) == "awaiting_arrival"


def test_many_notes_together_are_looked_up_together(story):
    queries = []

    @event.listens_for(story.window.engine, "before_cursor_execute")
    def count(connection, cursor, statement, *_):
        queries.append(statement)

    looked_up = []
    for first, many in ((1, 1), (10, 30)):
        bodies = [note("arrival_note", [Sale(number)], f"YD{number}") for number in range(first, first + many)]
        queries.clear()
        story.submit(*bodies)
        looked_up.append(sum("FROM request" in row for row in queries))
    assert looked_up[0] == looked_up[1] > 0


@pytest.mark.parametrize("batch", [1, 2_048])
def test_a_note_with_many_parcels_is_worked_off_in_pieces(start_story, batch):
    pieces = []
    hear = goods.handle_arrived

    def counted(items, *rest):
        pieces.extend(items)
        hear(items, *rest)

    count = 2 * notes.PIECE + 1
    story = start_story(batch=batch)
    story.window._workers["customs"]._consumer._gateway = rehandled(CUSTOMS, {"goods.arrived": counted})
    (sale,) = declared(story, 1)
    many = [*[Sale(number) for number in range(10, 9 + count)], sale]
    story.submit(note("arrival_note", many, "YD1"))
    assert story.state(sale) == "released"
    assert [piece[1] for piece in pieces] == [0, notes.PIECE, 2 * notes.PIECE]
