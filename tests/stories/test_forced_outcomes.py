"""Outcomes that a test forces, on each database: counted once whoever is killed, drawn alike, for exports too."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from single_window.outcomes import making
from single_window.outcomes.forcing import About, Forcing
from single_window.outcomes.triggers import Do, Trigger
from single_window.receipts.rows import after, render
from single_window.store.engine import reading, writing
from single_window.store.records import Conflict
from single_window.store.tables import held_receipt, outcome_trigger, receipt_group, timeline
from tests.databases import ON_BOTH, fetch, write_by
from tests.stories.exporting import DOCUMENTS, Sale, note, statuses
from tests.stories.killing import killed
from tests.stories.story import KINDS, StoryRunner
from tests.stories.test_killed import sending

pytestmark = ON_BOTH


def force(story: StoryRunner, do: str, **more: object) -> Trigger:
    match, times = more.pop("match", {}), more.pop("times", 0)
    (made,) = making.make(
        story.window.engine,
        story.window.numbering,
        story.sandbox,
        match=match,
        times=times,  # type: ignore[arg-type]
        action={"do": do, **more},
    )
    return made


def left(story: StoryRunner) -> list[int]:
    return [trigger.left for trigger in story.read(making.triggers_of)]


def forced_lines(story: StoryRunner) -> int:
    return int(
        fetch(
            story.window.engine, select(func.count()).select_from(timeline).where(timeline.c.event == "forced")
        ).scalar_one()
    )


def test_a_trigger_acts_as_often_as_it_may_and_then_no_more(story):
    force(story, "reject", code="1332", times=2)
    trades = [story.trade(number) for number in range(4)]
    for trade in trades:
        story.send(trade)
    assert [story.state(trade) for trade in trades] == ["rejected"] * 2 + ["released"] * 2
    assert left(story) == [0]
    assert forced_lines(story) == 2


def test_in_one_batch_it_acts_no_more_often(story):
    force(story, "lose", match={"receipt": "622.800"}, times=3)
    trades = [story.trade(number) for number in range(5)]
    story.submit(*[story.message(trade, kind) for trade in trades for kind in KINDS])
    assert sorted(len(story.statuses(trade)) for trade in trades) == [2, 2, 2, 3, 3]
    assert {story.state(trade) for trade in trades} == {"released"}


def test_of_two_that_planned_with_the_last_time_one_plans_again(story):
    trigger = force(story, "reject", times=1)
    about = About("inventory", "key", "DD1", "DXPENT0000000001")
    with reading(story.window.engine) as connection:
        both = [Forcing(connection, story.sandbox, "seed", 0, [trigger]) for _ in range(2)]
        assert all(forcing.take({Do.REJECT}, about) for forcing in both)
        assert both[0].take({Do.REJECT}, about) is None
    write_by(story.window.engine, both[0].settle)
    with pytest.raises(Conflict), writing(story.window.engine) as connection:
        both[1].settle(connection)
    assert left(story) == [0]


@pytest.mark.parametrize("point", ["before-commit", "after-commit", "in-hand"])
@pytest.mark.parametrize("times", [2, 5])
@pytest.mark.long
def test_whoever_is_killed_neither_loses_nor_doubles_one(story, tmp_path, point, times):
    if story.window.engine.dialect.name != "sqlite":
        pytest.skip("processes that are killed work on a file")
    force(story, "reject", code="1332", times=2)
    force(story, "repeat", copies=3, match={"receipt": "312.120"}, times=2)
    trades = [story.trade(number) for number in range(6)]
    (tmp_path / "story" / "bodies").write_text(
        "\n".join(story.message(trade, kind).hex() for trade in trades for kind in KINDS)
    )
    (tmp_path / "story" / "acknowledged").touch()
    story.window.close()
    with killed(tmp_path / "story", point, times, sending) as after:
        assert sorted(after.state(trade) for trade in trades) == ["rejected"] * 2 + ["released"] * 4
        assert sorted(len(after.statuses(trade, "order")) for trade in trades) == [2] * 4 + [4] * 2
        assert left(after) == [0, 0] and forced_lines(after) == 4


def test_the_newest_that_matches_acts(story):
    force(story, "reject")
    force(story, "review", match={"order": story.trade(1).id[:-1] + "?", "type": "621"})
    force(story, "inspect", match={"sender": "DXPENT*", "order": story.trade(1).id})
    force(story, "reject", match={"sender": "nobody"})
    story.send(story.trade(1))
    making.remove(story.window.engine, story.sandbox)
    force(story, "inspect")
    force(story, "reject")
    story.send(story.trade(0))
    assert [story.state(story.trade(number)) for number in (1, 0)] == ["under_inspection", "rejected"]


def test_every_list_of_a_message_that_is_refused_as_malformed_says_so_and_passes_when_sent_again(story):
    force(story, "ceb900", match={"type": "621"}, times=1)
    trades = [story.trade(number) for number in range(2)]
    first, second = [story.message(trade, "inventory") for trade in trades]
    (added,) = re.findall(b"<ceb:Inventory>.*</ceb:Inventory>", second, re.DOTALL)
    both = first.replace(b"</ceb:Inventory>", b"</ceb:Inventory>" + added, 1)
    story.submit(both.replace(both.split(b'guid="')[1][:36], b"C" * 36, 1))
    for trade in trades:
        story.send(trade)
        assert story.state(trade) == "released" and "forced" in [row.event for row in story.timeline(trade)]


def test_what_customs_rejects_by_itself_is_not_counted(story):
    force(story, "reject", times=1)
    story.send(story.trade(3, fault="payer_differs"))
    assert left(story) == [1] and forced_lines(story) == 0


def test_delays_depend_on_seed_trigger_and_key_alone(start_story):
    drawn = []
    for name in ("first", "second"):
        story = start_story(name)
        if name == "second":
            force(story, "reject", match={"order": "nobody"})
        force(story, "delay", spread="uniform", least=5, most=900)
        story.send(story.trade())
        story.pass_time(hours=1)
        rows = (
            fetch(story.window.engine, select(timeline.c.reasons).where(timeline.c.event == "forced")).scalars().all()
        )
        drawn.append(sorted(reason.partition('"seconds":"')[2].partition('"')[0] for reason in rows))
        assert story.statuses(story.trade()) == ["2", "120", "800"]
    assert drawn[0] == drawn[1] and len(set(drawn[0])) > 5
    assert all(5 <= float(seconds) <= 900 for seconds in drawn[0])


def test_what_is_held_back_comes_once_and_nothing_stays(story):
    force(story, "delay", seconds=3_600)
    story.send(story.trade())
    assert story.statuses(story.trade()) == []
    making.remove(story.window.engine, story.sandbox)
    story.pass_time(hours=2)
    assert story.statuses(story.trade()) == ["2", "120", "800"]
    with reading(story.window.engine) as connection:
        for table in (held_receipt, outcome_trigger):
            assert connection.execute(select(func.count()).select_from(table)).scalar_one() == 0


def test_another_receipt_can_be_written_whatever_it_is_made_of(story):
    force(story, "receipt", status="-123456789", words="改" * 500, place="instead")
    sale = Sale()
    for trade in (story.trade(0), story.trade(3, fault="payer_differs")):
        story.send(trade)
    story.submit(b"<broken/>", *sale.messages(*DOCUMENTS), note("arrival_note", [sale]))
    story.pass_time(days=40)
    with reading(story.window.engine) as connection:
        boxes = connection.execute(select(receipt_group.c.mailbox).distinct()).scalars().all()
        written = [
            message for box in boxes for message in render(connection, after(connection, story.sandbox, box, 0, 1_000))
        ]
    assert {message.code for message in written} >= {"312", "412", "512", "622", "816", "304", "506", "604", "508"}
    assert {message.code for message in written if b"-123456789" not in message.body} == {"816", "818"}


@pytest.mark.parametrize(("do", "status"), [("reject", "100"), ("inspect", "500"), ("review", "300")])
def test_lists_of_exports_are_forced_too(story, do, status):
    force(story, do, match={"type": "603"})
    sale = Sale()
    story.submit(*sale.messages(*DOCUMENTS))
    story.submit(note("arrival_note", [sale]))
    assert statuses(story, sale.id, "export_inventory")[-1][0] == status
