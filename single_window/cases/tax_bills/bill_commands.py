"""`single-window tax bills` and `single-window tax pay`: bills of retail import, and their payment with a surcharge."""

from __future__ import annotations

import click

from declarations.money import plain
from single_window.cases.tax_bills import queries as tax_bills
from single_window.cases.tax_bills.answers import owed_out
from single_window.cases.tax_bills.law import sandbox_law
from single_window.frame.commands.actors import AS, PARTICIPANT, person
from single_window.frame.commands.by_api import over_api
from single_window.frame.commands.call import Call, command
from single_window.frame.commands.decisions import answered, carried_out, show_refusal
from single_window.language import phrases
from single_window.store.engine import reading

STATES = ("made", "overdue", "collected", "void")


@click.command()
@click.option("--state", type=click.Choice(STATES), default=None, help="Only those in this state.")
@click.option(
    "--limit", default=tax_bills.MOST, show_default=True, type=click.IntRange(1, 10_000), help="How many at most."
)
@command
@over_api("GET", "/tax/bills", query={"state": "state", "limit": "limit"})
def bills(call: Call, state: str | None, limit: int) -> None:
    """List tax bills, newest release first: tax, last day of payment, days late and surcharge by now.

    \b
    Examples:
      single-window tax bills
      single-window tax bills --state overdue
    """
    with call.reading() as (window, connection):
        law = sandbox_law(connection, call.sandbox)
        listed = tax_bills.listed(
            connection, call.sandbox, window.now(call.sandbox), law.parameters, state or "", limit
        )
    call.give([owed_out(owed) for owed in listed])
    call.table(
        "",
        (
            "taxNo 税单编号",
            "guarantor 担保企业",
            "tax 税款",
            "until 截止日",
            "days late 滞纳天数",
            "surcharge 滞纳金",
            "state 状态",
        ),
        [
            (
                owed.bill.tax_no,
                owed.bill.assure_code,
                plain(owed.tax),
                owed.until,
                owed.late.days,
                plain(owed.late.amount),
                call.pick(phrases.state(owed.bill.state, "tax_bill")),
            )
            for owed in listed
        ],
    )
    if not listed:
        call.say("There are no such tax bills.")


@click.command()
@click.argument("tax_no")
@AS
@PARTICIPANT
@command
@over_api("POST", "/tax/bills/{tax_no}/payment", body={"participant": ("by", lambda code: code or "")})
def pay(call: Call, tax_no: str, account: str | None, participant: str | None) -> None:
    """Pay a tax bill from its first day of collection on; one that is overdue with its surcharge.

    \b
    Example:
      single-window tax pay 42272026I000000001_0
    """
    with call.window() as window:
        decision, before = tax_bills.pay(window, call.sandbox, tax_no, person(window, account, participant))
        decided = carried_out(call, window, decision, "single-window tax bills")
        with reading(window.engine) as connection:
            after = tax_bills.find(connection, call.sandbox, tax_no) or before
            law = sandbox_law(connection, call.sandbox)
        owed = tax_bills.owed(after, window.now(call.sandbox), law.parameters)
    call.give({"bill": owed_out(owed), "before": before.state, "after": after.state, **answered(decided)})
    call.say(
        f"{tax_no}: {before.state} → {after.state} ({call.pick(phrases.state(after.state, 'tax_bill'))}); "
        f"{plain(owed.tax)} + {plain(after.surcharge)}"
    )
    show_refusal(call, decided, f"single-window tax bills{call.aside}")
