"""`single-window guarantee`: changing the amount of a guarantee."""

from __future__ import annotations

import click

from single_window.frame.commands.actors import AS, person
from single_window.frame.commands.call import Call, command
from single_window.frame.commands.decisions import answered, show_refusal
from single_window.work import decisions, guarantees


@click.group()
def guarantee() -> None:
    """Guarantees: their amounts, once they were imported (single-window import guarantees)."""


@guarantee.command()
@click.argument("code")
@click.argument("amount")
@click.option("--reason", required=True, help="Why, for the log.")
@AS
@command
def change(call: Call, code: str, amount: str, reason: str, account: str | None) -> None:
    """Change the amount (yuan) of a guarantee. With an account it is proposed, and somebody else approves it.

    \b
    Example:
      single-window guarantee change 3702960A01 1500000 --reason 追加担保 --as gao
    """
    with call.window() as window:
        window.sandbox(call.sandbox)
        filed = guarantees.change(window, call.sandbox, code, amount, by=person(window, account), reason=reason)
        decided = decisions.outcome(window, call.sandbox, filed)
    call.give({"guarantee": code, "amount": amount, **answered(decided)})
    if decided.done:
        call.say(f"{code}: {amount} ({call.sandbox})")
    show_refusal(call, decided, f"single-window audit log{call.aside}")
