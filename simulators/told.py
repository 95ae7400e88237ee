"""The stories that the demo tells: shipped scenarios about many agencies, played in sandboxes of the demo's window.

Their pages can be looked at there afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from simulators.entry import SandboxSession, serve_on_free_port
from simulators.entry.windows import WindowClient
from simulators.played_day import ProgressDisplay
from simulators.receipt_log import ReceiptLog
from simulators.scenarios import reports
from simulators.scenarios.locating import shipped_scenarios
from simulators.scenarios.playing import play
from simulators.scenarios.results import ScenarioResult
from simulators.scenarios.scenario_files import read_scenario
from simulators.verdict import TradeVerdict

TOLD = "told"
"""The name of stories in the report."""
STORIES = ("infant-formula-fails",)
MAX_LINES = 4
"""Number of lines about the step at which a story went otherwise."""
AS_TOLD, OTHERWISE = "as told", "otherwise"


def tell_stories(session: SandboxSession, show: ProgressDisplay) -> Iterator[TradeVerdict]:
    """Tell each story in a sandbox of its own; yields a verdict about each. Nothing where they were told before."""
    if session.played_before:
        return
    show.begin("stories", len(STORIES))
    with serve_on_free_port(session) as (url, _), WindowClient(url) as client:
        for name in STORIES:
            scenario = read_scenario(shipped_scenarios()[name])
            yield _verdict(name, play(client, scenario, keep=True, desks=session.application.desk))
            show.step(1, ReceiptLog(()), session.now)


def story_sandboxes(session: SandboxSession) -> list[str]:
    """The sandboxes of the window in which stories were told."""
    names = [str(sandbox["name"]) for sandbox in session.client.call("GET", "/sandboxes")["sandboxes"]]
    return [name for name in names if name.rpartition("-")[0] in STORIES]


def _verdict(name: str, result: ScenarioResult) -> TradeVerdict:
    complaints = () if result.ok else tuple(islice(reports.failure_lines(result), MAX_LINES))
    return TradeVerdict(name, TOLD, AS_TOLD, AS_TOLD if result.ok else OTHERWISE, complaints)
