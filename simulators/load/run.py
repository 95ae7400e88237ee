"""Runs a load: polls, sends at a fixed rate, waits for remaining receipts; an interrupt ends it with partial
results.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event

from simulators.entry import monotonic
from simulators.entry.sending import SENDERS, SentAnswer, Timetable
from simulators.entry.windows import Audited, SandboxClient
from simulators.imports.arithmetic import POLICIES
from simulators.load.faulty import NOTHING, ActiveFaults
from simulators.load.made import PreparedLoad
from simulators.load.measurement import Measurement, Track
from simulators.receipt_polls import ReceiptPolls
from simulators.traffic.plan import TrafficPlan

PAUSE = 0.2
"""Seconds between two checks whether everything expected has come."""
MASTER_DATA = ("participants", "guarantees", "stock")


@dataclass(slots=True, frozen=True)
class LoadRun:
    """The result of a load: the messages that were sent and the receipts; `seconds` until the last was answered; the
    `faults` that were active; the `rounding` of the sandbox's taxes; the `audit` of its ledgers afterwards, if any."""

    made: PreparedLoad
    rate: float
    measurement: Measurement
    seconds: float
    interrupted: bool
    faults: ActiveFaults = NOTHING
    rounding: str = POLICIES[0]
    audit: Audited | None = None

    @property
    def sent(self) -> list[Track]:
        """The messages that were sent."""
        return [track for track in self.measurement.tracks if track.status >= 0]


def prepare(sandbox: SandboxClient, plan: TrafficPlan) -> None:
    """Give a fresh sandbox the companies, guarantees and stock of the traffic; its clock stands on the evening of its
    day."""
    world = plan.world()
    sandbox.options(open=False)
    for kind in MASTER_DATA:
        sandbox.import_master_data(kind, str(getattr(world, f"{kind}_csv")()))


def evening(plan: TrafficPlan) -> str:
    """The last second of the traffic's day, when all its documents have been written."""
    return f"{plan.days[0].day.isoformat()}T23:59:59+08:00"


def run(
    url: str,
    sandbox: str,
    made: PreparedLoad,
    rate: float,
    patience: float,
    progress: Callable[[Measurement, float], None] = lambda measurement, now: None,
    key: str = "",
    senders: int = SENDERS,
    unfinished: Callable[[LoadRun], bool] = lambda ran: False,
) -> LoadRun:
    """Send the messages, so many a second, and receive until so many seconds after the last; `progress` is called
    after each answer; `unfinished` says whether more must come. Raises `SimulatorError`."""
    tracks = [Track(item, place / rate) for place, item in enumerate(made.items)]
    measurement = Measurement(tracks)

    def answered(answer: SentAnswer) -> None:
        measurement.answered(answer)
        progress(measurement, answer.sent.due)

    timetable = Timetable(url, sandbox, made.dues(rate), answered, key)
    measurement.now = timetable.seconds
    receipt_polls = ReceiptPolls(url, sandbox, made.senders, measurement.receive, key, bodies=True)
    receipt_polls.start()
    interrupted = False
    try:
        timetable.run(senders)
    except KeyboardInterrupt:
        interrupted = True
    took = max((track.due + (track.answered or 0) / 1_000 for track in tracks if track.status >= 0), default=0.0)
    try:
        measurement.all_sent()
        until = monotonic() + patience
        measurement.complete.wait(patience)
        while unfinished(LoadRun(made, rate, measurement, took, interrupted)) and monotonic() < until:
            Event().wait(PAUSE)
    except KeyboardInterrupt:
        interrupted = True
    receipt_polls.stop()
    return LoadRun(made, rate, measurement, took, interrupted)
