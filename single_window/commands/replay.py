"""`single-window replay`: plays a recording into a fresh sandbox, in process or over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import click

from declarations.calendar import day_of
from single_window.accounts.people import OPERATOR
from single_window.answers import audits
from single_window.cases.digests import queries as digests
from single_window.cases.digests.lines import Digests
from single_window.cases.parameters.decisions import PARAMETER_DECISION
from single_window.client import Audited
from single_window.commands import replay_report
from single_window.commands.audit import say_audited
from single_window.commands.digest import Wanted, compared, side_of
from single_window.commands.replay_remote import There, play_there
from single_window.commands.replay_report import ExpectedDigest
from single_window.commands.sandbox import parsed_options
from single_window.data_lock import DataLock
from single_window.frame import deciding
from single_window.frame.commands.call import FAILED, Call, Failure, command
from single_window.frame.commands.through_api import address, client
from single_window.frame.decision_kinds import Requested
from single_window.recordings import file, inside, places
from single_window.recordings.file import BadRecording, Recording
from single_window.recordings.places import Noting, ReplayProgress
from single_window.recordings.playing import Progress, ReplayPlan, play
from single_window.recordings.waves import Chosen, instant
from single_window.reports.form import Report
from single_window.reports.giving import files, give
from single_window.store import sandboxes
from single_window.store.engine import reading, snapshot
from single_window.wiring import Window, open_window
from single_window.work.parameter_changes import given

AS_RECORDED = "as-recorded"


def _instant(context: click.Context, parameter: click.Parameter, text: str | None) -> int:
    try:
        return instant(text) if text else 0
    except ValueError:
        raise click.BadParameter(f"{text!r} is no moment like 2026-11-24 or 2026-11-24T08:00.") from None


@dataclass(frozen=True, slots=True)
class Changed:
    """The differences from the recording: options, the first day, dated values."""

    options: dict[str, Any]
    on: datetime | None
    parameters: tuple[str, ...]

    @property
    def nothing(self) -> bool:
        """True if all is as it was recorded."""
        return not self.options and self.on is None and not self.parameters


@click.command(short_help="Play a recording again in a fresh sandbox.")
@click.argument("recording", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--loops",
    type=click.IntRange(1, 100_000),
    default=1,
    show_default=True,
    help="How often; from the second on with numbers of its own.",
)
@click.option("--shift", is_flag=True, help="Other numbers and guids than recorded, in the first round, too.")
@click.option(
    "--days",
    type=click.IntRange(0, 3_650),
    default=0,
    help="So many days later each round: dates in messages and the clock.",
)
@click.option(
    "--shuffle", default="", metavar="KEY", help="Trades in another order, drawn by a key; each trade in its own."
)
@click.option("--type", "types", multiple=True, metavar="CODE", help="Only messages of this type, such as 311.")
@click.option("--sender", "senders", multiple=True, metavar="DXPID", help="Only messages of this sender.")
@click.option("--orders", default="", metavar="PATTERN", help="Only trades whose number fits, with * and ?.")
@click.option("--since", callback=_instant, metavar="MOMENT", help="Only from this moment of the sandbox on.")
@click.option("--until", callback=_instant, metavar="MOMENT", help="Only before this moment of the sandbox.")
@click.option(
    "--set", "settings", multiple=True, metavar="OPTION=VALUE", help="What if: an option of the sandbox is another."
)
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="What if: the clock begins on another day, with its law; messages stay.",
)
@click.option(
    "--parameter",
    "values",
    multiple=True,
    metavar="NAME=VALUE",
    help="What if: a dated value is another, as `act NAME change --about parameter`.",
)
@click.option("--what-if", is_flag=True, help="Play it as recorded, too, and tell what differs.")
@click.option(
    "--speed",
    type=click.FloatRange(0.01, 100_000),
    help="With --url: so many times as fast as it was recorded [default: as fast as possible].",
)
@click.option("--strict", is_flag=True, help="Receipts must come in the recorded order and at the same instants, too.")
@address
@click.option("--resume", is_flag=True, help="Go on where an interrupted call stopped.")
@files
@command
def replay(
    call: Call,
    recording: Path,
    loops: int,
    shift: bool,
    days: int,
    shuffle: str,
    types: tuple[str, ...],
    senders: tuple[str, ...],
    orders: str,
    since: int,
    until: int,
    settings: tuple[str, ...],
    on: datetime | None,
    values: tuple[str, ...],
    what_if: bool,
    resume: bool,
    speed: float | None,
    strict: bool,
    url: str | None,
    key: str,
    report: Path | None,
    junit: Path | None,
) -> None:
    """Play a recording again, in the sandbox NAME (--sandbox), which it makes.

    It comes to the outcome digest of the recording, or says that it does not (exit code 1), unless something was
    changed, chosen or moved. With --strict it must come to the sequence digest, too. Its ledgers
    are audited in the end (exit code 1: one does not balance). What is interrupted goes on with --resume.

    \b
    Examples:
      single-window replay monday.swr --sandbox again
      single-window replay monday.swr --sandbox same --strict
      single-window replay monday.swr --sandbox p2 --set rounding=P2 --what-if
      single-window replay monday.swr --sandbox load --loops 10 --days 1
    """
    plan = ReplayPlan(Chosen(types, senders, orders, since, until), loops, shift, days, shuffle, exactly=strict)
    changed = Changed(parsed_options(settings), on, values)
    _combined(changed, what_if, url, speed)
    if strict and (url or resume or shuffle or not changed.nothing or not plan.faithful):
        raise click.UsageError(
            "--strict goes with nothing that changes what is played, its order or who works: only with a replay in "
            "process, from beginning to end. Whether two runs had one order is told by `single-window compare "
            "--sequence`."
        )
    publish = partial(give, page=report, suites=junit)
    try:
        with file.opened(recording) as recorded:
            recorded.check()
            if strict and not recorded.manifest.sequence:
                raise Failure(
                    f"{recording} holds no sequence digest to come to: record again, or replay without --strict."
                )
            if url:
                how = There(url, key, speed or 0.0, resume)
                play_there(call, recorded, _beginning(recorded, plan, changed), changed.options, how, publish)
            else:
                _here(call, recorded, plan, changed, what_if, resume, publish)
    except (BadRecording, inside.SandboxTaken, places.NothingToResume, FileNotFoundError) as refused:
        raise Failure(str(refused)) from None
    if what_if:
        recorded_name = f"{call.sandbox}-{AS_RECORDED}"
        with client(replace(call, sandbox=recorded_name)) as before, client(call) as after:
            sides = side_of(recorded_name, before, False), side_of(call.sandbox, after, False)
            compared(call, *sides, Wanted(20, 1, page=report, junit=junit))


def _combined(changed: Changed, what_if: bool, url: str | None, speed: float | None) -> None:
    """Refuse options that mean nothing together, with a message about which do."""
    if what_if and changed.nothing:
        raise click.UsageError("--what-if asks what changes with --set, --on or --parameter: give one of them.")
    if what_if and url:
        raise click.UsageError(
            "--what-if compares what is stored, and no call gives that: replay --url twice, once without what you "
            "change, then `single-window compare` both sandboxes on the data of that window."
        )
    if url and changed.parameters:
        raise click.UsageError(
            "--parameter changes values in a data folder. At a window elsewhere decide so in the sandbox first: "
            "`single-window act NAME change --about parameter --url …`; or replay without --url."
        )
    if speed and not url:
        raise click.UsageError("--speed goes with --url: in process nobody waits, it is played as fast as possible.")


def _beginning(recording: Recording, plan: ReplayPlan, changed: Changed) -> ReplayPlan:
    """The plan with a clock that begins on another day, if an option says so."""
    return plan._replace(later=(changed.on.date() - day_of(recording.first)).days) if changed.on else plan


def _here(
    call: Call,
    recording: Recording,
    plan: ReplayPlan,
    changed: Changed,
    what_if: bool,
    resume: bool,
    publish: Callable[[Report], None],
) -> None:
    """Play in process; with `what_if` as recorded before, unless that is done already."""
    with _working(call) as window:
        resume = _as_recorded(call, recording, window, plan, resume) if what_if else resume
        ended = _played(call, recording, window, call.sandbox, plan, changed, resume)
        with snapshot(window.engine) as connection:
            came = digests.digests_of(connection, call.sandbox)
        audited = audits.audited(window.engine, call.sandbox)
    manifest, faithful = recording.manifest, plan.faithful and changed.nothing
    checks = (
        ExpectedDigest(replay_report.OUTCOMES, came.outcome.sha256, manifest.digest if faithful else "", True),
        ExpectedDigest(
            replay_report.SEQUENCE, came.sequence.sha256, manifest.sequence if faithful else "", plan.exactly
        ),
    )
    if not what_if:
        publish(replay_report.report(recording, call.sandbox, ended, checks, audited=audited))
    _print(call, ended, came, checks, audited)


def _as_recorded(call: Call, recording: Recording, window: Window, plan: ReplayPlan, resume: bool) -> bool:
    """Play as recorded, or what is left of it; gives whether the changed play was begun, too, before an interrupt."""
    name = f"{call.sandbox}-{AS_RECORDED}"
    with reading(window.engine) as connection:
        there = sandboxes.names(connection)
    if not resume or name not in there or places.place_of(recording.path, name).exists():
        _played(call, recording, window, name, plan, Changed({}, None, ()), resume and name in there)
    return resume and call.sandbox in there


@contextmanager
def _working(call: Call) -> Iterator[Window]:
    """A window that works on the data itself; raises `AlreadyRunning` where another process does."""
    lock = DataLock(call.settings.data).take()
    try:
        window = open_window(call.settings, readers=0)
        try:
            yield window
        finally:
            window.close()
    finally:
        lock.release()


def _played(
    call: Call, recording: Recording, window: Window, name: str, plan: ReplayPlan, changed: Changed, resume: bool
) -> Progress:
    """Play a recording in a sandbox, noting how far it is; gives how it ended."""
    first, plan = recording.first, _beginning(recording, plan, changed)
    place, hashed = places.place_of(recording.path, name), recording.manifest.parts[file.EVENTS]
    if resume:
        standing = places.load(place, hashed, repr((plan, changed)))
        already = inside.acts(window, name) - standing.acts - standing.progress.acts + standing.progress.missing
        into = inside.Inside(window, name, max(0, already))
    else:
        into = inside.made(window, recording.sandbox, name, plan.moved(0).at(first), changed.options)
        _change(window, name, changed, plan.moved(0).at(first))
        standing = ReplayProgress(hashed, repr((plan, changed)), Progress(), inside.acts(window, name))
    with call.progress(name, plan.loops * recording.manifest.messages) as progress:
        noting = Noting(place, standing, lambda done: progress(done.messages), call.print_line)
        ended = play(recording, plan, into, standing.progress, noting)
    noting.over()
    return ended


def _change(window: Window, name: str, changed: Changed, first: int) -> None:
    """Change dated values before anything is played, from the day on which it begins."""
    for text in changed.parameters:
        parameter, equals, value = text.partition("=")
        if not equals:
            raise click.UsageError(f"{text!r} is no change; write NAME=VALUE, such as inspection.quality_failure=0.05.")
        wanted = Requested("change", "what-if", values={"value": given(value), "since": str(day_of(first))})
        subject = deciding.find(window, name, PARAMETER_DECISION, parameter)
        deciding.decide(window, name, PARAMETER_DECISION, subject, wanted, OPERATOR)
    window.settle()


def _print(
    call: Call, ended: Progress, came: Digests, checks: tuple[ExpectedDigest, ExpectedDigest], audited: Audited
) -> None:
    """Say how it ended; exit code 1 where it should have come to other digests, or where a ledger does not balance."""
    outcome, sequence = checks
    call.print_json(
        {
            "messages": ended.messages,
            "acts": ended.acts,
            "answered_alike": ended.alike,
            "acts_not_done": ended.undone,
            "outcomes": came.outcome.lines,
            "digest": outcome.digest,
            "recorded": outcome.recorded,
            "equal": outcome.equal,
            "sequence": {
                "deliveries": came.sequence.lines,
                "digest": sequence.digest,
                "recorded": sequence.recorded,
                "equal": sequence.equal,
            },
            "audit": audited.plainly,
        }
    )
    call.print_line(
        f"{ended.messages} messages, {ended.messages - ended.alike} answered otherwise than recorded; "
        f"{ended.acts} acts, {ended.undone} could not be done; {came.outcome.lines} outcomes"
    )
    for check in checks:
        call.print_line(check.told)
    say_audited(call, audited)
    if not audited.balanced or not all(check.holds for check in checks):
        raise click.exceptions.Exit(FAILED)
