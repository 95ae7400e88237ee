"""Posts the messages of a recording when they are due, those that concern each other in order, and measures the
delays."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from threading import Lock
from typing import NamedTuple

from single_window.clock import monotonic
from single_window.recordings.playing import Outgoing
from single_window.recordings.waves import connections_of
from single_window.sending.ordered_jobs import Lanes
from single_window.sending.timetable import SENDERS, Reply, Sender

RETRY_SECONDS = 600.0
"""How long a message is retried that the window turns away for now."""
RESTART_SECONDS, RESTART_PAUSE = 60.0, 0.5
"""How long, and after which pauses, a message without any answer is retried: a window that is restarted."""
FAILED = 500


class NotTaken(Exception):
    """Raised for a message that the window neither accepted nor refused."""

    permanent = False


class Pace(NamedTuple):
    """The measured pace. `wanted` (0: as fast as possible), `reached`, `answered`: messages due, sent and answered per
    second. `half_late`, `most_late`: median and maximum delay of sending, in milliseconds; `free_late`: the maximum of
    those that waited for no earlier message of their trade. `held`: messages that waited for one. `turned_away`,
    `limited`: answers 503 (busy) and 429 (the sender's own limit). `seconds`: until the last answer."""

    wanted: float
    reached: float
    half_late: float
    most_late: float
    free_late: float
    held: int
    turned_away: int
    limited: int
    answered: float
    seconds: float


class Posting:
    """Senders of messages. `speed` is relative to the recording; 0: as fast as possible."""

    def __init__(self, opened: Callable[[], Sender], speed: float = 0.0) -> None:
        self._lanes, self._speed, self._noting = Lanes(SENDERS, opened), speed, Lock()
        self._first, self._start = 0, monotonic()
        self._messages: list[_Message] = []
        self._last, self._turned, self._limited = self._start, 0, 0

    def post(self, outgoing: Outgoing, answered: Callable[[int], None]) -> None:
        """Post a message when it is due and the earlier ones of its trade are answered; `answered` is called with its
        status. Raises `NotTaken` for an earlier message."""
        due = self.until_due(outgoing.recorded.machine)
        message = _Message(self.note_answer, outgoing, due, answered)
        # a message without a trade may concern any
        message.held = not self._lanes.put(connections_of(outgoing.recorded) or ("",), message.send)
        self._messages.append(message)

    def do(self, names: Collection[str], work: Callable[[], None], machine: int) -> None:
        """Run `work` when it is due, and after all that was put before it under one of the same names (trades)."""
        self.until_due(machine)
        self._lanes.put(names or ("",), partial(_run_work, work))

    def until_due(self, machine: int) -> float:
        """Wait until an event of a machine's instant is due; returns when that was (0: at any time)."""
        if not self._first and machine:
            self._first, self._start = machine, monotonic()
        if not self._speed or not machine:
            return 0.0
        due = self._start + (machine - self._first) / 1_000 / self._speed
        self._lanes.wait(due)
        return due

    def finish(self) -> None:
        """Wait until every message is answered; raises `NotTaken`."""
        self._lanes.finish()

    def close(self) -> None:
        """Stop the senders."""
        self._lanes.close()

    def note_answer(self, reply: Reply) -> None:
        """Note an answer."""
        with self._noting:
            self._last = monotonic()
            self._turned += reply.turned_away
            self._limited += reply.limited

    @property
    def pace(self) -> Pace:
        """The pace until now."""
        timed = [message for message in self._messages if message.due and message.since]
        late = sorted(message.late for message in timed) or [0.0]
        free = [message.late for message in timed if not message.held] or [0.0]
        sent, seconds = [message.since for message in self._messages if message.since], self._last - self._start
        return Pace(
            wanted=_rate_by_second([message.due for message in timed]),
            reached=_rate_by_second(sent),
            half_late=round(late[len(late) // 2], 1),
            most_late=round(late[-1], 1),
            free_late=round(max(free), 1),
            held=sum(message.held for message in self._messages),
            turned_away=self._turned,
            limited=self._limited,
            answered=round(len(sent) / seconds, 1) if seconds else 0.0,
            seconds=round(seconds, 2),
        )

    def by_second(self, most: int = 60) -> list[tuple[int, int]]:
        """The messages due and sent in each second; in longer intervals if there would be more than `most`."""
        timed = [(message.due, message.since) for message in self._messages if message.due and message.since]
        last = max((max(pair) for pair in timed), default=self._start) - self._start
        interval = max(1.0, last / most)
        by_second = [[0, 0] for _ in range(int(last / interval) + 1)] if timed else []
        for pair in timed:
            for side, instant in enumerate(pair):
                by_second[int(max(0.0, instant - self._start) / interval)][side] += 1
        return [(due, sent) for due, sent in by_second]


class _Message:
    """A message that is sent, and retried if it is turned away. `due`: when it must be sent (0: at any time); `since`:
    when it was first sent; `held`: it waited for an earlier one."""

    __slots__ = ("_answered", "_body", "_noted", "_outgoing", "due", "held", "since")

    def __init__(
        self, noted: Callable[[Reply], None], outgoing: Outgoing, due: float, answered: Callable[[int], None]
    ) -> None:
        self._noted, self._answered, self._body = noted, answered, b""
        self._outgoing: Outgoing | None = outgoing
        self.due, self.since, self.held = due, 0.0, False

    @property
    def late(self) -> float:
        """Delay of sending in milliseconds."""
        return max(0.0, self.since - self.due) * 1_000

    def send(self, sender: Sender) -> float:
        """Post it; returns the seconds until the next attempt, 0 if it is answered."""
        assert self._outgoing is not None
        if not self.since:
            self._body, self.since = self._outgoing.body, monotonic()
        scenario = self._outgoing.recorded.scenario
        reply = sender.post(self._body, {"X-Scenario": scenario} if scenario else {})
        self._noted(reply)
        waited = monotonic() - self.since
        if (reply.turned_away or reply.limited) and waited < RETRY_SECONDS:
            return reply.pause
        if not reply.status and waited < RESTART_SECONDS:  # the same transmission again changes nothing
            return RESTART_PAUSE
        if not reply.status or reply.status >= FAILED:
            answer = reply.refusal[:300].decode("utf-8", "replace")
            raise NotTaken(f"The window did not take a message: {reply.status or 'no answer'}. {answer}".strip())
        self._outgoing, self._body = None, b""
        self._answered(reply.status)
        return 0.0


def _run_work(work: Callable[[], None], sender: Sender) -> float:
    work()
    return 0.0


def _rate_by_second(instants: list[float]) -> float:
    """The rate per second between the first and the last instant."""
    span = max(instants) - min(instants) if instants else 0.0
    return round((len(instants) - 1) / span, 1) if span else 0.0
