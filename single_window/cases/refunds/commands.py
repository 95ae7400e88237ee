"""`single-window refund`: claims, their explanation, what a tax officer decides, drafts of what a company sends."""

from __future__ import annotations

from typing import Any

import click
from sqlalchemy import Connection

from single_window.cases import refunds
from single_window.cases.refunds import drafting
from single_window.cases.refunds.answers import REFUND
from single_window.cases.refunds.draft_commands import draft
from single_window.cases.refunds.explain_command import explained
from single_window.cases.refunds.queries import rates_of
from single_window.frame.commands.by_api import over_api
from single_window.frame.commands.call import Call, command
from single_window.frame.commands.cases import called, list_cases, list_options, no_such
from single_window.frame.not_found import NotFound
from single_window.store.law_books import law_of

MOST = 50


@click.group()
def refund() -> None:
    """Refund claims: listed, shown, explained number by number, decided, and drafts of what a company would send."""


refund.add_command(draft)


@refund.command("list")
@list_options(REFUND)
def list_(call: Call, **filters: Any) -> None:
    """List claims, newest first.

    \b
    Examples:
      single-window refund list --waiting
      single-window refund list --state paid --merchant 4101985556
    """
    list_cases(call, REFUND, **filters)


@refund.command()
@click.option("--merchant", "ebc_code", default="", help="Only those of this company (ebcCode).")
@click.option("--most", type=click.IntRange(1, 1_000), default=MOST, show_default=True, help="How many at most.")
@command
def claimable(call: Call, ebc_code: str, most: int) -> None:
    """List exports of which nothing is claimed yet: declarations of summaries, and lists of 9710 and 9810.

    \b
    Example:
      single-window refund claimable --merchant 4101985556
    """
    with call.reading() as (_, connection):
        exports = drafting.claimable(connection, call.sandbox, ebc_code, most)
    call.give(exports)
    call.table(
        "",
        ("export 出口", "company 企业", "tradeMode", "exported 出口日", "items 项"),
        [(export.number, export.ebc_code, export.trade_mode, export.exported_on, export.items) for export in exports],
    )
    if not exports:
        call.say("There is nothing to claim.")


@refund.command()
@click.argument("claim")
@command
@over_api("GET", "/refunds/{claim}")
def show(call: Call, claim: str) -> None:
    """Show a claim by its copNo, by ebcCode|copNo, or by its id: documents, sums, receipts, timeline, days.

    \b
    Example:
      single-window refund show TS202612001
    """
    with call.reading() as (_, connection):
        explanation, shown = _explanation(call, connection, claim), REFUND.show(connection, call.sandbox, claim)
    call.give(shown)
    explained(call, explanation, brief=True)


@refund.command()
@click.argument("claim")
@command
@over_api("GET", "/refunds/{claim}/explanation", show=called(refunds.ExplanationOut, explained))
def explain(call: Call, claim: str) -> None:
    """Explain a claim: every document, condition and number with the law behind it, and the next day that matters.

    \b
    Examples:
      single-window refund explain TS202612001
      single-window refund explain TS202612001 --json --lang zh
    """
    with call.reading() as (_, connection):
        explanation = _explanation(call, connection, claim)
    call.give(explanation)
    explained(call, explanation)


def _explanation(call: Call, connection: Connection, claim: str) -> refunds.ExplanationOut:
    law, rates = law_of(connection, call.sandbox), rates_of(connection, call.sandbox)
    try:
        return refunds.explain(connection, call.sandbox, claim, law, rates)
    except NotFound:
        raise no_such(call, REFUND, claim) from None
