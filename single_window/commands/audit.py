"""`single-window audit`: proves that all ledgers balance, and that nobody rewrote the log of decisions."""

from __future__ import annotations

from collections.abc import Mapping

import click

from declarations.money import Scaled, plain
from single_window import auditing
from single_window.commands.audit_log import log
from single_window.commands.audit_statistics import statistics
from single_window.commands.call import FAILED, Call, command
from single_window.store.engine import snapshot

SHOWN = 20
"""Differences of a ledger that are shown at most unless it is told otherwise."""


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
        found = list(auditing.audited(connection, call.sandbox))
    call.give(
        {
            "balanced": all(one.balanced for one in found),
            "ledgers": [
                {
                    "name": one.name,
                    "rows": one.rows,
                    "sums": _plain(one.sums),
                    "balanced": one.balanced,
                    "differences": [
                        {"key": each.key, "what": each.what, "kept": plain(each.kept), "found": plain(each.found)}
                        for each in one.differences
                    ],
                }
                for one in found
            ],
        }
    )
    call.table(
        "",
        ("ledger 账", "rows 行", "sums 合计", ""),
        [
            (
                f"{one.name} {one.words.zh}",
                one.rows,
                ", ".join(f"{name} {text}" for name, text in _plain(one.sums).items()),
                "balanced 平衡" if one.balanced else f"{len(one.differences)} difference(s) 不平",
            )
            for one in found
        ],
        {number: "good" if one.balanced else "bad" for number, one in enumerate(found)},
    )
    for one in found:
        for each in one.differences if every else one.differences[:SHOWN]:
            call.say(f"{one.name} {each.key}: {each.what} {plain(each.kept)} is kept, {plain(each.found)} was found")
        if not every and len(one.differences) > SHOWN:
            call.say(f"{one.name}: {len(one.differences) - SHOWN} more; see --all")
    if not all(one.balanced for one in found):
        raise click.exceptions.Exit(FAILED)


audit.add_command(log)
audit.add_command(statistics)


def _plain(sums: Mapping[str, Scaled]) -> dict[str, str]:
    return {name: plain(amount) for name, amount in sums.items()}
