"""Runs scenarios against an existing window, or a temporary one in this process."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, NamedTuple

from simulators.entry.windows import WindowClient, ephemeral_window
from simulators.scenarios.form import ScenarioFile
from simulators.scenarios.playing import Desks, play
from simulators.scenarios.results import ScenarioResult, StoryEvent


class ConnectedWindow(NamedTuple):
    """A window to play in. `digests` returns those of a sandbox by its name, or none; `desks`: see `play`."""

    client: WindowClient
    digests: Callable[[str], Mapping[str, Any]]
    desks: Desks | None = None


JOBS = 4
"""Scenarios played at a time. The window handles their messages in common work batches, which halves the cost."""


@contextmanager
def connected_window(url: str = "", key: str = "") -> Iterator[ConnectedWindow]:
    """Connect to the window at an address, or start a temporary window in this process. One at an address has no
    digests, because no API call gives them, and no desks, because nobody knows its accounts.
    """
    if url:
        with WindowClient(url, key) as client:
            yield ConnectedWindow(client, lambda sandbox: {})
        return
    with ephemeral_window(undo_seconds=0) as own, WindowClient(own.url) as client:
        yield ConnectedWindow(client, own.digests, own.application.desk)


def run(
    scenarios: Sequence[ScenarioFile],
    url: str = "",
    key: str = "",
    keep: bool = False,
    listener: Callable[[StoryEvent], None] = lambda event: None,
    jobs: int = JOBS,
    parent: str = "",
) -> Generator[ScenarioResult, None, None]:
    """Play scenarios, `jobs` at a time; yields the results in the order of the scenarios."""
    with connected_window(url, key) as window, ThreadPoolExecutor(jobs) as players:

        def play_one(scenario: ScenarioFile) -> ScenarioResult:
            # a sandbox of the temporary window is removed with it
            result = play(window.client, scenario, keep or not url, listener, parent, window.desks)
            return result._replace(sandbox_kept=keep and bool(url), digests=window.digests(result.sandbox))

        try:
            yield from players.map(play_one, scenarios)
        finally:
            players.shutdown(wait=True, cancel_futures=True)
