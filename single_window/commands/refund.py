"""`single-window refund`: claims, their explanation, what a tax officer decides, drafts of what a company sends."""

from __future__ import annotations

from typing import Any

import click

from declarations.calendar import day_of
from declarations.money import plain
from single_window.cases import refunds, stories
from single_window.cases.refunds import drafting
from single_window.cases.refunds.rating import rates_of
from single_window.commands.acting import AS, person
from single_window.commands.by_api import over_api
from single_window.commands.call import Call, Columns, Failure, command
from single_window.commands.decisions import answered, tell_refusal
from single_window.commands.refund_drafts import draft
from single_window.commands.refund_explained import explained
from single_window.language import words
from single_window.language.plainly import moment, plainly
from single_window.store.engine import reading
from single_window.store.law_books import law_of
from single_window.work import decisions

MOST = 50


@click.group()
def refund() -> None:
    """Refund claims: listed, shown, explained number by number, decided, and drafts of what a company would send."""


refund.add_command(draft)


@refund.command("list")
@click.option("--state", type=click.Choice(refunds.STATES), help="Only those in this state.")
@click.option("--waiting", is_flag=True, help="Only those that need a decision, the oldest first.")
@click.option("--merchant", "ebc_code", default="", help="Only those of this company (ebcCode).")
@click.option("--most", type=click.IntRange(1, 10_000), default=MOST, show_default=True, help="How many at most.")
@command
@over_api("GET", "/refunds", query={"state": "state", "ebc_code": "merchant", "most": "limit"})
def list_(call: Call, state: str | None, waiting: bool, ebc_code: str, most: int) -> None:
    """List claims, newest first.

    \b
    Examples:
      single-window refund list --waiting
      single-window refund list --state paid --merchant 4101985556
    """
    with call.reading() as (_, connection):
        found = (
            refunds.waiting(connection, call.sandbox, most)
            if waiting
            else refunds.listed(connection, call.sandbox, state or "", ebc_code, most=most)
        )
    call.give([_plain(claim) for claim in found])
    call.records("", _columns(call), found, lambda claim: stories.tone(claim.state))
    if not found:
        call.say("There are no such claims.")


def _columns(call: Call) -> Columns[refunds.Listed]:
    return (
        ("claim 申报", lambda claim: claim.cop_no),
        ("company 企业", lambda claim: claim.ebc_code),
        ("state 状态", lambda claim: call.pick(words.state(claim.state, "refund_claim"))),
        ("kind 类型", lambda claim: f"{claim.kind} {claim.business}".strip()),
        ("period 所属期", lambda claim: claim.period),
        ("lines 行", lambda claim: claim.lines),
        ("refund 应退", lambda claim: plain(claim.refund)),
        ("paid 已退", lambda claim: plain(claim.paid - claim.recovered)),
        ("filed 申报时间", lambda claim: moment(claim.filed_at)[:19] if claim.filed_at else ""),
        ("review until 审核至", lambda claim: day_of(claim.due_at).isoformat() if claim.due_at else ""),
    )


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
        found = drafting.claimable(connection, call.sandbox, ebc_code, most)
    call.give(found)
    call.table(
        "",
        ("export 出口", "company 企业", "tradeMode", "exported 出口日", "items 项"),
        [(one.number, one.ebc_code, one.trade_mode, one.exported_on, one.items) for one in found],
    )
    if not found:
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
    _explain(call, claim, brief=True)


@refund.command()
@click.argument("claim")
@command
@over_api("GET", "/refunds/{claim}/explanation")
def explain(call: Call, claim: str) -> None:
    """Explain a claim: every document, condition and number with the law behind it, and the next day that matters.

    \b
    Examples:
      single-window refund explain TS202612001
      single-window refund explain TS202612001 --json --lang zh
    """
    _explain(call, claim, brief=False)


@refund.command()
@click.argument("claim")
@click.argument("action", type=click.Choice(list(refunds.ACTIONS)))
@click.option(
    "--reason",
    default="",
    help="What the company is told; all but approve need one, approve where exchange is overdue.",
)
@AS
@click.option("--amount", default="", metavar="YUAN", help="With reduce: the refund that is left.")
@command
@over_api("POST", "/refunds/{claim}/act", body={"action": "action", "reason": "reason", "amount": "amount"})
def act(call: Call, claim: str, action: str, reason: str, account: str | None, amount: str) -> None:
    """Decide about a claim. Exit code 1: the desk did not carry it out.

    \b
    Examples:
      single-window refund act TS202612001 approve --as li
      single-window refund act TS202612001 approve --reason 买方破产，凭证明视同收汇
      single-window refund act TS202612001 reduce --amount 3000.00 --reason 单价偏高
      single-window refund act TS202612001 recover --reason 单证虚假
    """
    with call.window() as window:
        window.sandbox(call.sandbox)
        filed = refunds.act(window, call.sandbox, claim, action, reason, person(window, account), amount)
        if not call.work(window):
            raise Failure(
                f"It is filed, but the running window has not done it yet; see: single-window refund show "
                f"{claim}{call.aside}"
            )
        decided = decisions.outcome(window, call.sandbox, filed.decision)
        with reading(window.engine) as connection:
            state = refunds.state_of(connection, call.sandbox, filed.claim_id)
    call.give({"claim": filed.cop_no, "action": action, "before": filed.before, "after": state, **answered(decided)})
    call.say(f"{filed.cop_no}: {filed.before} → {state} ({call.pick(words.state(state, 'refund_claim'))})")
    tell_refusal(call, decided, f"single-window refund show {claim}{call.aside}")


def _explain(call: Call, claim: str, brief: bool) -> None:
    with call.reading() as (_, connection):
        told = refunds.explain(
            connection, call.sandbox, claim, law_of(connection, call.sandbox), rates_of(connection, call.sandbox)
        )
    call.give({**plainly(told), "next_day": plainly(told.next_day)})
    explained(call, told, brief)


def _plain(one: refunds.Listed) -> dict[str, Any]:
    """A claim of the list for programs: amounts in yuan."""
    return {**one._asdict(), "refund": plain(one.refund), "paid": plain(one.paid), "recovered": plain(one.recovered)}
