"""`single-window audit`: checks that all ledgers balance, and that the log of decisions was not changed."""

from __future__ import annotations

from typing import Any

import click

from single_window.commands.audit_history import history
from single_window.commands.audit_log import log
from single_window.commands.audit_own import own
from single_window.commands.audit_statistics import statistics
from single_window.frame.commands.call import FAILED, Call, Columns, command
from single_window.frame.commands.through_api import through_api
from single_window_client import Audited, SandboxClient

MAX_DIFFERENCES = 20
"""Default number of differences shown for a ledger."""


@click.group(invoke_without_command=True)
@click.option("--all", "every", is_flag=True, help="Show all differences, not only the first of each ledger.")
@command
@through_api
def audit(call: Call, sandbox: SandboxClient, every: bool) -> None:
    """Check that all ledgers of the sandbox balance. Exit code 1: one does not; its differences are shown.

    Compares allowances with accepted lists, guarantees with bills, bonded stock with withdrawals, invoices and export
    items with claims, foreign exchange with banks' reports, refunds with account entries, and the log of decisions with
    the decided cases.

    \b
    Examples:
      single-window audit
      single-window audit --sandbox demo --json
      single-window audit --url http://127.0.0.1:8642 --key li:PASSWORD
      single-window audit history
      single-window audit log
      single-window audit statistics --month 2026-10
    """
    if click.get_current_context().invoked_subcommand:
        return
    audited = sandbox.audit()
    call.print_json(audited.plainly)
    call.records("", _COLUMNS, audited.ledgers, lambda ledger: "good" if ledger["balanced"] else "bad")
    for line in audited.first_differences(None if every else MAX_DIFFERENCES):
        call.print_line(line)
    if not audited.balanced:
        raise click.exceptions.Exit(FAILED)


def print_audit(call: Call, audited: Audited) -> None:
    """Print the first differences of an audit, and its result in one line."""
    for line in audited.first_differences(MAX_DIFFERENCES):
        call.print_line(line)
    call.print_line("All ledgers balance. 各账平衡。" if audited.balanced else "The ledgers do NOT balance. 账不平。")


_COLUMNS: Columns[dict[str, Any]] = (
    ("ledger 账", lambda ledger: f"{ledger['name']} {ledger['zh']}"),
    ("rows 行", lambda ledger: ledger["rows"]),
    ("sums 合计", lambda ledger: ", ".join(f"{name} {text}" for name, text in ledger["sums"].items())),
    (
        "",
        lambda ledger: (
            "balanced 平衡"
            if ledger["balanced"]
            else f"{len(ledger['differences']) + ledger['more']} difference(s) 不平"
        ),
    ),
)

audit.add_command(history)
audit.add_command(log)
audit.add_command(own)
audit.add_command(statistics)
