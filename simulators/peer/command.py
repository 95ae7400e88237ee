"""`single-window verify-peer`: tries another window, or a team's own stub of one, with messages whose receipts are
known."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from simulators.entry import yesterday
from simulators.entry.commands import from_signature, option
from simulators.entry.reports import Report, as_json, report_options, write_reports
from simulators.errors import SimulatorError
from simulators.imports.trade import ImportTrade
from simulators.load.command import FAILED
from simulators.load.summary import findings_lines
from simulators.messages import pack_messages
from simulators.noted_progress import noted_progress
from simulators.peer import plan, reports
from simulators.peer.driving import Peer, wait_for
from simulators.peer.judging import judge
from simulators.receipt_log import ReceiptLog
from simulators.world import World

DAY = click.DateTime(["%Y-%m-%d"])
TIMES, SOUND = 4, 60
"""How often each known fault is played, and the number of trades without one: more than 600 messages."""


@click.command(name="verify-peer", short_help="Try a window or a stub with messages whose receipts are known.")
@from_signature
@report_options
def verify_peer(
    url: str = option("The peer: http://127.0.0.1:8642.", metavar="URL"),
    sandbox: str = option("X-Sandbox of every call.", default="main"),
    key: str = option("A key, or NAME:PASSWORD of an account.", metavar="KEY", default=""),
    seed: int = option("The same seed gives the same messages, but for their day.", default=1),
    times: int = option("How often each known fault is played.", type=click.IntRange(1, 100), default=TIMES),
    sound: int = option("Number of trades without a fault.", type=click.IntRange(1, 10_000), default=SOUND),
    day: datetime | None = option("Day of the trades [default: yesterday].", type=DAY),
    patience: float = option("Seconds without a receipt after which what is missing is missing.", default=20.0),
    report: Path | None = None,
    junit: Path | None = None,
    quiet: bool = option("No progress display."),
    as_plain: bool = option("Answer in JSON, for programs.", "--json"),
) -> None:
    """Try a peer with imports: sound ones, and each known fault whose outcome comes at once. Each message is handed in
    by POST /api/v1/messages, mailboxes are polled by GET /api/v1/receipts; the peer needs nothing else.

    Unknown companies must be admitted, and no list may be drawn for inspection: of a sandbox of this program
    `single-window sandbox options inspection=false`. Status 0: every document is answered, and every list came to the
    outcome that was known, with the codes that say why. Each seed has its own numbers: a peer is tried once with each.

    \b
    Examples:
      single-window verify-peer --url http://127.0.0.1:8642 --sandbox peer
      single-window verify-peer --url https://stub.example --report peer.html --junit peer.xml
    """
    world = World(seed)
    trades = plan.trades(world, seed, day.date() if day else yesterday(), times, sound)
    try:
        whole = _tried(Peer(url, sandbox, key), trades, world.mailboxes(), url, patience, quiet)
    except SimulatorError as error:
        raise click.ClickException(str(error)) from None
    write_reports(whole, report, junit)
    told = [*reports.lines(whole), *findings_lines(whole), "passed" if whole.ok else "FAILED"]
    click.echo(json.dumps(as_json(whole), ensure_ascii=False, indent=1) if as_plain else "\n".join(told))
    click.get_current_context().exit(0 if whole.ok else FAILED)


def _tried(
    peer: Peer, trades: Sequence[ImportTrade], mailboxes: Sequence[str], url: str, patience: float, quiet: bool
) -> Report:
    """Hand the messages of trades in, wait for their receipts, and return what was otherwise; raises
    `SimulatorError`."""
    log, messages = ReceiptLog(()), list(pack_messages(trades, 1))
    log.expect(trades)
    for message in messages:
        log.note_sent(message)
    peer.skip(mailboxes)
    with noted_progress("handing in", quiet, len(messages)) as step:
        refused = peer.hand_in(messages, lambda: step(advance=1))
    wait_for(peer, mailboxes, log, lambda: all(judge(trade, log).ok for trade in trades), patience)
    return reports.report_of(url, [judge(trade, log) for trade in trades], refused, log, len(messages))
