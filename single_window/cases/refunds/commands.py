"""`single-window refund`: claims, their explanation, exports to claim for, drafts of messages."""

from __future__ import annotations

import click

from single_window.cases.refunds.answers import REFUND_CLAIM_KIND, RefundExportOut, RefundExportsOut
from single_window.cases.refunds.draft_commands import draft
from single_window.cases.refunds.explain_command import print_explanation
from single_window.cases.refunds.parts import ExplanationOut
from single_window.frame.commands.call import Call, Columns
from single_window.frame.commands.cases import convert_answer, fetch_case
from single_window.frame.commands.rows import CommandGroup, Listed, limit
from single_window_client import SandboxClient

DEFAULT_PAGE_SIZE = 50


refund = CommandGroup("refund")


refund.add_command(draft)


refund.cases(REFUND_CLAIM_KIND, "List claims, newest first.", ("--waiting", "--state paid --merchant 4101985556"))


_EXPORT: Columns[RefundExportOut] = (
    ("export 出口", lambda export: export.number),
    ("company 企业", lambda export: export.ebc_code),
    ("tradeMode", lambda export: export.trade_mode),
    ("exported 出口日", lambda export: export.exported_on),
    ("items 项", lambda export: export.items),
)


@refund.client(examples=("TS202612001",))
def show(call: Call, sandbox: SandboxClient, claim: str) -> None:
    """Show a claim by its copNo, by ebcCode|copNo, or by its id: documents, sums, receipts, timeline, days."""
    call.print_json(fetch_case(call, sandbox, REFUND_CLAIM_KIND, claim))
    if not call.as_json:
        print_explanation(
            call,
            convert_answer(fetch_case(call, sandbox, REFUND_CLAIM_KIND, claim, "/explanation"), ExplanationOut),
            brief=True,
        )


refund.row(
    "claimable",
    "GET /refund-exports",
    "List exports without a refund claim: declarations of summaries, and lists of 9710 and 9810.",
    Listed(RefundExportsOut, _EXPORT, "There is nothing to claim."),
    options=(
        click.option("--merchant", default="", help="Only those of this company (ebcCode)."),
        limit(1_000, DEFAULT_PAGE_SIZE, "Maximum number of exports.", "--most"),
    ),
    examples=("--merchant 4101985556",),
)
refund.case(
    REFUND_CLAIM_KIND,
    "CLAIM",
    "Explain a claim: every document, condition and number with its legal source, and the next deadlines.",
    print_explanation,
    ("TS202612001", "TS202612001 --json --lang zh"),
    name="explain",
    below="/explanation",
    shape=ExplanationOut,
)
