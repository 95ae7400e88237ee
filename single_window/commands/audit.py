"""`single-window audit`: proves that all ledgers balance, and that nobody rewrote the log of decisions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from declarations.money import Scaled, plain
from single_window import auditing
from single_window.commands.audit_log import log
from single_window.commands.audit_statistics import statistics
from single_window.frame.commands.call import FAILED, Call, Columns, command
from single_window.store.engine import snapshot

SHOWN = 20
"""Differences of a ledger that are shown at most by default."""


@click.group(invoke_without_command=True)
@click.option("--all", "every", is_flag=True, help="Show all differences, not only the first of each ledger.")
@command
def audit(call: Call, every: bool) -> None:
    """Prove that all ledgers of the sandbox balance. Exit code 1: one does not, and each difference is named.

    Allowances against accepted lists, guarantees against bills, bonded stock against what was drawn, invoices and
    export items against the claims that took of them, foreign exchange against what banks reported, refunds against
    what was booked.

    \b
    Examples:
      single-window audit
      single-window audit --sandbox demo --json
      single-window audit log
      single-window audit statistics --month 2026-10
    """
    if click.get_current_context().invoked_subcommand:
        return
    with call.reading() as (window, _), snapshot(window.engine) as connection:
        ledgers = list(auditing.audited(connection, call.sandbox))
    balanced = all(ledger.balanced for ledger in ledgers)
    call.give({"balanced": balanced, "ledgers": [_shown(ledger) for ledger in ledgers]})
    call.records("", _COLUMNS, ledgers, lambda ledger: "good" if ledger.balanced else "bad")
    for ledger in ledgers:
        _differences(call, ledger, every)
    if not balanced:
        raise click.exceptions.Exit(FAILED)


def _shown(ledger: auditing.Ledger) -> dict[str, Any]:
    """A ledger for programs."""
    return {
        "name": ledger.name,
        "rows": ledger.rows,
        "sums": _plain(ledger.sums),
        "balanced": ledger.balanced,
        "differences": [
            {
                "key": difference.key,
                "what": difference.what,
                "kept": plain(difference.kept),
                "found": plain(difference.found),
            }
            for difference in ledger.differences
        ],
    }


_COLUMNS: Columns[auditing.Ledger] = (
    ("ledger 账", lambda ledger: f"{ledger.name} {ledger.words.zh}"),
    ("rows 行", lambda ledger: ledger.rows),
    ("sums 合计", lambda ledger: ", ".join(f"{name} {text}" for name, text in _plain(ledger.sums).items())),
    (
        "",
        lambda ledger: "balanced 平衡" if ledger.balanced else f"{len(ledger.differences)} difference(s) 不平",
    ),
)


def _differences(call: Call, ledger: auditing.Ledger, every: bool) -> None:
    """Print what does not agree in a ledger: everything, or the first of it."""
    for difference in ledger.differences if every else ledger.differences[:SHOWN]:
        call.say(
            f"{ledger.name} {difference.key}: {difference.what} {plain(difference.kept)} is kept, "
            f"{plain(difference.found)} was found"
        )
    if not every and len(ledger.differences) > SHOWN:
        call.say(f"{ledger.name}: {len(ledger.differences) - SHOWN} more; see --all")


audit.add_command(log)
audit.add_command(statistics)


def _plain(sums: Mapping[str, Scaled]) -> dict[str, str]:
    return {name: plain(amount) for name, amount in sums.items()}
