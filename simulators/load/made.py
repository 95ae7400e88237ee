"""Makes the messages of a load beforehand, so that making them costs nothing while they are sent."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from simulators.bench.spool import read_bodies
from simulators.entry.sending import TimedMessage
from simulators.messages import transmission_of
from simulators.traffic import making
from simulators.traffic.making import Expectation
from simulators.traffic.plan import TrafficPlan, plan_traffic
from simulators.traffic.posting import messages_with_times
from simulators.traffic.profile import TrafficProfile

TRIED = 200
"""Sample size for estimating how many messages a trade of a profile has."""
_GUID = re.compile(rb"<(?:\w+:)?guid>([^<]+)<")


class LoadMessage(NamedTuple):
    """A message's type, its sender, the trade of its one document ("": of none alone), the guid of that, where it is
    sent for the first time, and the guid of the message itself."""

    code: str
    sender: str
    trade: str
    guid: str
    transmission: str


class PreparedLoad(NamedTuple):
    """The messages of a load: their file, a description of each, and the expected outcomes of the trades."""

    file: Path
    items: list[LoadMessage]
    promises: dict[str, Expectation]
    plan: TrafficPlan

    def dues(self, rate: float) -> Iterator[TimedMessage]:
        """The messages, so many a second."""
        for place, body in enumerate(read_bodies(self.file)):
            yield TimedMessage(body, place / rate, place)

    @property
    def senders(self) -> list[str]:
        """The senders' mailboxes, the busiest first."""
        return [box for box, _ in Counter(item.sender for item in self.items).most_common()]


def make(
    folder: Path, profile: TrafficProfile, seed: int, messages: int, progress: Callable[[int], None] = lambda made: None
) -> PreparedLoad:
    """Make whole trades that amount to about `messages` messages of one document; `progress` counts them."""
    plan = _of_trades(profile, seed, _trades_for(profile, seed, messages))
    items, seen = list[LoadMessage](), set[str]()
    file = folder / "load.messages"
    with file.open("wb") as out:
        for _, message in messages_with_times(plan):
            out.write(len(message.body).to_bytes(8, "big") + message.body)
            match = _GUID.search(message.body)
            guid = match[1].decode() if match else ""
            trade = message.trades[0] if len(message.trades) == 1 else ""
            items.append(
                LoadMessage(
                    message.code, message.sender, trade, "" if guid in seen else guid, transmission_of(message.body)
                )
            )
            seen.add(guid)
            progress(len(items))
    return PreparedLoad(file, items, _promises(plan), plan)


def _trades_for(profile: TrafficProfile, seed: int, messages: int) -> int:
    tried = _of_trades(profile, seed, TRIED)
    each = sum(1 for _ in messages_with_times(tried)) / tried.trades
    return max(1, round(messages / each))


def _of_trades(profile: TrafficProfile, seed: int, count: int) -> TrafficPlan:
    """A plan of one day with exactly `count` trades, regardless of the weekday."""
    trades = replace(profile.trades, a_day=count, week=(100,) * 7)
    return plan_traffic(replace(profile, trades=trades, period=replace(profile.period, days=1), peak=()), seed, 1)


def _promises(plan: TrafficPlan) -> dict[str, Expectation]:
    world, expectations = plan.world(), dict[str, Expectation]()
    for block in plan.blocks():
        trades = making.imports(plan, world, block) if block.flow == "import" else making.exports(plan, world, block)
        expectations.update((expectation.trade, expectation) for expectation in making.expectations(block.flow, trades))
    return expectations
