"""The simulation of a year on many machines: what bounds it, what it adds up to, the same for the same seed."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from simulators.draws import Draws
from tests.tables import each
from tools.bench.__main__ import bench
from tools.bench.scale import (
    BULK,
    DAYS_PER_YEAR,
    Machines,
    ScaleYear,
    capacity_of_shard,
    lists_by_hour,
    lists_by_second,
    queue_waits,
    shares_of_shards,
    simulate_year,
    smallest_deployment,
)

YEAR = ScaleYear(2.45e9, 3_407)


def test_the_hours_of_a_year_add_up_to_its_lists_and_the_busiest_second_is_its_peak() -> None:
    moments = list(lists_by_hour(YEAR, Draws(1)))
    assert len(moments) == DAYS_PER_YEAR * 24 and sum(moments) == pytest.approx(YEAR.lists)
    assert max(lists_by_second(YEAR, Draws(1))) == pytest.approx(YEAR.peak, rel=0.15)


@pytest.mark.long
def test_the_same_seed_gives_the_same_year() -> None:
    outcomes = [simulate_year(YEAR, Machines(1, 0), seed=seed) for seed in (1, 1, 2)]
    assert outcomes[0] == outcomes[1] != outcomes[2]


@each(
    ("machines", "guarantor", "bound"),
    [
        (Machines(1, 0), 0.05, "one machine"),
        (Machines(1, 1), 0.05, "window"),
        (Machines(1, 9), 0.05, "engines"),
        (Machines(1, 9, 32), 1.0, "account"),
    ],
)
def test_what_bounds_a_shard_is_named(machines: Machines, guarantor: float, bound: str) -> None:
    assert capacity_of_shard(machines, BULK, guarantor)[1] == bound


def test_more_machines_of_the_window_do_not_help_where_one_database_writes() -> None:
    assert (
        capacity_of_shard(Machines(1, 99), BULK)[0]
        < capacity_of_shard(Machines(1, 9), BULK)[0]
        < capacity_of_shard(Machines(1, 3), BULK)[0]
    )


def test_what_comes_faster_than_it_can_be_done_waits_and_is_made_up_for() -> None:
    assert [wait for _, wait in queue_waits([10, 30, 10, 0], 1, 20)] == [0, 0.5, 0, 0]


def test_whole_ports_are_spread_less_evenly_than_orders() -> None:
    assert shares_of_shards(4) == [0.25] * 4
    result = shares_of_shards(4, ports=42)
    assert sum(result) == pytest.approx(1) and max(result) >= 0.25
    assert max(shares_of_shards(40, ports=42)) > 0.2, "the largest port stays whole"


@pytest.mark.long
def test_few_shards_suffice_and_one_fewer_does_not() -> None:
    year = ScaleYear(7e9, 9_734)
    machines = smallest_deployment(year)
    assert simulate_year(year, machines).wait <= 1
    assert simulate_year(year, machines._replace(shards=machines.shards - 1)).wait > 1


def test_a_port_that_is_larger_than_a_shard_cannot_be_spread() -> None:
    with pytest.raises(OverflowError, match="do not do"):
        smallest_deployment(ScaleYear(7e9, 60_000), ports=42, max_shards=12)


@pytest.mark.long
def test_the_command_shows_every_year() -> None:
    answer = json.loads(CliRunner().invoke(bench, ["--scale", "--json"]).stdout)
    assert {"one machine", "engines"} <= {row["bound"] for row in answer} and len(answer) == 30
