"""Two documents of one trade handled at the same instant by two processes meet exactly once."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest

from single_window.settings import Settings
from single_window.wiring import Window
from tests.patience import PATIENCE
from tests.stories.killing import at_once
from tests.stories.story import KINDS, outcome

ROUNDS = 3


def work(folder: Path, ids: list[int], barrier) -> None:
    """One process: a window of its own on the shared database, working off its deliveries once both are ready."""
    window = Window(Settings(data=folder, synchronous="NORMAL", readers=0, run_to_completion=0))
    barrier.wait(PATIENCE)
    window._workers["customs"].work(ids)
    window.close()


@pytest.fixture
def story(start_story):
    """A story whose every hop is a batch of its own, as where each gateway has a process."""
    return start_story(run_to_completion=0)


@pytest.mark.parametrize("pair", list(combinations(KINDS, 2)), ids="-".join)
@pytest.mark.long
def test_each_pair_of_documents_at_the_same_instant_ends_in_one_release(story, tmp_path, pair):
    trades = [story.trade(number) for number in range(ROUNDS)]
    for trade in trades:
        story.send(trade, *[kind for kind in KINDS if kind not in pair])
    ids = {}
    for kind in pair:
        story.file(*[story.message(trade, kind) for trade in trades])
        story.window._workers["reception"].work(story.waiting(queue="reception"))
        ids[kind] = story.waiting(queue="customs", topic=f"import.{kind}")
        assert ids[kind]
    at_once(work, *[(tmp_path / "story", ids[kind]) for kind in pair])
    story.window.settle()
    for trade in trades:
        assert outcome(story.receipts(trade)) == [("2", "2.inventory"), ("120", "1800"), ("800", "2600")]
        assert [story.statuses(trade, kind) for kind in KINDS[:3]] == [["2", "120"]] * 3
        assert story.bills(trade) == [("0", "made")]


def test_a_list_amended_while_customs_decides_is_decided_on_its_new_facts(story):
    trade = story.trade()
    story.send(trade, "order", "payment", "waybill")
    story.file(story.message(trade, "inventory", buyerName="他人甲"))
    customs = story.window._workers["customs"]
    consumer, plan = customs._consumer, customs._consumer.plan

    def amended_meanwhile(connection, taken):
        written = plan(connection, taken)
        if consumer.plan is amended_meanwhile:
            consumer.plan = plan
            number = str(story.receipts(trade)[0].fields["preNo"])
            story.file(
                story.message(trade, "inventory", appType="2", appTime="20991231235959", guid="F" * 36, preNo=number)
            )
            story.window._workers["reception"].work(story.waiting(queue="reception"))
        return written

    consumer.plan = amended_meanwhile
    story.window.settle()
    assert outcome(story.receipts(trade)) == [
        ("2", "2.inventory"),
        ("2", "2.inventory.modify"),
        ("120", "1800"),
        ("800", "2600"),
    ]


def test_a_commit_that_fails_leaves_nothing_in_memory(story):
    trade = story.trade(fault="guarantee_short")
    story.send(trade)
    broken = [True]

    def breaks(point):
        if point == "before-commit" and broken:
            broken.clear()
            raise OSError("no space left on device")

    for worker in story.window._workers.values():
        worker._fault = breaks if worker._consumer.queue == "customs" else worker._fault
    number = str(story.column(trade, "invt_no"))
    story.decide(number, "reject")
    assert not broken
    assert outcome(story.receipts(trade))[-1] == ("100", "1300")
    assert story.statuses(trade).count("100") == 1
    assert story.used_allowance(trade) == (0, 0)
