"""The options of `single-window replay` as one value, refused where they cannot be combined."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from declarations.calendar import day_of
from single_window.commands.sandbox import parsed_options
from single_window.frame.commands.call import Failure
from single_window.recordings.file import Recording
from single_window.recordings.playing import ReplayPlan
from single_window.recordings.remote import by_the_clock
from single_window.recordings.stage import SandboxChanges
from single_window.recordings.waves import EventFilter
from single_window.work.parameter_changes import parse_value


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayOptions:
    """The requested replay: the part that is played and how (`plan`), what differs from the recording, the window
    (`url` empty: in this process) with its key, the speed (0: as fast as possible), and the files of the report."""

    plan: ReplayPlan
    changed: SandboxChanges
    what_if: bool
    resume: bool
    speed: float
    url: str
    key: str
    page: Path | None
    junit: Path | None

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


def replay_options(values: Mapping[str, Any]) -> ReplayOptions:
    """The options of a call by their names; raises `UsageError` for those that cannot be combined."""
    chosen = EventFilter(*(values[name] for name in ("types", "senders", "orders", "since", "until")))
    on: datetime | None = values["on"]
    options = ReplayOptions(
        plan=ReplayPlan(
            chosen, values["loops"], values["shift"], values["days"], values["shuffle"], exactly=values["strict"]
        ),
        changed=SandboxChanges(
            parsed_options(values["settings"]), on.date() if on else None, dict(map(_dated_value, values["parameters"]))
        ),
        what_if=values["what_if"],
        resume=values["resume"],
        speed=values["speed"] or 0.0,
        url=values["url"] or "",
        key=values["key"],
        page=values["report"],
        junit=values["junit"],
    )
    _check(options)
    return options


def _dated_value(text: str) -> tuple[str, Mapping[str, str]]:
    parameter, equals, value = text.partition("=")
    if not equals:
        raise click.UsageError(f"{text!r} is not a change; write NAME=VALUE, such as inspection.quality_failure=0.05.")
    return parameter, parse_value(value)


def _check(options: ReplayOptions) -> None:
    if options.what_if and options.changed.nothing:
        raise click.UsageError("--what-if requires --set, --on or --parameter.")
    if options.speed and not options.url:
        raise click.UsageError("--speed requires --url: in process a recording is played as fast as possible.")
    reordered = options.url or options.resume or options.plan.shuffle
    if options.plan.exactly and (reordered or not options.comparable):
        raise click.UsageError(
            "--strict requires a replay in process, from beginning to end, of the whole recording unchanged. To "
            "compare the order of two runs: `single-window compare --sequence`."
        )
