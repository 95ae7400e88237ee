"""Runs scenarios against an existing window, or a temporary one in this process."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from simulators.entry.places import WindowClient, ephemeral
from simulators.scenarios.form import ScenarioFile
from simulators.scenarios.playing import play
from simulators.scenarios.results import ScenarioResult, StoryEvent

Digests = Callable[[str], Mapping[str, Any]]
"""Returns the digests of a sandbox by its name."""
JOBS = 4
"""Scenarios played at a time: the window works on them together, which costs half of what they cost one by one."""


@contextmanager
def window(url: str = "", key: str = "") -> Iterator[tuple[WindowClient, Digests]]:
    """A client of the window at an address; without one, of a window in this process that keeps nothing. With it what
    gives the digests of a sandbox, which no call does: none of a window elsewhere."""
    if url:
        with WindowClient(url, key) as client:
            yield client, lambda sandbox: {}
        return
    with ephemeral() as own, WindowClient(own.url) as client:
        yield client, own.digests


def run(
    scenarios: Sequence[ScenarioFile],
    url: str = "",
    key: str = "",
    keep: bool = False,
    show: Callable[[StoryEvent], None] = lambda event: None,
    jobs: int = JOBS,
    under: str = "",
) -> Generator[ScenarioResult, None, None]:
    """Play scenarios, so many at a time; gives each result in their order, as soon as it is known."""
    with window(url, key) as (client, digests), ThreadPoolExecutor(jobs) as players:

        def play_one(scenario: ScenarioFile) -> ScenarioResult:
            # what ends with its window need not be deleted before
            result = play(client, scenario, keep or not url, show, under)
            return result._replace(kept=keep and bool(url), digests=digests(result.sandbox))

        try:
            yield from players.map(play_one, scenarios)
        finally:
            players.shutdown(wait=True, cancel_futures=True)
