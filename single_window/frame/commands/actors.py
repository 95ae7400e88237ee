"""Who acts when a command acts: the operator, an account that is named with --as, or a participant."""

from __future__ import annotations

import click

from single_window.accounts import keeping
from single_window.accounts.people import OPERATOR, Person, participant
from single_window.context import Context
from single_window.frame.commands.through_api import AS as AS

PARTICIPANT = click.option(
    "--participant",
    metavar="CODE",
    help="Act for this participant, who may change what is his own, instead of as an officer.",
)


def person(context: Context, account: str | None, code: str | None = None) -> Person:
    """Who acts; raises `NoSuchAccount`. Whoever has the data folder may act as anybody: he owns it."""
    if account and code:
        raise click.UsageError("Either --as or --participant.")
    if code:
        return participant(code)
    return keeping.find(context.engine, account).person if account else OPERATOR
