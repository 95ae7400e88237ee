"""Plans the traffic of a profile and a seed: days, divided into blocks that can be generated independently.

A block has at most 2,000 consecutive trades of one direction and day, with their transport notes; parcels of one master
waybill are in the same block.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from itertools import accumulate
from typing import NamedTuple

from simulators.errors import SimulatorError
from simulators.exports.shop import ABOARD
from simulators.traffic.profile import MAX_TRADES, TrafficProfile
from simulators.world import World

HOUR = 3_600
LAST_ORDER = 24 * HOUR - 1_260
"""Latest second of the day for an order, so that its list, twenty minutes later, is written on the same day."""
BUSY = 100
"""Weight of a weekday that means the profile's number of trades."""


class PlannedDay(NamedTuple):
    """The trades of a day: first number, count, and weights of the hours."""

    day: date
    firsts: dict[str, int]
    counts: dict[str, int]
    hours: Sequence[int]

    def ordered_at(self, flow: str) -> Callable[[int], int]:
        """The second of the day of each order, in the order of numbers."""
        upto = list(accumulate(self.hours))
        first, count = self.firsts[flow], self.counts[flow]

        def second(number: int) -> int:
            at = (number - first) * upto[-1] / count
            hour = bisect_right(upto, at)
            before = upto[hour] - self.hours[hour]
            return min(LAST_ORDER, int((hour + (at - before) / self.hours[hour]) * HOUR))

        return second


class TrafficBlock(NamedTuple):
    """Trades of one direction on one day; `place`: index of the day in the period."""

    place: int
    flow: str
    numbers: range

    @property
    def name(self) -> str:
        """The name of its files, in the order of the period."""
        return f"{self.place:03d}-{self.flow}-{self.numbers.start:07d}"


class TrafficPlan(NamedTuple):
    """Profile, seed, documents per message, and the planned days."""

    profile: TrafficProfile
    seed: int
    per_message: int
    days: tuple[PlannedDay, ...]

    def world(self) -> World:
        """The companies, buyers and goods of the traffic."""
        companies = self.profile.companies
        return World(
            self.seed,
            zipf=companies.zipf,
            more_merchants=companies.more_merchants,
            more_exporters=companies.more_exporters,
        )

    def blocks(self, flow: str = "") -> Iterator[TrafficBlock]:
        """The blocks of the period, of one direction or of both, day by day."""
        for place, day in enumerate(self.days):
            for side in (flow,) if flow else ("import", "export"):
                start, end = day.firsts[side], day.firsts[side] + day.counts[side]
                while start < end:
                    stop = min(end, (start // ABOARD + 1) * ABOARD)
                    yield TrafficBlock(place, side, range(start, stop))
                    start = stop

    @property
    def trades(self) -> int:
        """The number of trades."""
        return sum(sum(day.counts.values()) for day in self.days)


def plan_traffic(profile: TrafficProfile, seed: int, per_message: int = 100) -> TrafficPlan:
    """The plan of a profile; raises `SimulatorError` for more trades than there are numbers."""
    days, numbers = [], {"import": 0, "export": 0}
    peaks = {peak.day: peak for peak in profile.peak}
    for place in range(profile.period.days):
        day = profile.period.first + timedelta(days=place)
        peak = peaks.pop(day, None)
        of_all = profile.trades.a_day * profile.trades.week[day.weekday()] // BUSY * (peak.times if peak else 1)
        exports = of_all * profile.trades.exports // 100
        count = {"import": of_all - exports, "export": exports}
        days.append(PlannedDay(day, dict(numbers), count, (peak or profile.trades).hours))
        numbers = {flow: first + count[flow] for flow, first in numbers.items()}
    if peaks:
        raise SimulatorError(
            f"the peak on {min(peaks)} is outside the period from {profile.period.first}, {profile.period.days} day(s)"
        )
    if max(numbers.values()) > MAX_TRADES:
        raise SimulatorError(
            f"{max(numbers.values())} trades of a direction are more than {MAX_TRADES}: "
            "the numbers of a period's trades have seven digits"
        )
    return TrafficPlan(profile, seed, per_message, tuple(days))
