"""Makes the messages of a load beforehand, so that making them costs nothing while they are sent."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from simulators.audit.journal import transmission_of
from simulators.bench.spool import bodies
from simulators.entry.sending import Due
from simulators.traffic import making
from simulators.traffic.making import Expectation
from simulators.traffic.plan import Plan, planned
from simulators.traffic.posting import timed
from simulators.traffic.profile import Profile

TRIED = 200
"""Trades by which it is measured how many messages a trade of a profile has."""
_GUID = re.compile(rb"<(?:\w+:)?guid>([^<]+)<")


class Item(NamedTuple):
    """What is known of a message: its type, its sender, the trade of its one document ("": of none alone), the guid of
    that, where it is sent for the first time, and the guid of the message itself."""

    code: str
    sender: str
    trade: str
    guid: str
    transmission: str


class Made(NamedTuple):
    """The messages of a load: their file, what is known of each, and what the trades must come to."""

    file: Path
    items: list[Item]
    promises: dict[str, Expectation]
    plan: Plan

    def dues(self, rate: float) -> Iterator[Due]:
        """The messages, so many a second."""
        for place, body in enumerate(bodies(self.file)):
            yield Due(body, place / rate, place)

    @property
    def senders(self) -> list[str]:
        """Mailboxes of those who send, those who send most first."""
        return [box for box, _ in Counter(item.sender for item in self.items).most_common()]


def make(
    folder: Path, profile: Profile, seed: int, messages: int, progress: Callable[[int], None] = lambda made: None
) -> Made:
    """Make as many whole trades as come to about so many messages of one document; `progress` counts them."""
    plan = _of_trades(profile, seed, _trades_for(profile, seed, messages))
    items, seen = list[Item](), set[str]()
    file = folder / "load.messages"
    with file.open("wb") as out:
        for _, message in timed(plan):
            out.write(len(message.body).to_bytes(8, "big") + message.body)
            match = _GUID.search(message.body)
            guid = match[1].decode() if match else ""
            trade = message.trades[0] if len(message.trades) == 1 else ""
            items.append(
                Item(
                    message.code,
                    message.sender,
                    trade,
                    "" if guid in seen else guid,
                    transmission_of(message.body),
                )
            )
            seen.add(guid)
            progress(len(items))
    return Made(file, items, _promises(plan), plan)


def _trades_for(profile: Profile, seed: int, messages: int) -> int:
    tried = _of_trades(profile, seed, TRIED)
    each = sum(1 for _ in timed(tried)) / tried.trades
    return max(1, round(messages / each))


def _of_trades(profile: Profile, seed: int, count: int) -> Plan:
    """A plan of one day with so many trades, whatever weekday it is."""
    trades = replace(profile.trades, a_day=count, week=(100,) * 7)
    return planned(replace(profile, trades=trades, period=replace(profile.period, days=1), peak=()), seed, 1)


def _promises(plan: Plan) -> dict[str, Expectation]:
    world, expectations = plan.world(), dict[str, Expectation]()
    for block in plan.blocks():
        trades = making.imports(plan, world, block) if block.flow == "import" else making.exports(plan, world, block)
        expectations.update((expectation.trade, expectation) for expectation in making.expectations(block.flow, trades))
    return expectations
