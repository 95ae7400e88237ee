"""`single-window refund draft`: a message that a company or its bank would send for an export, for `submit`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from single_window.frame.commands.call import Call
from single_window.frame.commands.options import argument, option
from single_window.frame.commands.rows import client_command
from single_window_client import SandboxClient
from single_window_client.calls import part

KINDS = ("registration", "invoice", "exchange", "claim")


@client_command()
def draft(
    call: Call,
    sandbox: SandboxClient,
    kind: str = argument(type=click.Choice(KINDS)),
    number: str = argument(),
    out: Path | None = option("Write here instead of to the terminal."),
    share: str = option(
        "The supplier's price before tax, as a share of the FOB value in yuan.", metavar="SHARE", default="0.8"
    ),
    claim_kind: Literal["T", "M", "E"] = option(
        "Kind of claim: T trader, M manufacturer, E exemption.", "--kind", default="T"
    ),
    ahead: bool = option("Claim goods of 9810 ahead of their sale (HWC-YT)."),
) -> None:
    """Write a message for an export: NUMBER is a summary (sumNo), a declaration (entryId) or a 9710/9810 list (invtNo).

    registration: the exporter registers with the tax office; invoice: the purchase, by a synthetic supplier; exchange:
    the bank reports that all was collected; claim: the refund claim. Drafts for the same export have the same numbers.

    \b
    Examples:
      single-window refund draft invoice 42272026S000000001 --out invoice.xml
      single-window refund draft claim 42272026S000000001 | less
    """
    query = {"share": share, "claim_kind": claim_kind, "ahead": ahead}
    text = sandbox.call("GET", f"/refund-exports/{part(number)}/drafts/{kind}", query=query)
    call.show_draft(text, out, kind=kind, number=number)
