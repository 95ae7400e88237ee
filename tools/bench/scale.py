"""Estimates a year of lists on many machines from measured costs, by a seeded simulation without a window.

Lists arrive by hour over the year and by second on its busiest day, and wait in a queue for each shard. The capacity of
a shard follows from the cost of a trade. The result shows the limits, and is no measurement of a cluster.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from simulators.draws import Draws

DAYS_PER_YEAR, HOURS_PER_DAY, SECONDS_PER_DAY = 365, 24, 86_400
FESTIVALS = {168: 3.0, 314: 4.0, 345: 2.5}
"""Days of the year (18 June, 11 November, 12 December) and how many ordinary days they count for."""
BUSIEST_DAY = 314
HOURLY_SHARES = (6, 4, 3, 2, 2, 2, 2, 3, 4, 5, 6, 6, 5, 5, 5, 5, 5, 5, 5, 5, 6, 6, 6, 6)
"""Share of a day's lists in each hour."""
BURST_SECONDS = 600
"""Length of the peak after midnight of the busiest day, and afterwards the time in which it halves."""
PORT_SKEW = 1.0
"""The n-th largest port has 1/n of the largest one's lists, to this power."""
MAX_WAIT_SECONDS = 1.0
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


def capacity_of_shard(machines: Machines, costs: Costs, largest_guarantor: float = 0.05) -> tuple[float, str]:
    """Trades a second of one shard, and its bottleneck: window, engines, or the account of the guarantor with the
    largest share of trades."""
    doublings = max(machines.windows * machines.cores, 1).bit_length() - 1
    overhead = 1 + costs.contention * doublings
    account = 1e6 / costs.account / largest_guarantor
    if not machines.windows:
        bounds = {"one machine": machines.cores * 1e6 / (costs.window + costs.engines)}
    else:
        bounds = {
            "window": machines.windows * machines.cores * 1e6 / (costs.window * overhead),
            "engines": machines.cores * 1e6 / (costs.engines * overhead),
        }
    name, lowest = min({**bounds, "account": account}.items(), key=lambda pair: pair[1])
    return lowest, name


def shares_of_shards(shards: int, ports: int = 0) -> list[float]:
    """The share of lists of each shard: equal if orders are distributed by number; if whole ports (or sandboxes) are
    distributed, the largest goes first, each to the shard with the smallest share."""
    if not ports:
        return [1 / shards] * shards
    weights = [1 / (place + 1) ** PORT_SKEW for place in range(ports)]
    loads = [0.0] * shards
    for weight in weights:
        smallest = loads.index(min(loads))
        loads[smallest] += weight / sum(weights)
    return loads


def lists_by_hour(year: ScaleYear, dice: Draws) -> Iterator[float]:
    """Draw the lists of each hour of the year."""
    days = [FESTIVALS.get(day, 1.0) * dice.between(85, 115) / 100 for day in range(DAYS_PER_YEAR)]
    total = sum(days) * sum(HOURLY_SHARES)
    for day in days:
        for hourly_share in HOURLY_SHARES:
            yield year.lists * day * hourly_share / total


def lists_by_second(year: ScaleYear, dice: Draws) -> Iterator[float]:
    """Draw the lists of each second of the busiest day: the ordinary ones, and the burst at its beginning."""
    usual = year.lists / DAYS_PER_YEAR / SECONDS_PER_DAY * FESTIVALS[BUSIEST_DAY]
    for second in range(SECONDS_PER_DAY):
        burst = year.peak * 0.5 ** max(0.0, (second - BURST_SECONDS) / BURST_SECONDS)
        yield max(usual, burst) * dice.between(92, 108) / 100


def queue_waits(arrivals: Sequence[float], seconds: float, capacity: float) -> Iterator[tuple[float, float]]:
    """For each step of `seconds` seconds: the lists that arrived, and the waiting time of the last one."""
    queue = 0.0
    for lists in arrivals:
        queue = max(0.0, queue + lists - capacity * seconds)
        yield lists, queue / capacity


def simulate_year(
    year: ScaleYear, machines: Machines, costs: Costs = BULK, ports: int = 0, seed: int = 1
) -> ScaleResult:
    """Simulate a year; reports the most loaded shard, which has the longest waits."""
    capacity, bound = capacity_of_shard(machines, costs)
    share = max(shares_of_shards(machines.shards, ports))
    hourly = [lists * share for lists in lists_by_hour(year, Draws(seed, "hours"))]
    busiest_day = [lists * share for lists in lists_by_second(year, Draws(seed, "busiest"))]
    by_hour, by_second = list(queue_waits(hourly, 3_600, capacity)), list(queue_waits(busiest_day, 1, capacity))
    late = sum(lists for lists, wait in by_second if wait > MAX_WAIT_SECONDS)
    return ScaleResult(
        machines=machines.total,
        capacity=round(capacity * min(machines.shards, 1 / share)),
        bound=bound,
        busy=round(sum(hourly) / (capacity * DAYS_PER_YEAR * SECONDS_PER_DAY), 3),
        wait=round(max(wait for _, wait in by_hour + by_second), 1),
        late=round(late / sum(busiest_day), 4),
        behind=sum(1 for _, wait in by_hour if wait > MAX_WAIT_SECONDS),
        stored_tb=round(year.lists * costs.stored / 1e9, 1),
    )


def smallest_deployment(
    year: ScaleYear, costs: Costs = BULK, ports: int = 0, cores: int = 2, windows: int = 2, max_shards: int = 1_000
) -> Machines:
    """The smallest number of shards, with `windows` machines of the window each, that start every list within
    `MAX_WAIT_SECONDS`. Raises `OverflowError` if `max_shards` are too few: the lists of a port cannot be split."""
    capacity, _ = capacity_of_shard(Machines(1, windows, cores), costs)
    shards = max(1, int(0.9 * year.peak / capacity))
    while simulate_year(year, Machines(shards, windows, cores), costs, ports).wait > MAX_WAIT_SECONDS:
        shards += 1
        if shards > max_shards:
            raise OverflowError(f"{max_shards} shards of {cores} cores do not do for {year.peak:g} lists a second")
    return Machines(shards, windows, cores)


def simulated_years() -> Iterator[dict[str, object]]:
    """Simulate every year with all costs on all layouts, and on the smallest sufficient one."""
    for message_size, costs in (("of 100", BULK), ("single", SINGLE)):
        for name, year in YEARS.items():
            for machines in (*LAYOUTS, smallest_deployment(year, costs)):
                outcome = simulate_year(year, machines, costs)
                yield {"messages": message_size, "year": name, "shards": machines.shards} | outcome._asdict()
