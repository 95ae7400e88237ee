"""Faults as profiles: seeded, switched as one, over by themselves; what they touched is listed, decisions stay."""

from __future__ import annotations

import pytest

from declarations.calendar import HOUR, MINUTE, SECOND
from single_window.cases.digests import queries as digests
from single_window.clock import Clock
from single_window.intake.injection import inject
from single_window.outcomes import making
from single_window.outcomes.profiles import profiles, read
from single_window.outcomes.switching import ActiveProfile, active_profile, switch_off, switch_on
from single_window.refused import Refused
from single_window.store.engine import snapshot
from tests.databases import ON_BOTH
from tests.stories.story import StoryRunner
from tests.tables import each

pytestmark = ON_BOTH
TRADES = 12


def on(story: StoryRunner, name: str, lasts: str = "", seed: str = "") -> ActiveProfile:
    return switch_on(story.window.engine, story.window.numbering, story.sandbox, name, lasts, seed)


def stands(story: StoryRunner) -> ActiveProfile | None:
    return story.read(active_profile)


def forced(story: StoryRunner, first: int = 0) -> list[str]:
    """What the timelines of the trades say that tests forced."""
    lines = [row for number in range(first, first + TRADES) for row in story.timeline(story.trade(number))]
    return [row.reasons for row in lines if row.event == "forced"]


def play(story: StoryRunner, first: int = 0) -> None:
    """Send the trades of a morning and let two hours pass."""
    for number in range(first, first + TRADES):
        story.send(story.trade(number))
    story.pass_time(hours=2)


def digest(story: StoryRunner) -> str:
    return both_digests(story).outcome.sha256


def both_digests(story: StoryRunner) -> digests.Digests:
    with snapshot(story.window.engine) as connection:
        return digests.digests_of(connection, story.sandbox)


def test_the_timeline_names_the_profile_and_the_profile_counts_what_it_did(story):
    on(story, "double-and-shuffle")
    play(story)
    reasons_given = forced(story)
    assert reasons_given and all("double-and-shuffle/" in reasons for reasons in reasons_given)
    assert stands(story).done == len(reasons_given)


@pytest.fixture
def calm(story: StoryRunner) -> str:
    """What the morning comes to where nothing is forced."""
    runner = StoryRunner(story.window, "calm")
    play(runner)
    runner.pass_time(hours=12)
    return digest(runner)


@pytest.mark.parametrize(
    "name",
    [
        "double-and-shuffle",
        pytest.param("a-trickle", marks=pytest.mark.long),
        pytest.param("a-normal-tuesday", marks=pytest.mark.long),
        pytest.param("the-broker-died-on-double-11", marks=pytest.mark.long),
    ],
)
def test_what_comes_twice_late_or_out_of_order_changes_no_outcome(name: str, story, calm: str):
    shaken = StoryRunner(story.window, f"shaken {name}"[:40])
    on(shaken, name)
    play(shaken)
    shaken.pass_time(hours=12)
    assert stands(shaken).done
    assert digest(shaken) == calm


def test_a_profile_ends_by_itself_and_what_it_held_back_has_come(story):
    on(story, "customs-is-silent", lasts="1h")
    first = story.trade()
    story.send(first)
    assert stands(story).on and story.statuses(first) in ([], ["4"])
    story.pass_time(hours=1)
    assert not stands(story).on and story.statuses(first)[-1] == "800"
    before = stands(story)
    story.send(later := story.trade(1))
    assert stands(story) == before and "forced" not in [row.event for row in story.timeline(later)]
    assert story.statuses(later) == ["2", "120", "800"]


@pytest.mark.long
def test_the_same_seed_touches_the_same_and_another_seed_others(story):
    touched = []
    for name, seed in (("one", "a"), ("two", "a"), ("three", "b")):
        runner = StoryRunner(story.window, name)
        on(runner, "double-and-shuffle", seed=seed)
        play(runner)
        touched.append([[row.event for row in runner.timeline(runner.trade(n))].count("forced") for n in range(TRADES)])
    assert touched[0] == touched[1] != touched[2]


@pytest.mark.long
def test_a_share_is_about_so_many_of_a_hundred(story):
    making.make(
        story.window.engine,
        story.window.numbering,
        story.sandbox,
        match={"type": "621", "share": 25},
        action={"do": "reject"},
    )
    for number in range(60):
        story.send(story.trade(number))
    rejected = [story.state(story.trade(number)) for number in range(60)].count("rejected")
    assert 6 <= rejected <= 24


def test_one_profile_is_on_at_a_time_and_off_leaves_other_triggers(story):
    making.make(
        story.window.engine, story.window.numbering, story.sandbox, match={"order": "no*"}, action={"do": "reject"}
    )
    on(story, "a-bad-line", lasts="3h")
    with pytest.raises(Refused, match="a-bad-line"):
        on(story, "a-trickle")
    story.pass_time(hours=1)
    ended, now = switch_off(story.window.engine, story.sandbox), story.window.now(story.sandbox)
    assert (ended.profile, ended.on, ended.ends) == ("a-bad-line", False, now) and ended.begins < now
    assert stands(story) is None and switch_off(story.window.engine, story.sandbox) is None
    assert len(story.read(making.triggers_of)) == 1
    assert on(story, "a-trickle").on


def test_a_profile_that_ended_makes_room_for_the_next(story):
    on(story, "a-bad-line")
    story.pass_time(hours=1)
    assert on(story, "a-trickle").profile == "a-trickle"


def test_the_clock_jumps_and_the_profile_begins_where_it_arrived(story):
    before = story.window.now(story.sandbox)
    state = on(story, "the-clock-jumped")
    assert state.begins == story.window.now(story.sandbox) == before + 26 * HOUR


def test_a_clock_that_is_held_goes_on_by_itself():
    held = Clock("virtual", base=1_000, set_at=5 * MINUTE)
    assert [held.now(at) for at in (0, 4 * MINUTE, 5 * MINUTE, 5 * MINUTE + SECOND)] == [1_000, 1_000, 1_000, 2_000]


def test_an_officer_in_two_minds_takes_a_day_longer(story):
    times, window = [], story.window
    for name in ("quick", "slow"):
        runner = StoryRunner(window, name, automatic_officer=True)
        if name == "slow":
            on(runner, "officers-in-two-minds")
        making.make(window.engine, window.numbering, name, match={"type": "621"}, action={"do": "review"})
        runner.send(trade := runner.trade())
        begun = window.now(name)
        while runner.statuses(trade)[-1] == "300" and window.now(name) < begun + 60 * HOUR:
            runner.pass_time(hours=1)
        times.append(window.now(name) - begun)
    assert times[1] - times[0] == 24 * HOUR


@each("name", sorted(profiles()))
def test_every_profile_has_words_a_time_and_something_that_goes_wrong(name: str):
    profile = profiles()[name]
    assert profile.zh and profile.en and profile.lasts and profile.parts and profile.groups
    assert len({part.name for part in profile.parts}) == len(profile.parts)
    assert all(len(f"{name}/{part.name}") <= 60 for part in profile.parts)


HEAD = 'zh = "z"\nen = "e"\nlasts = "1h"\n[[fault]]\nname = "n"\ngroup = "receipts"\n'


@each(
    "source",
    [
        HEAD + 'share = 0\ndo = { do = "lose" }',
        HEAD + 'share = 101\ndo = { do = "lose" }',
        HEAD + 'from = "2h"\nto = "1h"\ndo = { do = "lose" }',
        HEAD + 'from = "soon"\ndo = { do = "lose" }',
        HEAD + 'do = { do = "delay", spread = "rate" }',
        HEAD + 'do = { do = "delay", seconds = -1 }',
        HEAD.replace('"receipts"', '"weather"') + 'do = { do = "lose" }',
        HEAD.replace('"1h"', '"91d"') + 'do = { do = "lose" }',
    ],
)
def test_a_file_that_cannot_be_is_refused(source: str):
    with pytest.raises(Refused):
        read("mine", source)


def test_only_a_profile_has_an_end_until_which_to_wait(story):
    with pytest.raises(Refused, match="profile"):
        making.make(
            story.window.engine,
            story.window.numbering,
            story.sandbox,
            action={"do": "delay", "spread": "end"},
        )


def test_what_is_not_there_is_named_with_what_is_near(story):
    with pytest.raises(Refused, match="a-normal-tuesday"):
        on(story, "a-normal-thursday")
    assert stands(story) is None


@each("lasts", ["0s", "soon", "91d", "-1h"])
def test_a_time_that_cannot_be_is_refused_and_nothing_is_on(lasts: str, story):
    with pytest.raises(Refused):
        on(story, "a-trickle", lasts=lasts)
    assert stands(story) is None


def forcing(story: StoryRunner, sandbox: str) -> None:
    making.make(
        story.window.engine,
        story.window.numbering,
        sandbox,
        match={"type": "621", "share": 50},
        action={"do": "reject"},
    )


def test_a_digest_knows_no_row_ids_of_what_was_forced(story):
    digests_of = []
    for name, before in (("first", 0), ("later", 3)):
        forced_one = StoryRunner(story.window, name)
        for _ in range(before):  # other triggers take the ids before it
            forcing(story, name)
        making.remove(story.window.engine, name)
        forcing(story, name)
        play(forced_one)
        assert forced(forced_one)
        digests_of.append(digest(forced_one))
    assert digests_of[0] == digests_of[1]


def test_a_digest_knows_no_row_ids_of_messages_that_are_passed_on(story):
    told = []
    for name in ("first", "later"):  # the later one's rows have the ids behind those of the first
        runner = StoryRunner(story.window, name)
        runner.submit(*[subscribed(runner.message(runner.trade(number), "order")) for number in range(3)])
        inject(runner.window, name, "DXPENT9999999999", b"<Anything><returnStatus>1</returnStatus></Anything>")
        told.append(both_digests(runner))
    assert told[0] == told[1] and told[0].sequence.lines == 10


def subscribed(body: bytes) -> bytes:
    """A message whose data another participant gets, too."""
    subscribes = (
        b"<ceb:BaseSubscribe><ceb:status>ALL</ceb:status><ceb:dxpMode>DXP</ceb:dxpMode>"
        b"<ceb:dxpAddress>DXPENT8888888888</ceb:dxpAddress></ceb:BaseSubscribe>"
    )
    return body.replace(b"</ceb:BaseTransfer>", b"</ceb:BaseTransfer>" + subscribes)
