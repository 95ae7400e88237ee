"""`single-window replay`: plays a recording into a new sandbox, in process or over HTTP."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import click
from msgspec import structs

from single_window.command_texts import TEXTS
from single_window.commands.digest import CompareOptions, compare_runs, side_of
from single_window.commands.replay_options import ReplayOptions
from single_window.commands.replay_result import show
from single_window.frame.commands.call import FAILED, Call, Failure
from single_window.frame.commands.local import local_command
from single_window.frame.commands.options import argument, option
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
from single_window.reports import replay as replay_reports
from single_window.reports.output import report_options, write_reports
from single_window_client import CallRefused, NotReachable

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


@local_command(
    examples=(
        "monday.swr --sandbox again",
        "monday.swr --sandbox same --strict",
        "monday.swr --sandbox p2 --set rounding=P2 --what-if",
        "monday.swr --sandbox load --loops 10 --days 1",
        "monday.swr --sandbox far --url http://127.0.0.1:8642",
    )
)
@address
@report_options
def replay(call: Call, recording: Path = argument(), options: ReplayOptions = option()) -> None:
    """Play a recording again in a new sandbox, named by --sandbox.

    The outcome digest must be that of the recording (else exit code 1), unless something was changed, chosen or moved.
    With --strict the sequence digest must be that of the recording, too. Exit code 1 also if a ledger does not balance
    in the end; or if a message was answered otherwise, or an act could not be done, though nothing was changed or
    chosen. --resume continues an interrupted replay.
    """
    options.check_alone()
    try:
        with file.open_recording(recording) as recorded:
            recorded.check()
            options.check(recorded)
            result = _replay(call, recorded, options)
            if not options.what_if:
                write_reports(replay_reports.report(recorded, call.sandbox, result), options.report, options.junit)
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
        return RemoteStage(options.url, options.key, recording, name, options.speed or 0.0, running)
    return InsideStage(call.settings, recording, name)


def _play(
    call: Call, recording: Recording, stage: Stage, options: ReplayOptions, changed: SandboxChanges, resume: bool
) -> Progress:
    """Play a recording on a stage and save the position from time to time; returns how it ended."""
    plan, hashed = options.plan_of(recording, changed), recording.manifest.parts[file.EVENTS]
    wanted = ReplayProgress(hashed, repr((options.url or "", plan, changed)), Progress())
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
        client(replace(call, sandbox=recorded), options.url or "", options.key) as before,
        client(call, options.url or "", options.key) as after,
    ):
        sides = side_of(recorded, before, False), side_of(call.sandbox, after, False)
        compare_runs(call, *sides, CompareOptions(20, 1, page=options.report, junit=options.junit))


replay.short_help = TEXTS["replay"]
