"""What was told of containers goes with a sandbox's pruning, when these have gone themselves."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from single_window.retention import pruning
from single_window.store.agency_tables.port import port_case, port_event, port_parcel
from single_window.store.engine import reading
from tests.databases import ON_BOTH
from tests.stories.exporting import Sale
from tests.stories.port import BOX, OTHER_BOX, OTHER_TERMINAL, Port
from tests.stories.test_port_full import gated_in, leave

pytestmark = ON_BOTH
FIRST, SECOND = Sale(1), Sale(2)


@pytest.fixture
def port(start_story) -> Port:
    return Port(start_story(port="full"))


def prune(port: Port) -> int:
    """Prune what is older than a day; gives how many events that is by the plan."""
    story = port.story
    before = story.window.now(story.sandbox)
    story.pass_time(days=1)
    with reading(story.window.engine) as connection:
        planned = pruning.plan(connection, story.sandbox, before).events
    list(pruning.prune(story.window.engine, story.sandbox, before))
    return planned


def left(port: Port) -> list[tuple[str, str]]:
    return sorted(map(tuple, port.story.rows(select(port_event.c.container_no, port_event.c.event))))


def test_a_box_that_has_left_goes_with_its_ship_and_its_parcels(port: Port) -> None:
    gated_in(port, FIRST)
    port.tell(port.told("LOD", 5), port.told("DEP", 6, box=""))
    leave(port, FIRST)
    port.story.pass_time(hours=1)
    assert prune(port) == 2, "the ship's own event follows"
    assert left(port) == [] and port.story.rows(select(port_parcel.c.key)) == []
    assert port.story.state(FIRST) == "closed"


def test_a_box_stays_as_long_as_anything_of_it_is_new(port: Port) -> None:
    port.tell(port.told("GIN", 1), port.told("LOD", 2), port.told("LOD", 2, box=OTHER_BOX), port.told("DEP", 3, box=""))
    story = port.story
    before = story.window.now(story.sandbox)
    story.pass_time(hours=1)
    port.tell(port.told("STW", 3, box=OTHER_BOX))
    list(pruning.prune(story.window.engine, story.sandbox, before + 1))
    assert left(port) == [("", "DEP"), (OTHER_BOX, "LOD"), (OTHER_BOX, "STW")]


def test_a_box_stays_as_long_as_a_parcel_in_it_waits(port: Port) -> None:
    port.pack([SECOND], OTHER_BOX)
    gated_in(port, FIRST)
    port.tell(port.told("GIN", 1, box=OTHER_BOX))
    assert prune(port) == 0
    assert left(port) == [(BOX, "GIN"), (OTHER_BOX, "GIN")]


def test_a_box_stays_as_long_as_it_contradicts_itself(port: Port) -> None:
    port.tell(port.told("GIN", 1))
    port.tell(port.told("GIN", 2), terminal=OTHER_TERMINAL)
    assert prune(port) == 0 and len(left(port)) == 2
    (case,) = port.cases()
    port.decide(case.case_no, "accept")
    assert prune(port) == 2 and left(port) == []
    assert port.story.rows(select(port_case.c.state)) == [("accepted",)], "cases stay"


def test_another_sandbox_is_not_touched(port: Port) -> None:
    port.tell(port.told("GIN", 1))
    before = port.story.window.now(port.story.sandbox) + 1
    list(pruning.prune(port.story.window.engine, "main", before))
    assert left(port) == [(BOX, "GIN")]
