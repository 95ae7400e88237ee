"""Sends traffic over HTTP at a constant rate, or by the profile's times at a speed, without waiting for outcomes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, time
from heapq import merge
from typing import NamedTuple
from urllib.parse import urlsplit

from simulators.entry.sending import SENDERS, SentAnswer, TimedMessage, Timetable
from simulators.errors import SimulatorError
from simulators.messages import SyntheticMessage
from simulators.traffic.making import make_block, written_at
from simulators.traffic.plan import TrafficPlan

BEHIND_MS = 1_000
"""Milliseconds after its due time at which the response to a message counts as late."""


class SendingResult(NamedTuple):
    """The result of sending: HTTP status (0: no response) → number of messages, number of late ones, maximum delay."""

    messages: int
    statuses: dict[int, int]
    late: int
    latest_ms: float
    seconds: float


def messages_with_times(plan: TrafficPlan) -> Iterator[tuple[str, SyntheticMessage]]:
    """All messages of a plan with their sending times, none before messages that it must follow."""
    world = plan.world()

    def of_flow(flow: str) -> Iterator[tuple[str, SyntheticMessage]]:
        now = ""
        for block in plan.blocks(flow):
            for message in make_block(plan, world, block)[1]:
                now = max(now, written_at(message))
                yield now, message

    yield from merge(of_flow("import"), of_flow("export"), key=lambda timed_message: timed_message[0])


def dues(plan: TrafficPlan, rate: float | None, speed: float) -> Iterator[TimedMessage]:
    """The due time of each message: `rate` per second, or by the profile's times, `speed` times as fast."""
    begins = datetime.combine(plan.days[0].day, time())
    for number, (when, message) in enumerate(messages_with_times(plan)):
        if rate is not None:
            yield TimedMessage(message.body, number / rate)
            continue
        at = datetime.strptime(when, "%Y%m%d%H%M%S")
        yield TimedMessage(message.body, (at - begins).total_seconds() / speed)


def post(
    plan: TrafficPlan,
    url: str,
    sandbox: str,
    rate: float | None,
    speed: float,
    progress: Callable[[SendingResult], None] = lambda sent: None,
    senders: int = SENDERS,
) -> SendingResult:
    """Send a plan's traffic to a window; reports progress after each message."""
    if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
        raise SimulatorError(f"{url} is no address like http://127.0.0.1:8642")
    statuses: Counter[int] = Counter()
    late, latest = 0, 0.0

    def answered(answer: SentAnswer) -> None:
        nonlocal late, latest
        statuses[answer.status] += 1
        late += answer.late > BEHIND_MS
        latest = max(latest, answer.late)
        progress(SendingResult(statuses.total(), dict(statuses), late, latest, 0.0))

    seconds = Timetable(url, sandbox, dues(plan, rate, speed), answered).run(senders)
    return SendingResult(statuses.total(), dict(statuses), late, round(latest, 1), round(seconds, 2))
