"""`single-window traffic`: synthetic traffic from a profile, to files, to a window over HTTP, or in process."""

from __future__ import annotations

import json
import os
import sys
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click
from msgspec.structs import replace
from rich.console import Console

from simulators import day_shown, report
from simulators.entry import monotonic, open_sandbox, sandbox_options, settings_for
from simulators.entry.commands import FOLDER, argument, from_signature, language_of, option
from simulators.entry.sending import ACCEPTED, status_words
from simulators.imports.arithmetic import POLICIES
from simulators.live import Live
from simulators.noted_progress import noted_progress
from simulators.played_day import NoDisplay
from simulators.traffic import making
from simulators.traffic.files import MessageForm, write_folder
from simulators.traffic.making import SANDBOX
from simulators.traffic.plan import TrafficPlan, plan_traffic
from simulators.traffic.played import OPTIONS, play_traffic
from simulators.traffic.posting import SendingResult, post
from simulators.traffic.profile import read_profile, text_of

MAIN_SANDBOX = "main"
PROCESSES = min(8, os.cpu_count() or 1)


@dataclass(frozen=True, slots=True)
class TrafficOptions:
    """The options of `traffic`: profile, days and seed, the destination, and the form of messages."""

    profile_name: str = argument("PROFILE")
    seed: int = option("The same seed gives the same bytes.", default=1)
    a_day: int | None = option("Trades a day, instead of the profile's.", "--trades", type=click.IntRange(1, 1_000_000))
    per_message: int = option("Documents in a message.", type=click.IntRange(1, 100), default=100)
    out: Path | None = option("Write files into this folder.", type=FOLDER)
    envelope: bool = option("Each message in a DxpMsg (--out).")
    compress: bool = option("Each file compressed by gzip (--out).")
    resume: bool = option("Continue an interrupted call (--out).")
    processes: int = option(
        "Number of processes that write files (--out).", type=click.IntRange(1, 64), default=PROCESSES
    )
    data: Path | None = option(
        "Play it in this process on this data folder, with participants that react to receipts.", type=FOLDER
    )
    url: str | None = option("Send it over HTTP to the window at this address.")
    rate: float | None = option(
        "Messages a second (--url). Without it: by the profile's clock.", type=click.FloatRange(0.01, 100_000)
    )
    speed: float = option(
        "Speed of the profile's clock (--url, without --rate).", type=click.FloatRange(0.1, 1_000_000), default=60.0
    )
    sandbox: str | None = option("Name of the sandbox [default: traffic with --data, main with --url].")
    chosen: tuple[str, ...] = option(
        "Option of the sandbox, as in `sandbox options` (--data).", "--set", metavar="OPTION=VALUE"
    )
    on: datetime | None = option(
        "First day of the sandbox instead of the profile's: the same messages under another day's law (--data)."
    )
    show: bool = option("Print the profile and end; a shipped profile is a template for your own.")
    quiet: bool = option("No progress display.")
    as_json: bool = option("Print the result as JSON.", "--json")


@click.command(short_help="Generate synthetic traffic from a profile: to files, over HTTP, or in process.")
@from_signature
def traffic(options: TrafficOptions) -> None:
    """Generate the traffic of a profile: a TOML file, or a shipped profile (tuesday, month, double11).

    \b
    Examples:
      single-window traffic tuesday --show > mine.toml
      single-window traffic mine.toml --seed 7 --out traffic
      single-window traffic tuesday --data window --set rounding=P2
      single-window traffic double11 --url http://127.0.0.1:8642 --rate 50
    """
    text = text_of(options.profile_name)
    if options.show:
        click.echo(text, nl=False)
        return
    profile = read_profile(text, options.profile_name)
    if options.a_day:
        profile = replace(profile, trades=replace(profile.trades, a_day=options.a_day))
    plan = plan_traffic(profile, options.seed, options.per_message)
    match options.out, options.data, options.url:
        case Path() as folder, None, None:
            _write(plan, folder, options)
        case None, Path() as data, None:
            _play(plan, data, options)
        case None, None, str(url):
            _post(plan, url, options)
        case _:
            raise click.UsageError("Say where the traffic goes: one of --out FOLDER, --data FOLDER, --url ADDRESS.")


def _write(plan: TrafficPlan, folder: Path, options: TrafficOptions) -> None:
    """Write the traffic as files."""
    began_at = monotonic()
    with noted_progress("trades", options.quiet, plan.trades) as step:
        written = write_folder(
            folder,
            plan,
            MessageForm(options.envelope, options.compress),
            resume=options.resume,
            processes=options.processes,
            progress=lambda made: step(advance=made.trades, note=made.name),
        )
    seconds = monotonic() - began_at
    if options.as_json:
        click.echo(json.dumps({"folder": str(folder), **written._asdict(), "seconds": round(seconds, 1)}))
        return
    rate = "" if options.resume else f", {written.documents / seconds:,.0f} documents/s"
    click.echo(
        f"{written.trades} trades, {written.documents} documents, {written.messages} messages in {folder}, "
        f"{seconds:.1f} s{rate}\nsha256 {written.sha256}"
    )


def _post(plan: TrafficPlan, url: str, options: TrafficOptions) -> None:
    """Send the traffic over HTTP; exits with status 1 if a message was not accepted."""
    with noted_progress("messages", options.quiet) as step:

        def show(sent: SendingResult) -> None:
            step(completed=sent.messages, note=_summary(sent))

        sent = post(plan, url, options.sandbox or MAIN_SANDBOX, options.rate, options.speed, show)
    if options.as_json:
        click.echo(json.dumps(sent._asdict()))
    else:
        click.echo(_summary(sent))
    sys.exit(0 if set(sent.statuses) <= {ACCEPTED} else 1)


def _summary(sent: SendingResult) -> str:
    """Sum up the sending so far, failures first."""
    refused = ", ".join(
        f"{count} × {status_words(status)}" for status, count in sorted(sent.statuses.items()) if status != ACCEPTED
    )
    took = f" in {sent.seconds} s" if sent.seconds else ""
    return (
        f"{f'NOT accepted: {refused}; ' if refused else ''}{sent.statuses.get(ACCEPTED, 0)} of {sent.messages} "
        f"accepted{took}, {sent.late} more than a second late, the latest {sent.latest_ms:.0f} ms"
    )


def _play(plan: TrafficPlan, data: Path, traffic_options: TrafficOptions) -> None:
    """Play the traffic in this process; exits with status 1 if a trade did not reach its expected outcome."""
    console, first_day = Console(stderr=traffic_options.as_json), plan.days[0].day
    begins = traffic_options.on.date() if traffic_options.on else first_day
    settings = settings_for(data, synchronous="NORMAL", readers=0)
    display = nullcontext(NoDisplay()) if traffic_options.quiet or traffic_options.as_json else Live(console)
    options = {**OPTIONS, **sandbox_options(traffic_options.chosen)}
    with open_sandbox(
        settings, traffic_options.sandbox or SANDBOX, plan.world(), options, begins, dice=making.SANDBOX
    ) as session:
        outcome = play_traffic(session, plan, display, begins - first_day, options.get("rounding") or POLICIES[0])
    if traffic_options.as_json:
        click.echo(json.dumps(report.as_json(outcome), ensure_ascii=False, indent=1))
    else:
        language = language_of(os.environ)
        day_shown.print_all(outcome, console, language)
        day_shown.print_summary(outcome, console, language)
    sys.exit(0 if outcome.ok else 1)
