"""`single-window demo`: plays synthetic imports, exports, a batch and refunds, reports the outcomes, then serves."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from socket import socket
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from simulators import report
from simulators.demo_stories import pages_to_look_at, story_sandboxes, tell_stories
from simulators.desks import SANDBOX, leave_work
from simulators.entry import DEMO, SandboxSession, minute_text, monotonic, open_sandbox, settings_for
from simulators.entry.commands import FOLDER, from_signature, option
from simulators.entry.folders import temporary_folder
from simulators.entry.shown import bind_port, logins, serve
from simulators.known_faults import known_fault
from simulators.live import Live
from simulators.note_times import judge_notes
from simulators.officers.background import officers_in_background
from simulators.officers.overtaken import play_overtaken
from simulators.played_day import NoDisplay, ProgressDisplay
from simulators.refunds.scenarios import refund_scenario
from simulators.scenes import Scenes
from simulators.traded import Expected
from simulators.world import World

OPTIONS = {
    "open": False,
    "automatic_officer": True,
    "inspection": True,
    "guarantee_short": "review",
    "pre_check": False,
    "rounding": "P1",
    "signatures": "require",
}
"""Options of the demo's sandbox: unknown companies are refused, every message must be signed, and the automatic officer
decides after some hours."""
UNSIGNED = {**OPTIONS, "signatures": "off"}
"""The same without signatures, for companies that are simulated outside this process."""
FAULT_LOOKUPS: Mapping[str, Callable[[str], Any]] = {
    "export": partial(known_fault, "export"),
    "refund": refund_scenario,
}
CLOCK_RATE = 60
"""Clock rate of the sandbox while the window serves, after the day was played."""


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """The options of a demo run: trades and faults to play, sandbox and server, simulated officers, and the report's
    form."""

    count: int = option(
        "Number of import trades; each thousand contains every known fault in a fixed number.",
        "--trades",
        type=click.IntRange(1, 100_000),
        default=1_000,
    )
    exports: int = option(
        "Number of export trades; each 400 contain every known fault in a fixed number; 0: none.",
        type=click.IntRange(0, 100_000),
        default=400,
    )
    batch: int = option(
        "Number of export lists in a batch on one master waybill; 0: none.", type=click.IntRange(0, 100_000), default=50
    )
    seed: int = option("Seed of the companies, buyers and goods.", default=1)
    per_message: int = option("Documents in a message.", type=click.IntRange(1, 100), default=20)
    leave: bool = option("End after the day: status 0 only if every outcome was as expected.", "--exit")
    data: Path | None = option("Data folder. Without it: a temporary one with --exit, else the settings'.", type=FOLDER)
    host: str | None = option("Address to serve on (default: the settings').")
    port_: int | None = option("Port to serve on (default: the settings').", "--port", type=click.IntRange(0, 65535))
    played: int = option(
        f"Number of simulated officers that decide in the sandbox {SANDBOX!r} while the demo serves.",
        "--simulated-officers",
        type=click.IntRange(0, 100),
        show_default=False,
        metavar="N",
        default=0,
    )
    quiet: bool = option("No progress display.")
    as_json: bool = option("Print the report as JSON, and nothing else on standard output.", "--json")
    other: tuple[str, ...] = option(
        "Expect another outcome of a fault, to see a failure ('sound': trades without a fault; 'export:FAULT': "
        "a fault of exports; 'refund:SCENARIO': the statuses of a claim).",
        "--expect",
        metavar="FAULT=STATUS",
    )


@click.command(short_help="Play synthetic imports, exports, a batch and refunds, then serve.")
@from_signature
def demo(options: DemoOptions) -> None:
    """Play synthetic trades with known faults in the sandbox "demo": imports and the 40 days that follow, exports of
    all four modes and the fortnight that follows, exports in a batch, and claims for tax refunds.

    Participants send orders, payments, waybills and lists, and react to the receipts with repeated documents,
    cancellations, deliveries and returns; exports are consolidated, arrive at their site and leave. Faults that need
    the law of earlier days are played in additional sandboxes, one for each day. The sandboxes' clocks are advanced, so
    the demo takes seconds. Then the outcome of each trade, by its receipts, is compared with the expected outcome of
    its fault. If the data folder holds an earlier demo, the next day is played; nothing is deleted.
    """
    if options.leave and options.played:
        raise click.UsageError(
            "--simulated-officers and --exit cannot be combined: officers decide while the demo serves."
        )
    console = Console(stderr=options.as_json)
    expected = _expectations(options.other)
    with ExitStack() as closing:
        folder = closing.enter_context(_folder(options.data, options.leave))
        settings = settings_for(folder, host=options.host, port=options.port_, synchronous="NORMAL", readers=0)
        bound = None if options.leave else closing.enter_context(bind_port(settings))
        session = closing.enter_context(open_sandbox(settings, DEMO, World(options.seed), OPTIONS))
        if not options.quiet:
            _announce(console, session, settings.data.resolve(), options.seed)
        counts = (options.count, options.exports, options.batch)
        display = _display(options, console)
        outcome = run(session, World(options.seed), counts, options.seed, options.per_message, display, expected)
        _print_report(outcome, console, options.as_json)
        if bound is None:
            sys.exit(0 if outcome.ok else 1)
        _serve(options, session, bound, console)


def _display(options: DemoOptions, console: Console) -> AbstractContextManager[ProgressDisplay]:
    """The progress display of the demo."""
    return nullcontext(NoDisplay()) if options.quiet or options.as_json else Live(console)


def _announce(console: Console, session: SandboxSession, data: Path, seed: int) -> None:
    """Print the sandbox, day and seed of the run, and the durability of its database."""
    again = " (the day after the last one played)" if session.played_before else ""
    console.print(
        f"Data: {data}\nSandbox {DEMO}, {session.day}{again}, seed {seed}\n"
        "SQLite with synchronous=NORMAL: safe against a killed process, not against power loss",
        highlight=False,
        soft_wrap=True,
    )


def _serve(options: DemoOptions, session: SandboxSession, bound: socket, console: Console) -> None:
    """Serve until stopped, with cases for officers and running clocks."""
    with _display(options, console) as show:
        desks = leave_work(session, World(options.seed), options.seed, options.per_message, show)
    for place in filter(None, (session, desks)):
        place.run_clock(CLOCK_RATE)
    accounts = logins(session)
    stories = {name: pages_to_look_at(session, name) for name in story_sandboxes(session)}
    with officers_in_background(session, SANDBOX, options.played, options.seed):
        serve(session, bound, lambda url: _welcome(console, url, accounts, stories))


def _welcome(
    console: Console,
    url: str,
    accounts: Sequence[tuple[str, str, str]],
    stories: Mapping[str, Sequence[tuple[str, str]]],
) -> None:
    """Print the addresses of the pages, the accounts that may decide there, and the sandboxes of stories with the pages
    that they lead to."""
    table = Table("role 角色", "account 账号", "password 口令", title="To decide, sign in as", title_justify="left")
    for row in accounts:
        table.add_row(*row)
    console.print(table, highlight=False)
    for story, pages in stories.items():
        console.print(f"A story to look at: {url}/home?sandbox={story}", soft_wrap=True, highlight=False)
        for what, page in pages:
            console.print(f"  {what}: {url}{page}", soft_wrap=True, highlight=False)
    console.print(
        f"[bold]{url}[/] — sandbox {DEMO}, whose clock runs {CLOCK_RATE} times as fast. Work for officers: "
        f"[bold]{url}/review?sandbox={SANDBOX}[/] Stop with Ctrl-C.",
        soft_wrap=True,
    )


def _print_report(outcome: report.DayReport, console: Console, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(report.as_json(outcome), ensure_ascii=False, indent=1))
        return
    report.print_report(outcome, console)
    console.print(
        "[bold green]Every outcome was as expected."
        if outcome.ok
        else f"[bold red]{len(outcome.complaints)} things were not as expected."
    )


def run(
    session: SandboxSession,
    world: World,
    counts: tuple[int, int, int],
    seed: int,
    per_message: int,
    display: AbstractContextManager[ProgressDisplay],
    expected: Mapping[tuple[str, str], Expected],
) -> report.DayReport:
    """Play numbers of imports, exports and exports of a batch, and check the outcomes; `expected`: (direction, fault;
    "" for sound trades) → outcome that replaces the one in the fault's table.
    """
    begun = monotonic()
    with display as show:
        scenes = Scenes(session, world, seed, per_message, show, OPTIONS, expected)
        _play_scenes(scenes, *counts)
        scenes.verdicts += tell_stories(session, show)
    return report.make_report(
        scenes.imports,
        scenes.exports,
        scenes.verdicts,
        scenes.receipt_log,
        {**scenes.unfinished_deliveries, **session.unfinished_deliveries()},
        [*scenes.audit, *session.audit_differences()],
        {session.sandbox: session.digests(), **scenes.digests},
        messages=scenes.messages,
        documents=scenes.documents,
        day=str(session.day),
        until=minute_text(session.now),
        seconds=round(monotonic() - begun, 1),
    )


def _play_scenes(scenes: Scenes, imports: int, exports: int, batch: int) -> None:
    """Play numbers of imports, exports and exports of a batch, with their scenes."""
    scenes.play_imports(imports)
    scenes.play_limits()
    scenes.play_acts()
    scenes.verdicts += play_overtaken(scenes.world, scenes.seed, OPTIONS)
    scenes.play_rounding()
    scenes.play_envelopes()
    if exports:
        scenes.play_exports(exports)
    if batch:
        scenes.play_batch(batch)
    if exports:
        scenes.play_departure()
        scenes.play_month()
        scenes.play_elsewhere()
        scenes.play_refunds()
        scenes.play_earlier_days()
    if batch:
        scenes.play_sampled()
    scenes.verdicts += judge_notes(scenes.receipt_log)


def _expectations(texts: Sequence[str]) -> dict[tuple[str, str], Expected]:
    expected = {}
    for text in texts:
        name, _, outcome = text.partition("=")
        flow, _, name = name.rpartition(":")
        try:
            fault = "" if name == report.SOUND else FAULT_LOOKUPS.get(flow, partial(known_fault, "import"))(name).name
        except KeyError as error:
            raise click.BadParameter(str(error.args[0]), param_hint="--expect") from None
        expected[flow or "import", fault] = Expected(outcome)
    return expected


@contextmanager
def _folder(data: Path | None, leave: bool) -> Iterator[Path | None]:
    """The folder to play in; None leaves it to the settings. A temporary one is removed afterwards."""
    if data is not None or not leave:
        yield data
        return
    with temporary_folder("demo-") as folder:
        yield folder / "data"  # the folder itself is locked
