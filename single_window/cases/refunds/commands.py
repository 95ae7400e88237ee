"""`single-window refund`: claims, their explanation, exports to claim for, drafts of messages."""

from __future__ import annotations

import click

from single_window.cases.refunds.answers import REFUND_CLAIM_KIND, RefundExportOut, RefundExportsOut
from single_window.cases.refunds.draft_commands import draft
from single_window.cases.refunds.explain_command import print_explanation
from single_window.cases.refunds.parts import ExplanationOut
from single_window.client import SandboxClient
from single_window.frame.commands.call import Call, Columns, command
from single_window.frame.commands.cases import convert_answer, fetch_case, list_options, show_answer
from single_window.frame.commands.through_api import through_api

DEFAULT_PAGE_SIZE = 50


@click.group()
def refund() -> None:
    """Refund claims: listed, shown, explained with every amount, and drafts of what a company would send."""


refund.add_command(draft)


@refund.command("list")
@list_options(REFUND_CLAIM_KIND)
def list_() -> None:
    """List claims, newest first.

    \b
    Examples:
      single-window refund list --waiting
      single-window refund list --state paid --merchant 4101985556
    """


@refund.command()
@click.option("--merchant", "ebc_code", default="", help="Only those of this company (ebcCode).")
@click.option(
    "--most",
    "limit",
    type=click.IntRange(1, 1_000),
    default=DEFAULT_PAGE_SIZE,
    show_default=True,
    help="Maximum number of exports.",
)
@command
@through_api
def claimable(call: Call, sandbox: SandboxClient, ebc_code: str, limit: int) -> None:
    """List exports without a refund claim: declarations of summaries, and lists of 9710 and 9810.

    \b
    Example:
      single-window refund claimable --merchant 4101985556
    """
    answer = call.answered(sandbox.call("GET", "/refund-exports", query={"merchant": ebc_code, "limit": limit}))
    exports = convert_answer(answer, RefundExportsOut).exports
    call.records("", _EXPORT, exports)
    if not exports:
        call.print_line("There is nothing to claim.")


_EXPORT: Columns[RefundExportOut] = (
    ("export 出口", lambda export: export.number),
    ("company 企业", lambda export: export.ebc_code),
    ("tradeMode", lambda export: export.trade_mode),
    ("exported 出口日", lambda export: export.exported_on),
    ("items 项", lambda export: export.items),
)


@refund.command()
@click.argument("claim")
@command
@through_api
def show(call: Call, sandbox: SandboxClient, claim: str) -> None:
    """Show a claim by its copNo, by ebcCode|copNo, or by its id: documents, sums, receipts, timeline, days.

    \b
    Example:
      single-window refund show TS202612001
    """
    call.print_json(fetch_case(call, sandbox, REFUND_CLAIM_KIND, claim))
    if not call.as_json:
        print_explanation(
            call,
            convert_answer(fetch_case(call, sandbox, REFUND_CLAIM_KIND, claim, "/explanation"), ExplanationOut),
            brief=True,
        )


@refund.command()
@click.argument("claim")
@command
@through_api
def explain(call: Call, sandbox: SandboxClient, claim: str) -> None:
    """Explain a claim: every document, condition and number with its legal source, and the next deadlines.

    \b
    Examples:
      single-window refund explain TS202612001
      single-window refund explain TS202612001 --json --lang zh
    """
    show_answer(
        call, fetch_case(call, sandbox, REFUND_CLAIM_KIND, claim, "/explanation"), ExplanationOut, print_explanation
    )
