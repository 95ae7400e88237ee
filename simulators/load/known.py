"""Plays trades of all known faults to their end after a load, in a sandbox of their own, by moving its clock, and
judges them by every receipt; then sends what no trade sends (`probes`).

A load is judged by what came while it lasted: nothing that takes days is among that, nothing that a person does, and of
the known faults only those of its profile.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import ExitStack

from simulators.demo import UNSIGNED
from simulators.entry import FIRST_DAY
from simulators.entry.reports import WRONG, ReportedFinding
from simulators.entry.windows import WindowClient
from simulators.errors import SimulatorError
from simulators.load.remote_sandbox import remote_sandbox
from simulators.note_times import judge_notes
from simulators.played_day import NoDisplay
from simulators.probes.probing import probe_window
from simulators.scenes import Scenes
from simulators.verdict import TradeVerdict
from simulators.world import World

NIGHTS = (1, 2, 3, 5, 8, 16, 29, 33, 40)
"""Nights after which people look: inspections, returns, deliveries, closing and collection are over in time."""
BATCH, PER_MESSAGE = 20, 20


def known_trades(client: WindowClient, seed: int, under: str = "") -> Generator[ReportedFinding, None, None]:
    """Play the known trades on a window, and probe it; yields the deviations. `under`: the prefix of the names of its
    sandboxes, with the key of a sandbox. Raises `CallRefused`, `NotReachable`."""
    world = World(seed)
    with ExitStack() as closing:
        ground = remote_sandbox(client, world, UNSIGNED, FIRST_DAY, under, closing)
        scenes = Scenes(ground, world, seed, PER_MESSAGE, NoDisplay(), UNSIGNED, nights=NIGHTS)
        try:
            _play(scenes)
        except SimulatorError as refused:
            yield ReportedFinding(WRONG, f"the known trades could not be played on: {refused}")
        for box in ground.strays(world.mailboxes()):
            yield ReportedFinding(WRONG, "receipts came for somebody who has sent nothing", mailbox=box)
        for box in ground.restarted():
            yield ReportedFinding(WRONG, "a poll at the end of a mailbox sends its reader somewhere else", mailbox=box)
        for verdict in scenes.verdicts:
            yield from _findings(verdict)
        for wrong in scenes.receipt_log.wrong:
            yield ReportedFinding(WRONG, f"a receipt cannot be read: {wrong.why}", mailbox=wrong.mailbox)
        for difference in (*scenes.audit, *ground.audit_differences()):
            yield ReportedFinding(WRONG, f"audit: {difference}")
        for state, count in {**scenes.unfinished_deliveries, **ground.unfinished_deliveries()}.items():
            yield ReportedFinding(WRONG, f"{count} deliveries are {state}")
    for verdict in probe_window(client, under):
        yield from _findings(verdict)


def _play(scenes: Scenes) -> None:
    """All of them; raises `SimulatorError`."""
    scenes.play_known()
    scenes.play_limits()
    scenes.play_rounding()
    scenes.play_envelopes()
    scenes.play_acts()
    scenes.play_batch(BATCH)
    scenes.play_departure()
    scenes.play_month()
    scenes.play_elsewhere()
    scenes.play_refunds()
    scenes.play_sampled()
    scenes.verdicts += judge_notes(scenes.receipt_log)


def _findings(verdict: TradeVerdict) -> Iterator[ReportedFinding]:
    for complaint in verdict.complaints:
        yield ReportedFinding(WRONG, f"{verdict.flow}, {verdict.fault or 'sound'}: {complaint}", trade=verdict.trade)
