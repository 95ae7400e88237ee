"""Simulated warehouses in three time zones tell of their days, late, twice and not for a while: what the window makes
of it is what is true."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from declarations.calendar import instant_of
from simulators.overseas.places import WAREHOUSES, changes_clocks, opens_on, time_at, twice_half_past_two
from simulators.overseas.telling import Shipment, Troubles, messages_of, run_warehouse
from single_window.auditing import overseas as auditing
from tests.databases import ON_BOTH
from tests.stories.overseas import Overseas
from tests.stories.summarising import MERCHANT

HAMBURG, TOKYO, SEOUL = WAREHOUSES
COLUMNS = {
    "I": "received",
    "S": "sold",
    "R": "returned",
    "T": "transferred",
    "A": "adjusted",
    "X": "destroyed",
    "B": "sent_back",
}
"""Event → column of the stock."""
ARRIVES, UNTIL = date(2026, 10, 2), date(2026, 11, 15)


@pytest.mark.parametrize(
    ("place", "day", "opens"),
    [
        (HAMBURG, date(2026, 10, 31), date(2026, 11, 2)),  # Reformation Day is a holiday in Hamburg, not in all lands
        (HAMBURG, date(2026, 10, 3), date(2026, 10, 5)),
        (TOKYO, date(2026, 11, 3), date(2026, 11, 4)),
        (SEOUL, date(2026, 9, 24), date(2026, 9, 28)),
        (SEOUL, date(2026, 10, 5), date(2026, 10, 6)),
        (HAMBURG, date(2026, 10, 5), date(2026, 10, 5)),
    ],
)
def test_a_warehouse_rests_on_the_holidays_of_its_land(place, day, opens):
    assert opens_on(place, day) == opens


def test_half_past_two_of_the_night_in_autumn_is_told_twice():
    night = date(2026, 10, 25)
    assert changes_clocks(HAMBURG, night) and not changes_clocks(TOKYO, night)
    assert twice_half_past_two(HAMBURG, night) == ("2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00")
    spring = date(2026, 3, 29)
    assert len(set(twice_half_past_two(HAMBURG, spring))) == 1
    assert time_at(HAMBURG, spring, 2, 30) == "2026-03-29T03:30:00+02:00"


def runs(seed, pieces=60):
    """What each warehouse tells of two lots."""
    shipments = [
        Shipment("SKU1", "011", "L1", pieces, ARRIVES),
        Shipment("SKU1", "011", "L2", pieces, ARRIVES + timedelta(days=12)),
    ]
    return [run_warehouse(seed, place, shipments, UNTIL) for place in WAREHOUSES]


def test_the_same_seed_tells_the_same_story_and_troubles_happen():
    told = runs(7)
    assert [run.notices for run in told] == [run.notices for run in runs(7)]
    assert told[0].notices != runs(8)[0].notices
    everything = [line for run in told for notice in run.notices for line in notice.lines]
    assert {line["event"] for line in everything} == {"I", "S", "R", "A", "X", "T"}
    assert any(notice.again for run in told for notice in run.notices)
    late = [notice for run in told for notice in run.notices if len({x["eventTime"][:10] for x in notice.lines}) > 3]
    assert late, "nobody was silent"
    assert [line["eventTime"][10:] for line in everything if line["eventTime"][:13] == "2026-10-25T02"] == [
        "T02:30:00+02:00",
        "T02:30:00+01:00",
    ]


@pytest.mark.parametrize("seed", [7, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(20, 26))])
@ON_BOTH
def test_the_window_knows_what_is_true(start_story, seed):
    overseas = Overseas(start_story())
    for country in ("DEU", "JPN", "KOR"):
        overseas.exported("120", country)
    simulated = runs(seed)
    sent = sorted(
        ((day, body) for run in simulated for day, body in messages_of(run, MERCHANT)), key=lambda one: one[0]
    )
    for day in sorted({day for day, _ in sent}):
        overseas.story.window.advance(overseas.story.sandbox, instant_of(max(day, date(2026, 11, 20)), 12))
        overseas.story.submit(*[body for on, body in sent if on == day])
    stock = overseas.stock()
    for run in simulated:
        for (warehouse, _, lot), pieces in run.truth.on_hand.items():
            assert stock[warehouse, lot].on_hand == f"{pieces}.00", (warehouse, lot)
        for (warehouse, _, lot, event), pieces in run.truth.moved.items():
            assert getattr(stock[warehouse, lot], COLUMNS[event]) == f"{pieces}.00", (warehouse, lot, event)
        gone = sum(run.truth.total(event) for event in "SXB") - run.truth.total("R") - run.truth.total("A")
        assert run.truth.on_hand.total() + gone == 120, "nothing vanished in the simulator itself"
    refused = [run for run in simulated for told in run.notices if overseas.answers(told.number)[-1][0] == "100"]
    assert refused == []
    assert overseas.story.read(auditing.audit_ledger).balanced
    doubles = {reason for _, _, reason in overseas.cases("open")}
    assert doubles <= {"27111"}, (
        "a warehouse that tells what is true contradicts itself only where it tells a sale twice"
    )


def test_a_quiet_warehouse_has_no_troubles():
    shipments = [Shipment("SKU1", "011", "", 5, ARRIVES)]
    run = run_warehouse(1, SEOUL, shipments, UNTIL, Troubles(*[0] * len(Troubles._fields)))
    assert not any(notice.again or notice.repeats for notice in run.notices)
    assert run.truth.without_voucher == set() and {key[-1] for key in run.truth.moved} == {"I", "S"}
    assert run.truth.on_hand["SEL01", "SKU1", ""] == 5 - run.truth.total("S")


def test_what_is_left_is_destroyed_or_sent_back_when_a_warehouse_closes():
    shipments = [Shipment("SKU1", "011", "", 90, ARRIVES)]
    run = run_warehouse(2, HAMBURG, shipments, UNTIL, closes=UNTIL + timedelta(days=9))
    assert not any(run.truth.on_hand.values())
    assert {told.warehouse for told in run.notices} == {"HAM01", "HAM02"}
    assert run.notices[-1].sent_on == UNTIL + timedelta(days=9)
    assert run.truth.total("T") == 0, "what leaves the house comes to its annex"
