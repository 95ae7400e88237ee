"""Plays many seeds, in one process or in several side by side."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import chain
from multiprocessing import get_context
from typing import NamedTuple

from tests.simulation.outcomes import Met
from tests.simulation.play import SHARED, Failure, simulate


class SeedResult(NamedTuple):
    """What a seed came to: turns, deaths, how often the invariants were looked at, and in which way it failed."""

    turns: int = 0
    deaths: int = 0
    checks: int = 0
    failure: str = ""
    met: Met | None = None


def played(seeds: range, modes: list[str], jobs: int) -> Iterator[SeedResult]:
    """All seeds in each mode; calm ones that share their traffic in one process."""
    groups = [(seeds[first : first + SHARED], modes) for first in range(0, len(seeds), SHARED)]
    if jobs == 1:
        yield from chain.from_iterable(map(_group, groups))
        return
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        yield from chain.from_iterable(pool.map(_group, groups))


def _group(chosen: tuple[range, list[str]]) -> list[SeedResult]:
    return [_play_seed(seed, mode) for seed in chosen[0] for mode in chosen[1]]


def _play_seed(seed: int, mode: str) -> SeedResult:
    try:
        result = simulate(seed, mode)
    except Failure as failure:
        return SeedResult(failure=str(failure))
    return SeedResult(result.turns, result.deaths, result.checks, met=result.met)
