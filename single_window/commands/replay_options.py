"""The options of `single-window replay` as one value, refused where they cannot be combined."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click

from declarations.calendar import day_of
from single_window.commands.sandbox import parsed_options
from single_window.frame.commands.call import Failure
from single_window.frame.commands.options import option
from single_window.recordings.file import Recording
from single_window.recordings.playing import ReplayPlan
from single_window.recordings.remote import by_the_clock
from single_window.recordings.stage import SandboxChanges
from single_window.recordings.waves import EventFilter, parse_instant
from single_window.work.parameter_changes import parse_value


def _instant(context: click.Context, parameter: click.Parameter, text: str | None) -> int:
    try:
        return parse_instant(text) if text else 0
    except ValueError:
        raise click.BadParameter(f"{text!r} is not a time like 2026-11-24 or 2026-11-24T08:00.") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayOptions:
    """The requested replay: the part that is played and how, what differs from the recording, the window (none: in this
    process) with its key, the speed (none: as fast as possible), and the files of the report."""

    loops: int = option(
        "Number of rounds; each round after the first has new numbers.", type=click.IntRange(1, 100_000), default=1
    )
    shift: bool = option("New numbers and guids in the first round, too.")
    days: int = option(
        "Days by which each round is later than the one before: dates in messages, and the clock.",
        type=click.IntRange(0, 3_650),
        show_default=False,
        default=0,
    )
    shuffle: str = option(
        "Another order of the trades, drawn by this key; the order within a trade stays.", metavar="KEY", default=""
    )
    types: tuple[str, ...] = option("Only messages of this type, such as 311.", "--type", metavar="CODE")
    senders: tuple[str, ...] = option("Only messages of this sender.", "--sender", metavar="DXPID")
    orders: str = option("Only trades whose order number matches, with * and ?.", metavar="PATTERN", default="")
    since: int = option(
        "Only from this instant of the sandbox on.", callback=_instant, metavar="MOMENT", required=False
    )
    until: int = option("Only before this instant of the sandbox.", callback=_instant, metavar="MOMENT", required=False)
    settings: tuple[str, ...] = option("What if: change an option of the sandbox.", "--set", metavar="OPTION=VALUE")
    on: datetime | None = option("What if: start the clock on another day, with its law; messages do not change.")
    parameters: tuple[str, ...] = option(
        "What if: change a dated value, as `act NAME change --about parameter` does.",
        "--parameter",
        metavar="NAME=VALUE",
    )
    what_if: bool = option("Play it as recorded, too, and compare the two.")
    speed: float | None = option(
        "With --url: speed relative to the recording [default: as fast as possible].",
        type=click.FloatRange(0.01, 100_000),
    )
    strict: bool = option("Require the recorded order and instants of receipts, too.")
    url: str | None = None
    key: str = ""
    resume: bool = option("Continue an interrupted replay.")
    report: Path | None = None
    junit: Path | None = None

    @property
    def plan(self) -> ReplayPlan:
        """The part that is played, and how."""
        chosen = EventFilter(self.types, self.senders, self.orders, self.since, self.until)
        return ReplayPlan(chosen, self.loops, self.shift, self.days, self.shuffle, exactly=self.strict)

    @property
    def changed(self) -> SandboxChanges:
        """The differences of the sandbox from the recorded one; raises `UsageError` for unknown ones."""
        values = dict(map(_dated_value, self.parameters))
        return SandboxChanges(parsed_options(self.settings), self.on.date() if self.on else None, values)

    @property
    def comparable(self) -> bool:
        """True if the same messages are played as were recorded, in a sandbox like the recorded one."""
        return self.plan.faithful and self.changed.nothing

    @property
    def alike(self) -> bool:
        """True if every message must be answered as recorded, and every act must be carried out."""
        return self.plan.chosen.takes_all and self.changed.nothing

    def runs_along(self, recording: Recording) -> bool:
        """True if the sandbox's clock runs while a recording is played; raises `UsageError` with --resume."""
        running = bool(self.speed) and by_the_clock(recording.events())
        if running and self.resume:
            raise click.UsageError(
                "--resume cannot be combined with --speed for this recording, whose clock ran: the sandbox's clock "
                "ran on after the interrupt. Replay into a new sandbox, or resume without --speed."
            )
        return running

    def plan_of(self, recording: Recording, changed: SandboxChanges) -> ReplayPlan:
        """The plan for a recording, with a clock that begins on another day if `changed` has one."""
        return self.plan._replace(later=(changed.on - day_of(recording.first)).days) if changed.on else self.plan

    def check(self, recording: Recording) -> None:
        """Raise `Failure` for --strict with a recording that holds no sequence digest."""
        if self.plan.exactly and not recording.manifest.sequence:
            raise Failure(f"{recording.path} has no sequence digest: record again, or replay without --strict.")

    def check_alone(self) -> None:
        """Raise `UsageError` for options that are wrong or cannot be combined."""
        unchanged = self.changed.nothing
        if self.what_if and unchanged:
            raise click.UsageError("--what-if requires --set, --on or --parameter.")
        if self.speed and not self.url:
            raise click.UsageError("--speed requires --url: in process a recording is played as fast as possible.")
        reordered = self.url or self.resume or self.plan.shuffle
        if self.plan.exactly and (reordered or not self.comparable):
            raise click.UsageError(
                "--strict requires a replay in process, from beginning to end, of the whole recording unchanged. To "
                "compare the order of two runs: `single-window compare --sequence`."
            )


def _dated_value(text: str) -> tuple[str, Mapping[str, str]]:
    parameter, equals, value = text.partition("=")
    if not equals:
        raise click.UsageError(f"{text!r} is not a change; write NAME=VALUE, such as inspection.quality_failure=0.05.")
    return parameter, parse_value(value)
