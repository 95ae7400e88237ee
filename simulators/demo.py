"""`single-window demo`: plays synthetic imports, exports, a batch and refunds, reports the outcomes, then serves."""

from __future__ import annotations

import json
import os
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

from simulators import day_shown, report
from simulators.demo_stories import TOLD, pages_to_look_at, story_sandboxes, tell_stories
from simulators.desks import SANDBOX, leave_work
from simulators.entry import DEMO, SandboxSession, minute_text, monotonic, open_sandbox, settings_for
from simulators.entry.commands import FOLDER, fitted_table, from_signature, language_of, option
from simulators.entry.folders import temporary_folder
from simulators.entry.officers import Office
from simulators.entry.reports import Words, report_options, write_reports
from simulators.entry.shown import bind_port, logins, serve
from simulators.known_faults import known_fault
from simulators.live import Live
from simulators.note_times import judge_notes
from simulators.officers.background import officers_in_background
from simulators.officers.overtaken import play_overtaken
from simulators.played_day import NoDisplay, ProgressDisplay
from simulators.refunds.judging import FLOW
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
DESKS = Words("待办", "desks")
MORE = Words("逐项结果：--verbose，或 --report 文件.html", "Each kind of outcome: --verbose, or --report FILE.html")
AGAIN = Words("（上次之后的一天）", " (the day after the last one played)")
NEXT_COMMANDS = (
    "single-window sample 311 > order.xml && single-window submit order.xml --url {url}",
    "single-window scenario run failed-lot-recalled -v",
    "single-window traffic --help",
)
"""What to try when the window serves."""
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
    verbose: bool = option("Print every kind of outcome, the totals and the digests.", "--verbose", "-v")
    report: Path | None = None
    junit: Path | None = None
    quiet: bool = option("No progress display.")
    as_json: bool = option("Print the report as JSON, and nothing else on standard output.", "--json")
    lang: str | None = option("Language [default: from LANG, else en].", type=click.Choice(["zh", "en"]))
    other: tuple[str, ...] = option(
        "Expect another outcome of a fault, to see a failure ('sound': trades without a fault; 'export:FAULT': "
        "a fault of exports; 'refund:SCENARIO': the statuses of a claim).",
        "--expect",
        metavar="FAULT=STATUS",
    )


@click.command(short_help="Play synthetic imports, exports, a batch and refunds, then serve.")
@from_signature
@report_options
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
    language = options.lang or language_of(os.environ)
    expected = _expectations(options.other)
    with ExitStack() as closing:
        folder = closing.enter_context(_folder(options.data, options.leave))
        settings = settings_for(folder, host=options.host, port=options.port_, synchronous="NORMAL", readers=0)
        bound = None if options.leave else closing.enter_context(bind_port(settings))
        session = closing.enter_context(open_sandbox(settings, DEMO, World(options.seed), OPTIONS))
        if not options.quiet:
            _announce(console, session, settings.data.resolve(), options.seed, language)
        counts = (options.count, options.exports, options.batch)
        display = _display(options, console, language)
        outcome = run(
            session, World(options.seed), counts, options.seed, options.per_message, display, expected, language
        )
        page = day_shown.page_of(outcome, str(session.day), options.seed)
        write_reports(page, options.report, options.junit)
        _print_report(outcome, console, options, language)
        if bound is None:
            sys.exit(0 if outcome.ok else 1)
        _serve(options, session, bound, console, language)


def _display(options: DemoOptions, console: Console, language: str) -> AbstractContextManager[ProgressDisplay]:
    """The progress display of the demo."""
    return nullcontext(NoDisplay()) if options.quiet or options.as_json else Live(console, language)


def _announce(console: Console, session: SandboxSession, data: Path, seed: int, language: str) -> None:
    """Print the sandbox, day and seed of the run, and the durability of its database."""
    again = (
        Words("（上次之后的一天）", " (the day after the last one played)") if session.played_before else Words("", "")
    )
    words = Words(
        f"沙箱 {DEMO} · {session.day}{again.zh} · 种子 {seed} · 数据 {data}\n"
        "SQLite synchronous=NORMAL：进程被杀不丢数据，断电则不保\n",
        f"Sandbox {DEMO} · {session.day}{again.en} · seed {seed} · data {data}\n"
        "SQLite, synchronous=NORMAL: safe against a killed process, not a power cut\n",
    )
    console.print(words.text(language), highlight=False, soft_wrap=True)


def _serve(options: DemoOptions, session: SandboxSession, bound: socket, console: Console, language: str) -> None:
    """Serve until stopped, with cases for officers and running clocks."""
    with _display(options, console, language) as show, show.family(DESKS.text(language)) as ended:
        desks = leave_work(session, World(options.seed), options.seed, options.per_message, show)
        waiting = sum(Office(session.window, SANDBOX).waiting().values())
        ended(Words(f"{waiting}件待办", f"{waiting} cases wait").text(language))
    for place in filter(None, (session, desks)):
        place.run_clock(CLOCK_RATE)
    accounts = logins(session)
    stories = {name: pages_to_look_at(session, name) for name in story_sandboxes(session)}
    with officers_in_background(session, SANDBOX, options.played, options.seed):
        serve(session, bound, lambda url: _welcome(console, url, accounts, stories, language))


def _welcome(
    console: Console,
    url: str,
    accounts: Sequence[tuple[str, str, str]],
    stories: Mapping[str, Sequence[tuple[Words, str]]],
    language: str,
) -> None:
    """Print the accounts that may decide, the addresses of pages and of stories, and the next commands."""

    def line(zh: str, en: str) -> None:
        text = Words(zh, en).text(language)
        console.print(text, soft_wrap=True, highlight=False, markup=False)

    line("\n办理业务可用下列账号登录：", "\nTo decide, sign in as:")
    headings = [
        words.text(language) for words in (Words("角色", "role"), Words("账号", "account"), Words("口令", "password"))
    ]
    console.print(fitted_table(console, headings, accounts))
    line(
        f"\n服务地址 {url}（沙箱 {DEMO} 的时钟快{CLOCK_RATE}倍）",
        f"\nNow serving {url} (the clock of sandbox {DEMO} runs {CLOCK_RATE} times as fast)",
    )
    line(f"  待办  {url}/review?sandbox={SANDBOX}", f"  cases to decide  {url}/review?sandbox={SANDBOX}")
    for story, pages in stories.items():
        line(f"  故事  {url}/home?sandbox={story}", f"  a story  {url}/home?sandbox={story}")
        for what, page in pages:
            line(f"    {what.zh}  {url}{page}", f"    {what.en}  {url}{page}")
    line("下一步：", "Next:")
    for command in NEXT_COMMANDS:
        line(f"  {command.format(url=url)}", f"  {command.format(url=url)}")
    line("按 Ctrl-C 停止。", "Stop with Ctrl-C.")


def _print_report(outcome: report.DayReport, console: Console, options: DemoOptions, language: str) -> None:
    if options.as_json:
        click.echo(json.dumps(report.as_json(outcome), ensure_ascii=False, indent=1))
        return
    if options.verbose:
        day_shown.print_all(outcome, console, language)
    day_shown.print_summary(outcome, console, language)
    if not options.verbose:
        console.print(MORE.text(language), highlight=False)
    count = len(outcome.complaints)
    words = (
        Words("全部符合预期。", "Every outcome was as expected.")
        if outcome.ok
        else Words(f"{count}处与预期不符。", f"{count} things were not as expected.")
    )
    console.print(words.text(language), style="bold green" if outcome.ok else "bold red")


def run(
    session: SandboxSession,
    world: World,
    counts: tuple[int, int, int],
    seed: int,
    per_message: int,
    display: AbstractContextManager[ProgressDisplay],
    expected: Mapping[tuple[str, str], Expected],
    language: str = "en",
) -> report.DayReport:
    """Play numbers of imports, exports and exports of a batch, and check the outcomes; `expected`: (direction, fault;
    "" for sound trades) → outcome that replaces the one in the fault's table.
    """
    begun = monotonic()
    with display as show:
        scenes = Scenes(session, world, seed, per_message, show, OPTIONS, expected)
        for flow, play in _plays(scenes, session, show, *counts).items():
            with show.family(day_shown.FAMILIES[flow].text(language)) as ended:
                play()
                ended(day_shown.family_line(flow, scenes).text(language))
        scenes.verdicts += judge_notes(scenes.receipt_log)
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


def _plays(
    scenes: Scenes, session: SandboxSession, show: ProgressDisplay, imports: int, exports: int, batch: int
) -> dict[str, Callable[[], None]]:
    """How each family is played, in order: numbers of imports, exports and exports of a batch, with their scenes."""

    def stories() -> None:
        scenes.verdicts += tell_stories(session, show)

    return {
        "import": partial(_play_imports, scenes, imports),
        **({"export": partial(_play_exports, scenes, exports, batch)} if exports or batch else {}),
        **({FLOW: scenes.play_refunds} if exports else {}),
        **({} if session.played_before else {TOLD: stories}),
    }


def _play_imports(scenes: Scenes, count: int) -> None:
    scenes.play_imports(count)
    scenes.play_limits()
    scenes.play_acts()
    scenes.verdicts += play_overtaken(scenes.world, scenes.seed, OPTIONS)
    scenes.play_rounding()
    scenes.play_envelopes()


def _play_exports(scenes: Scenes, count: int, batch: int) -> None:
    if count:
        scenes.play_exports(count)
    if batch:
        scenes.play_batch(batch)
    if count:
        scenes.play_departure()
        scenes.play_month()
        scenes.play_elsewhere()
        scenes.play_earlier_days()
    if batch:
        scenes.play_sampled()


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
