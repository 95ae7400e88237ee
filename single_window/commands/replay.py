"""`single-window replay`: plays a recording into a new sandbox, in process or over HTTP."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from msgspec import structs

from single_window.client import CallRefused, NotReachable
from single_window.commands.digest import CompareOptions, compare_runs, side_of
from single_window.commands.replay_options import ReplayOptions, replay_options
from single_window.commands.replay_result import show
from single_window.frame.commands.call import FAILED, Call, Failure, command
from single_window.frame.commands.through_api import address, client
from single_window.recordings import file, resume_file
from single_window.recordings.file import BadRecording, Recording
from single_window.recordings.inside import SandboxTaken
from single_window.recordings.inside_stage import InsideStage
from single_window.recordings.playing import Progress, play_recording
from single_window.recordings.posting import NotTaken
from single_window.recordings.remote import NotSettled
from single_window.recordings.remote_stage import RemoteStage, ValueNotChanged
from single_window.recordings.replayed import ReplayResult, result_of
from single_window.recordings.resume_file import NothingToResume, ProgressNote, ReplayProgress
from single_window.recordings.stage import SandboxChanges, Stage
from single_window.recordings.waves import parse_instant
from single_window.reports import replay as replay_reports
from single_window.reports.output import report_options, write_reports

AS_RECORDED = "as-recorded"
REFUSALS = (
    BadRecording,
    CallRefused,
    FileNotFoundError,
    NotReachable,
    NotSettled,
    NotTaken,
    NothingToResume,
    SandboxTaken,
    ValueNotChanged,
)
"""Errors whose text says what to do: the command fails with it."""


def _instant(context: click.Context, parameter: click.Parameter, text: str | None) -> int:
    try:
        return parse_instant(text) if text else 0
    except ValueError:
        raise click.BadParameter(f"{text!r} is not a time like 2026-11-24 or 2026-11-24T08:00.") from None


@click.command(short_help="Play a recording again in a new sandbox.")
@click.argument("recording", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--loops",
    type=click.IntRange(1, 100_000),
    default=1,
    show_default=True,
    help="Number of rounds; each round after the first has new numbers.",
)
@click.option("--shift", is_flag=True, help="New numbers and guids in the first round, too.")
@click.option(
    "--days",
    type=click.IntRange(0, 3_650),
    default=0,
    help="Days by which each round is later than the one before: dates in messages, and the clock.",
)
@click.option(
    "--shuffle",
    default="",
    metavar="KEY",
    help="Another order of the trades, drawn by this key; the order within a trade stays.",
)
@click.option("--type", "types", multiple=True, metavar="CODE", help="Only messages of this type, such as 311.")
@click.option("--sender", "senders", multiple=True, metavar="DXPID", help="Only messages of this sender.")
@click.option("--orders", default="", metavar="PATTERN", help="Only trades whose order number matches, with * and ?.")
@click.option("--since", callback=_instant, metavar="MOMENT", help="Only from this instant of the sandbox on.")
@click.option("--until", callback=_instant, metavar="MOMENT", help="Only before this instant of the sandbox.")
@click.option(
    "--set", "settings", multiple=True, metavar="OPTION=VALUE", help="What if: change an option of the sandbox."
)
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="What if: start the clock on another day, with its law; messages do not change.",
)
@click.option(
    "--parameter",
    "parameters",
    multiple=True,
    metavar="NAME=VALUE",
    help="What if: change a dated value, as `act NAME change --about parameter` does.",
)
@click.option("--what-if", is_flag=True, help="Play it as recorded, too, and compare the two.")
@click.option(
    "--speed",
    type=click.FloatRange(0.01, 100_000),
    help="With --url: speed relative to the recording [default: as fast as possible].",
)
@click.option("--strict", is_flag=True, help="Require the recorded order and instants of receipts, too.")
@address
@click.option("--resume", is_flag=True, help="Continue an interrupted replay.")
@report_options
@command
def replay(call: Call, recording: Path, **values: Any) -> None:
    """Play a recording again in a new sandbox, named by --sandbox.

    The outcome digest must be that of the recording (else exit code 1), unless something was changed, chosen or moved.
    With --strict the sequence digest must be that of the recording, too. Exit code 1 also if a ledger does not balance
    in the end; or if a message was answered otherwise, or an act could not be done, though nothing was changed or
    chosen. --resume continues an interrupted replay.

    \b
    Examples:
      single-window replay monday.swr --sandbox again
      single-window replay monday.swr --sandbox same --strict
      single-window replay monday.swr --sandbox p2 --set rounding=P2 --what-if
      single-window replay monday.swr --sandbox load --loops 10 --days 1
      single-window replay monday.swr --sandbox far --url http://127.0.0.1:8642
    """
    options = replay_options(values)
    try:
        with file.open_recording(recording) as recorded:
            recorded.check()
            options.check(recorded)
            result = _replay(call, recorded, options)
            if not options.what_if:
                write_reports(replay_reports.report(recorded, call.sandbox, result), options.page, options.junit)
    except REFUSALS as refused:
        raise Failure(str(refused)) from refused
    show(call, result)
    if not result.holds:
        raise click.exceptions.Exit(FAILED)
    if options.what_if:
        _compare(call, options)


def _replay(call: Call, recording: Recording, options: ReplayOptions) -> ReplayResult:
    """Play a recording with what was changed; with --what-if as recorded first, unless an interrupted call did."""
    if options.what_if:
        with closing(_stage(call, recording, options, as_recorded(call.sandbox))) as stage:
            begun = options.resume and stage.exists()
            if not begun or stage.progress_file is None or stage.progress_file.exists():
                _play(call, recording, stage, options, SandboxChanges(), begun)
    with closing(_stage(call, recording, options, call.sandbox)) as stage:
        resume = options.resume and (stage.exists() or not options.what_if)
        ended = _play(call, recording, stage, options, options.changed, resume)
        return result_of(stage, ended, recording, options.plan, comparable=options.comparable, alike=options.alike)


def as_recorded(sandbox: str) -> str:
    """The name of the sandbox in which --what-if plays a recording unchanged."""
    return f"{sandbox}-{AS_RECORDED}"


def _stage(call: Call, recording: Recording, options: ReplayOptions, name: str) -> Stage:
    if options.url:
        running = options.runs_along(recording)
        return RemoteStage(options.url, options.key, recording, name, options.speed, running)
    return InsideStage(call.settings, recording, name)


def _play(
    call: Call, recording: Recording, stage: Stage, options: ReplayOptions, changed: SandboxChanges, resume: bool
) -> Progress:
    """Play a recording on a stage and save the position from time to time; returns how it ended."""
    plan, hashed = options.plan_of(recording, changed), recording.manifest.parts[file.EVENTS]
    wanted = ReplayProgress(hashed, repr((options.url, plan, changed)), Progress())
    if resume and stage.progress_file is not None:
        reached = resume_file.load_progress(stage.progress_file, wanted.recording, wanted.plan)
        into = stage.find(reached, changed)
    else:
        into = stage.make(plan.moved(0).at(recording.first), changed)
        reached = structs.replace(wanted, acts=stage.acts())
    _say_first(call, recording, stage)
    with call.progress(call.sandbox, plan.loops * recording.manifest.messages) as progress:
        noting = ProgressNote(stage.progress_file, reached, lambda done: progress(done.messages), call.print_line)
        ended = play_recording(recording, plan, into, reached.progress, noting)
        ended = stage.finish(ended, plan.moved(plan.loops - 1).at(recording.sandbox.ended))
    noting.over()
    return ended


def _say_first(call: Call, recording: Recording, stage: Stage) -> None:
    """Print before anything is played what the replay cannot follow."""
    left_out = ", ".join(f"{count} {name}" for name, count in recording.manifest.left_out.items())
    if left_out:
        call.print_line(f"Not in the recording, so what depends on it may come out otherwise: {left_out}.")
    if stage.may_differ:
        call.print_line(f"Outcomes may differ from the recorded ones: {stage.may_differ}.")


def _compare(call: Call, options: ReplayOptions) -> None:
    """Compare the sandbox that was played as recorded with the other; exit code 1: they differ."""
    recorded = as_recorded(call.sandbox)
    with (
        client(replace(call, sandbox=recorded), options.url, options.key) as before,
        client(call, options.url, options.key) as after,
    ):
        sides = side_of(recorded, before, False), side_of(call.sandbox, after, False)
        compare_runs(call, *sides, CompareOptions(20, 1, page=options.page, junit=options.junit))
