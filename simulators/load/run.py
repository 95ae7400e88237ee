"""Runs a load: listens, sends by the timetable, waits for what still comes; an interrupt ends it with what there is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event

from simulators.entry import monotonic
from simulators.entry.places import Audited, SandboxClient
from simulators.entry.sending import SENDERS, Answered, Timetable
from simulators.imports.arithmetic import POLICIES
from simulators.load.faulty import NOTHING, Faults
from simulators.load.made import Made
from simulators.load.measurement import Measurement, Track
from simulators.receipt_polls import ReceiptPolls
from simulators.traffic.plan import Plan

PAUSE = 0.2
"""Seconds between two looks whether all that must come has come."""
MASTER_DATA = ("participants", "guarantees", "stock")


@dataclass(slots=True, frozen=True)
class Ran:
    """What a load came to: the messages that were sent and what was heard; `seconds` until the last was answered; the
    `faults` that were on; the `rounding` of the sandbox's taxes; the `audit` of its ledgers afterwards, if any."""

    made: Made
    rate: float
    measurement: Measurement
    seconds: float
    interrupted: bool
    faults: Faults = NOTHING
    rounding: str = POLICIES[0]
    audit: Audited | None = None

    @property
    def sent(self) -> list[Track]:
        """The messages that were sent."""
        return [track for track in self.measurement.tracks if track.status >= 0]


def prepare(sandbox: SandboxClient, plan: Plan) -> None:
    """Give a fresh sandbox the companies, guarantees and stock of the traffic; its clock stands on the evening of its
    day."""
    world = plan.world()
    sandbox.options(open=False)
    for kind in MASTER_DATA:
        sandbox.import_master_data(kind, str(getattr(world, f"{kind}_csv")()))


def evening(plan: Plan) -> str:
    """The last second of the day of the traffic: all its documents are written by then."""
    return f"{plan.days[0].day.isoformat()}T23:59:59+08:00"


def run(
    url: str,
    sandbox: str,
    made: Made,
    rate: float,
    patience: float,
    progress: Callable[[Measurement, float], None] = lambda measurement, now: None,
    key: str = "",
    senders: int = SENDERS,
    unfinished: Callable[[Ran], bool] = lambda ran: False,
) -> Ran:
    """Send the messages, so many a second, and receive until so many seconds after the last; `progress` is called
    after each answer; `unfinished` says whether more must come. Raises `NotHeard` where receipts may not be polled."""
    tracks = [Track(item, place / rate) for place, item in enumerate(made.items)]
    measurement = Measurement(tracks)

    def answered(answer: Answered) -> None:
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
        while unfinished(Ran(made, rate, measurement, took, interrupted)) and monotonic() < until:
            Event().wait(PAUSE)
    except KeyboardInterrupt:
        interrupted = True
    receipt_polls.stop()
    return Ran(made, rate, measurement, took, interrupted)
