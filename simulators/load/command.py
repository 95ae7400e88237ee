"""`single-window load`: synthetic traffic on any window over HTTP, at a rate, with targets and a verdict."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from urllib.parse import urlsplit

import click

from simulators.entry import monotonic
from simulators.entry.commands import from_signature, option
from simulators.entry.folders import temporary_folder
from simulators.entry.reports import ReportedFinding, Words, as_json, report_options, write_reports
from simulators.entry.sending import ACCEPTED, status_words
from simulators.entry.windows import Audited, CallRefused, NotReachable, SandboxClient, WindowClient, fresh_sandbox
from simulators.errors import SimulatorError
from simulators.imports.arithmetic import POLICIES
from simulators.load import judging, reports, sets
from simulators.load.faulty import faults_of, switch_faults_on
from simulators.load.known import known_trades
from simulators.load.made import PreparedLoad, make
from simulators.load.measurement import Measurement
from simulators.load.run import LoadRun, evening, prepare, run
from simulators.load.summary import load_summary
from simulators.load.targets import LoadTarget, parse_span, read_target
from simulators.noted_progress import noted_progress
from simulators.traffic.profile import read_profile, text_of

FAILED = 1
MAX_MESSAGES = 2_000_000


def milliseconds(context: click.Context, option: click.Parameter, text: str) -> float:
    """A span of time such as 200ms, 30s, 10m, 1h, in milliseconds."""
    if length := parse_span(text):
        return length
    raise click.BadParameter(f"{text!r} is no span of time such as 200ms, 30s, 10m, 1h.", context, option)


def _targets(context: click.Context, option: click.Parameter, texts: tuple[str, ...]) -> tuple[LoadTarget, ...]:
    try:
        return tuple(read_target(text) for text in texts)
    except SimulatorError as wrong:
        raise click.BadParameter(str(wrong), context, option) from None


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """The options of a load: messages and rate, the window, and how to judge and report; spans of time in
    milliseconds."""

    url: str = option("The window: http://127.0.0.1:8642.", metavar="URL")
    key: str = option("A key, or NAME:PASSWORD of an account.", metavar="KEY", default="")
    rate: float = option("Messages a second.", type=click.FloatRange(0.1, 10_000), default=20.0)
    lasting: float = option("How long: 30s, 10m, 1h.", "--for", default="30s", callback=milliseconds)
    profile: str = option("A profile of traffic, shipped or a file.", default="tuesday")
    seed: int = option("The same seed gives the same messages.", default=1)
    targets: tuple[LoadTarget, ...] = option(
        "p99=200ms, receipt.p95=1s, rate=190, turned-away=1%, limited=1%.", "--target", callback=_targets
    )
    into: str = option("Send into this existing sandbox, and change none of its options.", metavar="NAME", default="")
    sandbox: str = option(
        "With --key: the key's sandbox, the prefix of the new one's name.", metavar="NAME", default=""
    )
    profile_on: str = option("A profile of faults: `faults list`.", "--faults", metavar="PROFILE", default="")
    clock: float | None = option(
        "Speed of the sandbox's clock [default: 1; with --faults, such that the whole profile is applied].",
        type=click.FloatRange(0.01, 100_000),
    )
    keep: bool = option("Keep the new sandbox for inspection.")
    audited: bool = option(
        "Audit the ledgers of the sandbox afterwards; needs the right control_tests, or an auditor's account.",
        "--audit/--no-audit",
        default=True,
    )
    known: bool = option(
        "Afterwards play trades with all known faults to their end in a second sandbox (not with --into).",
        "--known-trades/--no-known-trades",
        default=True,
    )
    first: bool = option("Judge no further than to the first thing that is wrong.")
    late: float = option("A first receipt that takes longer is late.", default="10s", callback=milliseconds)
    patience: float = option("Time to wait for outstanding receipts at the end.", default="30s", callback=milliseconds)
    report: Path | None = None
    junit: Path | None = None
    quiet: bool = option("No progress display.")
    as_plain: bool = option("Answer in JSON, for programs.", "--json")


@click.command(short_help="Load a window over HTTP at a rate, check targets, and judge every receipt.")
@from_signature
@report_options
def load(options: LoadOptions) -> None:
    """Put load on a window: send synthetic traffic over HTTP at a fixed rate, however slowly the window answers.

    The command creates a sandbox with the companies of the traffic, and deletes it afterwards. The delay of a message
    is measured from the time at which it was due. Receipts are fetched by long polls; each trade is compared with its
    expected outcome, and the ledgers of the sandbox are audited in the end.
    Exit status 0: nothing was lost, doubled, wrong or late, the ledgers balance, and all targets were reached. An
    interrupt ends the sending; then only the messages that were sent are judged.

    Outcomes that take days or need an officer are judged afterwards: trades with all known faults are played to their
    end in a second sandbox, whose clock is advanced.

    \b
    Examples:
      single-window load --url http://127.0.0.1:8642 --rate 50 --for 1m --target p99=200ms
      single-window load --url http://127.0.0.1:8642 --faults the-broker-died-on-double-11 --profile double11 --for 1m
      single-window load --url http://127.0.0.1:8642 --rate 200 --for 10m --report load.html --junit load.xml
    """
    messages = _messages(options)
    profile = read_profile(text_of(options.profile), options.profile)
    with temporary_folder("load-") as folder:
        with noted_progress("making messages", options.quiet, messages) as step:
            prepared = make(folder, profile, options.seed, messages, lambda count: step(completed=count))
        name, load_run = _run(options, prepared)
    header = _header(options, name, f"{profile.zh} {profile.en}", prepared.plan.trades)
    found = chain(judging.findings(load_run, options.late), _play_known_trades(options, load_run))
    findings = list(islice(found, 1 if options.first else None))
    result = reports.report_of(load_run, findings, options.targets, header)
    write_reports(result, options.report, options.junit)
    click.echo(
        json.dumps(as_json(result), ensure_ascii=False, indent=1)
        if options.as_plain
        else load_summary(result, load_run)
    )
    click.get_current_context().exit(0 if result.ok else FAILED)


def _header(options: LoadOptions, name: str, title: str, trades: int) -> tuple[tuple[Words, str], ...]:
    """The head of the report of a load: the window with the sandbox, the traffic, the rate."""
    return (
        (Words("单一窗口", "window"), f"{options.url}, {name}"),
        (Words("流量", "traffic"), f"{options.profile} ({title}), seed {options.seed}, {trades} trades"),
        (Words("速率", "rate"), f"{options.rate:g}/s"),
    )


def _messages(options: LoadOptions) -> int:
    """Work out the number of messages to send; refuses invalid options and combinations."""
    if urlsplit(options.url).scheme not in {"http", "https"} or not urlsplit(options.url).hostname:
        raise click.UsageError(f"{options.url} is no address like http://127.0.0.1:8642")
    if options.into and (options.profile_on or options.clock):
        raise click.UsageError(
            "--faults and --clock need a new sandbox. For an existing one, use `single-window faults on` and "
            "`single-window clock set`."
        )
    messages = round(options.rate * options.lasting / 1_000)
    if not 1 <= messages <= MAX_MESSAGES:
        raise click.UsageError(f"--rate and --for give {messages} messages; 1 to {MAX_MESSAGES:,} can be sent.")
    return messages


def _run(options: LoadOptions, made: PreparedLoad) -> tuple[str, LoadRun]:
    """Send the prepared messages; gives the name of the sandbox and the result."""
    try:
        with (
            WindowClient(options.url, options.key) as client,
            _target_sandbox(client, made, options) as sandbox,
            noted_progress("sending", options.quiet, len(made.items)) as step,
        ):
            on = (
                None
                if options.into
                else switch_faults_on(sandbox, options.profile_on, options.lasting / 1_000, options.clock)
            )
            ran = run(
                options.url,
                sandbox.name,
                made,
                options.rate,
                options.patience / 1_000,
                _watcher(step),
                options.key,
                unfinished=lambda ran: sets.may_be_unfinished(ran, judging.cut_off(ran)),
            )
            faults = faults_of(sandbox, on, monotonic() - ran.measurement.now())
            audit = _audit(sandbox) if options.audited else None
            return sandbox.name, replace(ran, faults=faults, rounding=_rounding(sandbox), audit=audit)
    except (CallRefused, NotReachable, SimulatorError) as refused:
        raise click.ClickException(str(refused)) from refused


def _audit(sandbox: SandboxClient) -> Audited:
    """Audit the ledgers of the sandbox; without the right, the result gives the reason of the refusal."""
    try:
        return sandbox.audit()
    except CallRefused as refused:
        return Audited(refused=str(refused))


def _play_known_trades(options: LoadOptions, ran: LoadRun) -> Iterator[ReportedFinding]:
    """Play the known trades afterwards and yield the complaints; skipped after an interrupt."""
    if options.into or not options.known or ran.interrupted:
        return
    try:
        with (
            WindowClient(options.url, options.key) as client,
            closing(known_trades(client, options.seed, options.sandbox)) as complaints,
        ):
            yield from complaints
    except (CallRefused, NotReachable) as refused:
        raise click.ClickException(f"the known trades could not be played: {refused}") from refused
    except KeyboardInterrupt:
        return


def _rounding(sandbox: SandboxClient) -> str:
    """The tax rounding of a sandbox; the legal default if the sandbox sets none or may not be read."""
    try:
        return str(sandbox.options().get("rounding") or POLICIES[0])
    except CallRefused:
        return POLICIES[0]


@contextmanager
def _target_sandbox(client: WindowClient, made: PreparedLoad, options: LoadOptions) -> Iterator[SandboxClient]:
    """The target sandbox: an existing one, or a new one with the master data that the traffic needs."""
    if options.into:
        yield client.sandbox(options.into)
        return
    with fresh_sandbox(client, "load", "load", evening(made.plan), under=options.sandbox, keep=options.keep) as sandbox:
        prepare(sandbox, made.plan)
        yield sandbox


def _watcher(step: Callable[..., None]) -> Callable[[Measurement, float], None]:
    """Make the callback that updates the progress display; problems are shown first."""

    def watch(measurement: Measurement, due: float) -> None:
        sent = measurement.statuses.total()
        wrong = ", ".join(
            f"{count} × {status_words(status)}"
            for status, count in sorted(measurement.statuses.items())
            if status != ACCEPTED
        )
        behind = max(0.0, measurement.now() - due)
        refused = f"not accepted: {wrong}; " if wrong else ""
        note = f"{refused}behind {behind:.1f} s; without receipt {measurement.without_receipt}"
        step(completed=sent, note=note)

    return watch
