"""Simulates a year of lists on many machines, from measured costs, seeded, with no window in it.

Lists come by hour over a year and by second over its busiest day, and wait in a queue for each shard; what a shard can
do follows from what a trade costs its machines. It says where the bounds are, not what a cluster would measure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from simulators.draws import Draws

DAYS, HOURS, SECONDS = 365, 24, 86_400
FESTIVALS = {168: 3.0, 314: 4.0, 345: 2.5}
"""Days of the year (18 June, 11 November, 12 December) and how many ordinary days they count for."""
BUSIEST = 314
CLOCK = (6, 4, 3, 2, 2, 2, 2, 3, 4, 5, 6, 6, 5, 5, 5, 5, 5, 5, 5, 5, 6, 6, 6, 6)
"""Share of a day's lists in each hour."""
BURST_SECONDS = 600
"""Length of the peak after midnight of the busiest day; afterwards it halves every so many seconds."""
SKEW = 1.0
"""The n-th largest port has 1/n of the largest one's lists, to this power."""
SOON = 1.0
"""Seconds within which processing of a list should start."""


class Costs(NamedTuple):
    """The cost of a trade at each stage; docs/scale.md says where each figure was measured."""

    window: float
    """Microseconds of processor time in the window's own processes."""
    engines: float
    """Microseconds of processor time in PostgreSQL and RabbitMQ together, at most."""
    contention: float
    """Relative increase of both with each doubling of the processes that share one PostgreSQL."""
    account: float
    """Microseconds for which a trade locks its guarantor's account."""
    stored: float
    """Kilobytes stored."""


BULK = Costs(683, 344, 0.085, 139, 13.0)
"""Messages of 100 documents."""
SINGLE = Costs(26_400, 13_700, 0.085, 6_600, 22.2)
"""Messages of one document, 200 a second."""


class Machines(NamedTuple):
    """A number of shards, each with PostgreSQL and its broker on one machine and the window on others."""

    shards: int
    windows: int
    """Machines with the window's processes, for each shard."""
    cores: int = 2

    @property
    def total(self) -> int:
        """Number of machines; a single one runs everything."""
        return self.shards * (1 + self.windows) if self.windows else self.shards


class ScaleYear(NamedTuple):
    """The lists of a year, and the peak per second."""

    lists: float
    peak: float


YEARS = {"2020": ScaleYear(2.45e9, 3_407), "2020, peak ×2": ScaleYear(2.45e9, 6_814), "7 bn": ScaleYear(7e9, 9_734)}
"""Sources are in docs/scale.md; the peak of the last one is scaled with its lists."""
LAYOUTS = (Machines(1, 0), Machines(1, 9), Machines(3, 2), Machines(33, 2))
"""One machine; ten, with one PostgreSQL and with three; about a hundred."""


class ScaleResult(NamedTuple):
    """The simulated year of a deployment: trades a second that a shard can do, what bounds it, its load, and waiting
    times."""

    machines: int
    capacity: float
    bound: str
    busy: float
    wait: float
    """The longest wait in seconds."""
    late: float
    """The share of the busiest day's lists that wait longer than `SOON`."""
    behind: int
    """Hours of the year that end with lists waiting."""
    stored_tb: float


def capacity(machines: Machines, costs: Costs, largest_guarantor: float = 0.05) -> tuple[float, str]:
    """Trades a second that one shard can do, and what bounds it: window, engines, or the account of a guarantor who
    vouches for such a share of all trades."""
    doublings = max(machines.windows * machines.cores, 1).bit_length() - 1
    more = 1 + costs.contention * doublings
    account = 1e6 / costs.account / largest_guarantor
    if not machines.windows:
        bounds = {"one machine": machines.cores * 1e6 / (costs.window + costs.engines)}
    else:
        bounds = {
            "window": machines.windows * machines.cores * 1e6 / (costs.window * more),
            "engines": machines.cores * 1e6 / (costs.engines * more),
        }
    name, most = min({**bounds, "account": account}.items(), key=lambda pair: pair[1])
    return most, name


def shares(shards: int, ports: int = 0) -> list[float]:
    """Divide all lists among shards: evenly where orders are spread by their number; where whole ports (or sandboxes)
    are, the largest first, each to the shard that has least."""
    if not ports:
        return [1 / shards] * shards
    weights = [1 / (place + 1) ** SKEW for place in range(ports)]
    loads = [0.0] * shards
    for weight in weights:
        least = loads.index(min(loads))
        loads[least] += weight / sum(weights)
    return loads


def hours(year: ScaleYear, dice: Draws) -> Iterator[float]:
    """Draw the lists of each hour of the year."""
    days = [FESTIVALS.get(day, 1.0) * dice.between(85, 115) / 100 for day in range(DAYS)]
    whole = sum(days) * sum(CLOCK)
    for day in days:
        for part in CLOCK:
            yield year.lists * day * part / whole


def busiest(year: ScaleYear, dice: Draws) -> Iterator[float]:
    """Draw the lists of each second of the busiest day: the ordinary ones, and the burst at its beginning."""
    usual = year.lists / DAYS / SECONDS * FESTIVALS[BUSIEST]
    for second in range(SECONDS):
        burst = year.peak * 0.5 ** max(0.0, (second - BURST_SECONDS) / BURST_SECONDS)
        yield max(usual, burst) * dice.between(92, 108) / 100


def waits(coming: Sequence[float], seconds: float, able: float) -> Iterator[tuple[float, float]]:
    """For each step of so many seconds: the lists that came in it, and how long the last of them waits."""
    queue = 0.0
    for lists in coming:
        queue = max(0.0, queue + lists - able * seconds)
        yield lists, queue / able


def simulated(year: ScaleYear, machines: Machines, costs: Costs = BULK, ports: int = 0, seed: int = 1) -> ScaleResult:
    """Simulate a year; reports the most loaded shard, which has the longest waits."""
    able, bound = capacity(machines, costs)
    share = max(shares(machines.shards, ports))
    through = [lists * share for lists in hours(year, Draws(seed, "hours"))]
    peak = [lists * share for lists in busiest(year, Draws(seed, "busiest"))]
    by_hour, by_second = list(waits(through, 3_600, able)), list(waits(peak, 1, able))
    late = sum(lists for lists, wait in by_second if wait > SOON)
    return ScaleResult(
        machines=machines.total,
        capacity=round(able * min(machines.shards, 1 / share)),
        bound=bound,
        busy=round(sum(through) / (able * DAYS * SECONDS), 3),
        wait=round(max(wait for _, wait in by_hour + by_second), 1),
        late=round(late / sum(peak), 4),
        behind=sum(1 for _, wait in by_hour if wait > SOON),
        stored_tb=round(year.lists * costs.stored / 1e9, 1),
    )


def needed(
    year: ScaleYear, costs: Costs = BULK, ports: int = 0, cores: int = 2, windows: int = 2, most: int = 1_000
) -> Machines:
    """The fewest shards, with so many machines of the window each, that take every list up soon; `OverflowError` where
    so many shards as there may be do not: a port that is too large for a shard cannot be spread."""
    able, _ = capacity(Machines(1, windows, cores), costs)
    shards = max(1, int(0.9 * year.peak / able))
    while simulated(year, Machines(shards, windows, cores), costs, ports).wait > SOON:
        shards += 1
        if shards > most:
            raise OverflowError(f"{most} shards of {cores} cores do not do for {year.peak:g} lists a second")
    return Machines(shards, windows, cores)


def simulated_years() -> Iterator[dict[str, object]]:
    """Every year with every cost on every layout, and on the one that suffices."""
    for of, costs in (("of 100", BULK), ("single", SINGLE)):
        for name, year in YEARS.items():
            for machines in (*LAYOUTS, needed(year, costs)):
                outcome = simulated(year, machines, costs)
                yield {"messages": of, "year": name, "shards": machines.shards} | outcome._asdict()
