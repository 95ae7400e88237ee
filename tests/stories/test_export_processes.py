"""Two documents of one export handled at the same instant by two processes meet exactly once."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest

from single_window.settings import Settings
from single_window.wiring import Window
from tests.databases import ON_BOTH
from tests.patience import PATIENCE
from tests.stories.exporting import DOCUMENTS, Sale, note, statuses
from tests.stories.killing import at_once
from tests.stories.test_export_lives import CONCLUDED, RELEASED, TAKEN, lists

pytestmark = ON_BOTH
ROUNDS = 3
TOPICS = {"export_order": "export.order", "export_waybill": "export.waybill", "export_inventory": "export.inventory"}


def work(folder: Path, address: str, ids: list[int], barrier) -> None:
    """One process: a window of its own on the shared database, working off its deliveries once both are ready."""
    window = Window(Settings(data=folder, synchronous="NORMAL", readers=0, database=address, run_to_completion=0))
    barrier.wait(PATIENCE)
    window._workers["customs"].work(ids)
    window.close()


@pytest.fixture
def story(start_story):
    """A story whose every hop is a batch of its own, as where each gateway has a process."""
    return start_story(run_to_completion=0)


def received(story, *bodies) -> list[int]:
    """File messages and let the port alone work; gives customs' new deliveries."""
    before = story.waiting(queue="customs")
    story.file(*bodies)
    story.window._workers["reception"].work(story.waiting(queue="reception"))
    return sorted(set(story.waiting(queue="customs")) - set(before))


def together(story, *ids: list[int]) -> None:
    """Let processes work these deliveries at the same instant, then the rest be done."""
    settings = story.window.settings
    at_once(work, *[(settings.data, settings.database, delivery_id) for delivery_id in ids])
    story.window.settle()


@pytest.mark.parametrize("pair", list(combinations(DOCUMENTS, 2)), ids="-".join)
@pytest.mark.long
def test_each_pair_of_documents_at_the_same_instant_is_accepted_once(story, pair):
    sales = [Sale(number) for number in range(1, ROUNDS + 1)]
    for sale in sales:
        story.submit(*sale.messages(*[kind for kind in DOCUMENTS if kind not in pair]))
    ids = [received(story, *[sale.message(kind) for sale in sales]) for kind in pair]
    assert all(ids)
    together(story, *ids)
    for sale in sales:
        assert lists(story, sale) == TAKEN
        assert statuses(story, sale.id, "export_order") == TAKEN
        assert statuses(story, sale.waybill, "export_waybill") == CONCLUDED


def test_the_last_two_parts_of_a_note_at_the_same_instant_complete_it_once(story):
    sales = [Sale(number) for number in range(1, ROUNDS + 1)]
    for sale in sales:
        story.file(*sale.messages())
    story.window.settle()
    bodies = [note("arrival_note", [sale], "YD1", place, ROUNDS) for place, sale in enumerate(sales, 1)]
    story.submit(bodies[0])
    together(story, received(story, bodies[1]), received(story, bodies[2]))
    assert statuses(story, "YD1", "arrival_note").count(("399", "2300.taken")) == ROUNDS
    assert [lists(story, sale) for sale in sales] == [RELEASED] * ROUNDS


def test_arrival_and_departure_of_the_same_parcels_at_the_same_instant_close_them_once(story):
    sales = [Sale(number) for number in range(1, ROUNDS + 1)]
    for sale in sales:
        story.file(*sale.messages())
    story.window.settle()
    for kind, number in (("arrival_note", "YD1"), ("departure_note", "LJ1")):
        story.window._workers["customs"].work(received(story, note(kind, sales, number)))
    arrived, departed = [story.waiting(topic=name) for name in ("goods.arrived", "goods.departed")]
    together(story, arrived, departed)
    assert [lists(story, sale) for sale in sales] == [[*RELEASED, ("899", "14899")]] * ROUNDS
    assert statuses(story, "LJ1", "departure_note") == CONCLUDED
