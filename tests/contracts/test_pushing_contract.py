"""Pushing keeps its word on both databases: at least once, in order, no gap, one at a time; who fails waits alone."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import count
from threading import Event, Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from gateways.circumstances import Options
from single_window.clock import Clock, system_now
from single_window.observe.metrics import meters
from single_window.outcomes import making
from single_window.outcomes.switching import switch_on
from single_window.receipts.messages import ReceiptsMessage
from single_window.receipts.pushing.pauses import DAY, HOUR, MINUTE, OF_PARTICIPANTS, SECOND, Pauses
from single_window.receipts.pushing.pool import PushPool
from single_window.receipts.pushing.pusher import HOLD_MS, NotDelivered, Pusher
from single_window.refused import Refused
from single_window.store import channels, sandboxes
from single_window.store.channels import Channel
from single_window.store.engine import reading, writing
from single_window.store.names import ACTIVE, BLOCKED, OFF, WEBHOOK
from single_window.wiring import Window
from tests.databases import ON_BOTH, kept_open, made_database, window_in
from tests.mailboxes import BOX, NOON, numbers, put
from tests.patience import PATIENCE

pytestmark = ON_BOTH


class Receiver:
    """Confirms or fails as set (for ever, when nothing is set), and remembers what came."""

    kind = WEBHOOK
    pauses: Pauses = OF_PARTICIPANTS

    def __init__(self, window: Window, *answers: bool) -> None:
        self.window, self.answers = window, list(answers)
        self.confirmed: list[int] = []
        self.came: list[tuple[str, tuple[int, ...], bool]] = []
        self.before_answer: Callable[[], None] = lambda: None

    def now(self, sandbox: str) -> int:
        return self.window.now(sandbox)

    def send(self, channel: Channel, messages: Sequence[ReceiptsMessage]) -> Generator[int, None, None]:
        for message in messages:
            good = self.answers.pop(0) if self.answers else True
            self.came.append((message.id, tuple(numbers(message.body)), good))
            self.before_answer()
            if not good:
                raise NotDelivered("no, thank you")
            self.confirmed += numbers(message.body)
            yield message.last


@pytest.fixture(scope="module")
def window(dialect: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    folder = tmp_path_factory.mktemp("pushing")
    with made_database(dialect, folder) as address:
        yield from kept_open(window_in(folder, database=address))


class Story:
    """A sandbox of its own with one webhook; its clock stands still."""

    def __init__(self, window: Window, name: str) -> None:
        self.window, self.name = window, name
        window.make_sandbox(name, Options(), clock=Clock("virtual", NOON, 0, Decimal(0)))
        self.register(BOX)

    def register(self, mailbox: str) -> None:
        with writing(self.window.engine) as connection:
            channels.put(connection, Channel(self.name, mailbox, WEBHOOK, "http://example.org/", "secret"))

    def put(self, *codes: str, mailbox: str = BOX) -> None:
        put(self.window, mailbox, codes, self.name)

    def channel(self, mailbox: str = BOX) -> Channel:
        with reading(self.window.engine) as connection:
            channel = channels.find(connection, self.name, mailbox, WEBHOOK)
        assert channel is not None
        return channel

    def round(self, receiver: Receiver) -> int:
        """Push whatever of this sandbox is due."""
        pusher = Pusher(self.window.engine, receiver)
        return sum(pusher.push(channel) for channel in pusher.due() if channel.sandbox == self.name)

    def pass_time(self, milliseconds: int) -> None:
        with writing(self.window.engine) as connection:
            sandboxes.set_clock(connection, self.name, self.window.now(self.name) + milliseconds)

    def change(self, change: Callable[..., object], *values: object) -> None:
        with writing(self.window.engine) as connection:
            change(connection, self.channel(), *values)


_serial = count(1)


@pytest.fixture
def story(window: Window) -> Story:
    return Story(window, f"story {next(_serial)}")


def test_receipts_are_delivered_in_order_and_once(story: Story) -> None:
    receiver = Receiver(story.window)
    story.put("312", "312", "412")
    story.put("312")
    assert story.round(receiver) == 4
    assert receiver.confirmed == [1, 2, 3, 4]
    assert [sequences for _, sequences, _ in receiver.came] == [(1, 2), (3,), (4,)]
    assert story.round(receiver) == 0 and story.channel().position == 4
    story.put("312")
    assert story.round(receiver) == 1 and receiver.confirmed == [1, 2, 3, 4, 5]


def test_the_time_of_each_confirmation_is_counted_and_of_failures_none(story: Story) -> None:
    def counted() -> float:
        result = meters.meters().registry.get_sample_value("single_window_push_seconds_count", {"kind": WEBHOOK})
        return result or 0.0

    meters.keep_in_memory()
    story.put("312", "312", "412")
    story.round(Receiver(story.window, True, False))
    assert counted() == 1
    story.pass_time(5 * SECOND)
    story.round(Receiver(story.window))
    assert counted() == 2


def test_the_position_moves_only_after_the_confirmation(story: Story) -> None:
    receiver = Receiver(story.window)
    seen: list[int] = []
    receiver.before_answer = lambda: seen.append(story.channel().position)
    story.put("312", "412", "312")
    story.round(receiver)
    assert seen == [0, 1, 2]


def test_a_message_that_failed_comes_again_as_it_was_whatever_came_meanwhile(story: Story) -> None:
    receiver = Receiver(story.window, False)
    story.put("312", "312")
    story.round(receiver)
    story.put("312")
    story.pass_time(5 * SECOND)
    story.round(receiver)
    story.round(receiver)
    first, again, rest = receiver.came
    assert first[:2] == again[:2] and first[1] == (1, 2)
    assert rest[1] == (3,) and receiver.confirmed == [1, 2, 3]


def test_the_rest_of_an_attempt_keeps_its_messages_too(story: Story) -> None:
    receiver = Receiver(story.window, True, False)
    story.put(*["312"] * 250)
    story.round(receiver)
    story.put("312")
    story.pass_time(5 * SECOND)
    for _ in range(4):
        story.round(receiver)
    assert [len(sequences) for _, sequences, _ in receiver.came] == [100, 100, 100, 50, 1]
    assert receiver.came[1][0] == receiver.came[2][0]
    assert receiver.confirmed == list(range(1, 252))


def test_pauses_grow_the_channel_is_blocked_probed_with_one_message_and_unblocked(story: Story) -> None:
    receiver = Receiver(story.window, *[False] * 7)
    story.put("312", "412", "312")
    states = []
    for pause in (5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, HOUR):
        assert story.round(receiver) == 0
        channel = story.channel()
        assert (channel.next_at, channel.last_error) == (story.window.now(story.name) + pause, "no, thank you")
        states.append(channel.state)
        story.pass_time(pause - 1)
        assert story.round(receiver) == 0
        story.pass_time(1)
    assert states == [ACTIVE, ACTIVE] + [BLOCKED] * 5
    assert len(receiver.came) == 7
    assert story.round(receiver) == 1, "a probe is one message"
    assert story.channel().state == ACTIVE
    assert story.round(receiver) == 2 and receiver.confirmed == [1, 2, 3]
    channel = story.channel()
    assert (channel.failures, channel.next_at, channel.blocked_at, channel.last_error) == (0, 0, 0, "")


def test_after_three_days_it_is_still_tried_once_a_day(story: Story) -> None:
    receiver = Receiver(story.window, *[False] * 6)
    story.put("312")
    for pause in (5 * SECOND, 30 * SECOND, 2 * MINUTE, 3 * DAY):
        story.round(receiver)
        story.pass_time(pause)
    story.round(receiver)
    story.round(receiver)
    assert story.channel().next_at - story.window.now(story.name) == 30 * MINUTE
    story.pass_time(HOUR)
    story.round(receiver)
    assert story.channel().next_at - story.window.now(story.name) == DAY
    story.pass_time(DAY)
    assert story.round(receiver) == 1


def test_an_instant_that_a_moved_clock_left_far_behind_is_due(story: Story) -> None:
    receiver = Receiver(story.window, False)
    story.put("312")
    story.round(receiver)
    story.pass_time(-400 * DAY)
    assert story.round(receiver) == 1


def test_one_that_fails_keeps_nobody_waiting(story: Story) -> None:
    other = "DXPENT0000000002"
    story.register(other)
    story.put("312")
    story.put("312", mailbox=other)
    receiver = Receiver(story.window, False)
    assert story.round(receiver) == 1
    assert sorted(story.channel(box).position for box in (BOX, other)) == [0, 1]


def test_what_is_off_gets_nothing_and_what_was_confirmed_meanwhile_counts(story: Story) -> None:
    receiver = Receiver(story.window)
    story.put("312", "412")
    receiver.before_answer = lambda: story.change(channels.switch_off)
    assert story.round(receiver) == 0
    assert receiver.confirmed == [1], "nothing more is sent"
    assert (story.channel().state, story.channel().position) == (OFF, 1)
    receiver.before_answer = lambda: None
    assert story.round(receiver) == 0 and receiver.confirmed == [1]


def test_redelivery_begins_where_requested_even_while_a_message_is_under_way(story: Story) -> None:
    receiver = Receiver(story.window)
    story.put("312", "412", "312")
    story.round(receiver)
    story.put("412")

    def once() -> None:
        receiver.before_answer = lambda: None
        story.change(channels.move, 1)

    receiver.before_answer = once
    story.round(receiver)
    story.round(receiver)
    assert receiver.confirmed == [1, 2, 3, 4, 2, 3, 4]


def test_redelivery_does_not_wait_for_the_next_attempt(story: Story) -> None:
    receiver = Receiver(story.window, True, False)
    story.put("312", "412")
    story.round(receiver)
    story.change(channels.move, 0)
    assert story.round(receiver) == 1
    assert story.round(receiver) == 1
    assert receiver.confirmed == [1, 1, 2]


def test_only_one_of_several_processes_pushes_a_channel(story: Story) -> None:
    receiver = Receiver(story.window)
    story.put(*["312", "412"] * 10)
    pushers = [Pusher(story.window.engine, receiver) for _ in range(4)]
    channel = story.channel()
    threads = [Thread(target=pusher.push, args=(channel,)) for pusher in pushers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert receiver.confirmed == list(range(1, 21))


def test_while_a_message_is_under_way_nobody_else_sends(story: Story) -> None:
    receiver, other = Receiver(story.window), Receiver(story.window)
    story.put("312", "412")
    receiver.before_answer = lambda: others.append(Pusher(story.window.engine, other).push(story.channel()))
    others: list[int] = []
    assert story.round(receiver) == 2
    assert others == [0, 0] and other.came == []


def test_a_channel_whose_server_died_is_taken_over_when_it_is_held_no_longer(story: Story) -> None:
    receiver = Receiver(story.window)
    story.put("312")
    now = system_now()
    with writing(story.window.engine) as connection:
        held = channels.take(connection, story.channel(), "dead", tried=1, until=now + HOLD_MS, system=now)
    assert held is not None and story.round(receiver) == 0
    with writing(story.window.engine) as connection:
        assert channels.take(connection, story.channel(), "early", tried=1, until=now + HOLD_MS, system=now) is None
        taken = channels.take(
            connection, story.channel(), "new", tried=1, until=now + HOLD_MS, system=now + HOLD_MS + 1
        )
        assert taken is not None
        assert channels.confirm(connection, held, position=1, until=0, now=0) is None, "the dead one has lost it"
        channels.fail(connection, held, state=BLOCKED, failures=9, next_at=9, blocked_at=9, error="late")
        assert channels.confirm(connection, taken, position=1, until=0, now=0) is not None
    assert (story.channel().position, story.channel().state, story.channel().failures) == (1, ACTIVE, 0)


@pytest.mark.parametrize("point", [1, 2, 3])
def test_a_kill_while_a_message_is_under_way_repeats_that_message_and_no_other(story: Story, point: int) -> None:
    receiver = Receiver(story.window)

    def killed() -> None:
        if len(receiver.came) == point:
            raise SystemExit

    receiver.before_answer = killed
    story.put("312", "412", "312")
    with pytest.raises(SystemExit):
        story.round(receiver)
    assert story.channel().position == point - 1
    receiver.before_answer = lambda: None
    story.put("312")
    assert story.round(receiver) == 0, "it is held for a while"
    with writing(story.window.engine) as connection:
        channels.release(connection, story.channel())
    story.round(receiver)
    story.round(receiver)
    assert [sequences for _, sequences, _ in receiver.came] == [
        (1,),
        *[(2,)] * (point > 1),
        *[(3,)] * (point > 2),
        *[(number,) for number in range(point, 5)],
    ]
    assert len({name for name, *_ in receiver.came}) == 4


def test_what_cannot_be_put_into_words_blocks_its_channel_and_says_why(story: Story) -> None:
    receiver = Receiver(story.window)
    receiver.before_answer = lambda: [][0]
    story.put("312")
    story.round(receiver)
    assert "IndexError" in story.channel().last_error and story.channel().failures == 1


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    codes=st.lists(st.sampled_from(["312", "412"]), min_size=1, max_size=8),
    late=st.lists(st.sampled_from(["312", "412"]), max_size=3),
    answers=st.lists(st.booleans(), max_size=12),
)
def test_whatever_the_receiver_answers_it_confirmed_exactly_the_sequence(
    window: Window, codes: list[str], late: list[str], answers: list[bool]
) -> None:
    story = Story(window, f"property {next(_serial)}")
    receiver = Receiver(window, *answers)
    story.put(*codes)
    added = 0
    while late or len(receiver.confirmed) < len(codes) + added:
        story.round(receiver)
        story.pass_time(DAY)
        if late:
            story.put(late.pop())
            added += 1
    assert receiver.confirmed == list(range(1, len(codes) + added + 1))
    assert story.channel().position == sum(map(len, {sequences for _, sequences, _ in receiver.came}))
    for (name, sequences, good), (following, next_sequences, _) in zip(receiver.came, receiver.came[1:], strict=False):
        assert (following == name and next_sequences == sequences) != good, "a repetition only directly after a failure"


def cut(story: Story, place: str, times: int | None = None, match: Mapping[str, str] | None = None) -> None:
    making.make(
        story.window.engine,
        story.window.numbering,
        story.name,
        match=match,
        action={"do": "cut", "place": place},
        times=times,
    )


def test_what_is_cut_before_it_is_delivered_comes_once_and_the_channel_says_why(story: Story) -> None:
    receiver = Receiver(story.window)
    story.put("312", "412")
    cut(story, "before", 1)
    assert story.round(receiver) == 0 and receiver.came == []
    assert story.channel().failures == 1 and "the connection ends before" in story.channel().last_error
    story.pass_time(MINUTE)
    story.round(receiver)
    story.round(receiver)
    assert receiver.confirmed == [1, 2] and story.channel().position == 2


def test_what_is_cut_after_it_is_delivered_comes_again_as_it_was(story: Story) -> None:
    receiver = Receiver(story.window)
    story.put("312", "412")
    cut(story, "after", 1)
    assert story.round(receiver) == 0 and story.channel().position == 0
    story.pass_time(MINUTE)
    story.round(receiver)
    story.round(receiver)
    assert receiver.confirmed == [1, 1, 2] and receiver.came[0] == receiver.came[1]


def test_only_the_channels_of_an_owner_are_cut_and_none_of_another_sandbox(story: Story) -> None:
    receiver = Receiver(story.window)
    story.put("312")
    cut(story, "before", match={"sender": "DXPENT9*"})
    assert story.round(receiver) == 1


def test_who_tries_again_is_drawn_anew_and_gets_through_in_the_end(story: Story) -> None:
    receiver = Receiver(story.window)
    story.put("312")
    switch_on(story.window.engine, story.window.numbering, story.name, "receivers-hang-up", "7d")
    for _ in range(20):
        story.round(receiver)
        story.pass_time(HOUR)
    assert story.channel().position == 1 and set(receiver.confirmed) == {1}


@pytest.mark.parametrize("match", [{"type": "621"}, {"order": "X*"}, {"receipt": "622"}])
def test_of_a_channel_only_its_owner_can_be_named(story: Story, match: dict[str, str]) -> None:
    with pytest.raises(Refused):
        cut(story, "before", match=match)


def test_a_sandbox_that_is_reset_during_a_delivery_is_no_error_of_the_program(story: Story) -> None:
    begun = Event()

    def reset() -> None:
        begun.set()
        raise sandboxes.Resetting(story.name)

    receiver = Receiver(story.window)
    receiver.before_answer = reset
    story.put("312")
    pool = PushPool(Pusher(story.window.engine, receiver), lambda: None, Event())
    with capture_logs() as logged:
        pool.step()
        assert begun.wait(PATIENCE)
        pool.close()
    assert [entry for entry in logged if entry["log_level"] == "error"] == []
    assert story.channel().failures == 0
