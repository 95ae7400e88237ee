"""The stories that the demo tells: shipped scenarios about many agencies, played in sandboxes of the demo's window.

Their pages can be looked at there afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from simulators.entry import SandboxSession
from simulators.entry.reports import Words
from simulators.entry.shown import serve_on_free_port
from simulators.entry.windows import WindowClient
from simulators.played_day import ProgressDisplay
from simulators.receipt_log import ReceiptLog
from simulators.scenarios import reports
from simulators.scenarios.locating import shipped_scenarios
from simulators.scenarios.playing import play
from simulators.scenarios.results import ScenarioResult
from simulators.scenarios.scenario_files import read_scenario
from simulators.verdict import TradeVerdict

TOLD = "story"
"""The kind of verdicts about stories: each is told by its name in the report."""
STORIES = (
    "infant-formula-fails",
    "failed-lot-recalled",
    "pallet-in-hamburg",
    "more-sold-than-was-there",
    "forty-parcels-to-incheon",
    "told-twice-withdrawn-late",
)
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


def story_names() -> Mapping[tuple[str, str], tuple[str, str, str]]:
    """Return for each story, as the report names it, its name and what it tells, in Chinese and English."""
    told = ((name, read_scenario(shipped_scenarios()[name])) for name in STORIES)
    return {(TOLD, name): (name, scenario.zh, scenario.en) for name, scenario in told}


def story_sandboxes(session: SandboxSession) -> list[str]:
    """The sandboxes of the window in which stories were told."""
    names = [str(sandbox["name"]) for sandbox in session.client.call("GET", "/sandboxes")["sandboxes"]]
    return [name for name in names if name.startswith(tuple(f"{story}-" for story in STORIES))]


def pages_to_look_at(session: SandboxSession, sandbox: str) -> list[tuple[Words, str]]:
    """Return the pages that a story leads to, as (what it is, path): the page that buyers read of each trace batch, and
    that of each shipment to Korea."""
    client = session.application.sandbox(sandbox)
    batches = [batch["batch_no"] for batch in client.call("GET", "/trace-batches")["batches"]]
    boxes = {parcel["container_no"] for parcel in client.call("GET", "/korea/parcels")["parcels"]} - {""}
    return [
        *((Words("买家所见", "what buyers read"), f"/trace/{batch}?sandbox={sandbox}") for batch in batches),
        *((Words("一页看全程", "its shipment"), f"/shipments/{box}?sandbox={sandbox}") for box in sorted(boxes)),
    ]


def _verdict(name: str, result: ScenarioResult) -> TradeVerdict:
    complaints = () if result.ok else tuple(islice(reports.failure_lines(result), MAX_LINES))
    return TradeVerdict(name, name, AS_TOLD, AS_TOLD if result.ok else OTHERWISE, complaints, TOLD)
