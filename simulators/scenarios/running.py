"""Runs scenarios against an existing window, or a temporary one in this process."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from simulators.entry.windows import WindowClient, ephemeral_window
from simulators.scenarios.form import ScenarioFile
from simulators.scenarios.playing import play
from simulators.scenarios.results import Look, ScenarioResult, StoryEvent, look_away

Digests = Callable[[str], Mapping[str, Any]]
"""Returns the digests of a sandbox by its name."""
JOBS = 4
"""Scenarios played at a time. The window handles their messages in common work batches, which halves the cost."""


@contextmanager
def connected_window(url: str = "", key: str = "") -> Iterator[tuple[WindowClient, Digests]]:
    """Connect to the window at an address, or start a temporary window in this process; yields a client, and a function
    that returns the digests of a sandbox. For a window at an address it returns none, because no API call gives them.
    """
    if url:
        with WindowClient(url, key) as client:
            yield client, lambda sandbox: {}
        return
    with ephemeral_window() as own, WindowClient(own.url) as client:
        yield client, own.digests


def run(
    scenarios: Sequence[ScenarioFile],
    url: str = "",
    key: str = "",
    keep: bool = False,
    listener: Callable[[StoryEvent], None] = lambda event: None,
    jobs: int = JOBS,
    parent: str = "",
    look: Look = look_away,
) -> Generator[ScenarioResult, None, None]:
    """Play scenarios, `jobs` at a time; yields the results in the order of the scenarios.

    Where something is seen otherwise than known, the scenario is played once more: documents that are sent together may
    get their numbers in another order, a fault stays.
    """
    with connected_window(url, key) as (client, digests), ThreadPoolExecutor(jobs) as players:

        def play_one(scenario: ScenarioFile) -> ScenarioResult:
            # a sandbox of the temporary window is removed with it
            result = play(client, scenario, keep or not url, listener, parent, look)
            if result.seen_otherwise:
                result = play(client, scenario, keep or not url, listener, parent, look)
            return result._replace(sandbox_kept=keep and bool(url), digests=digests(result.sandbox))

        try:
            yield from players.map(play_one, scenarios)
        finally:
            players.shutdown(wait=True, cancel_futures=True)
