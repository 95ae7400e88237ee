"""`single-window refund draft`: what a company and its bank would send for an export, ready for `submit`."""

from __future__ import annotations

import sys
from decimal import Decimal, InvalidOperation
from pathlib import Path

import click

from single_window.cases.refunds.drafting import KINDS, Terms, source
from single_window.cases.refunds.drafting import draft as drafted
from single_window.cases.refunds.queries import rates_of
from single_window.frame.commands.call import Call, Failure, command
from single_window.store.law_books import law_of


@click.command()
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.argument("number")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write here instead of to the terminal.")
@click.option(
    "--share",
    default="0.8",
    show_default=True,
    metavar="SHARE",
    help="What the supplier charged before tax, as a share of the FOB in yuan.",
)
@click.option(
    "--kind",
    "claim_kind",
    type=click.Choice(["T", "M", "E"]),
    default="T",
    show_default=True,
    help="Kind of claim: T trader, M manufacturer, E exemption.",
)
@click.option("--ahead", is_flag=True, help="Claim goods of 9810 ahead of their sale (HWC-YT).")
@command
def draft(call: Call, kind: str, number: str, out: Path | None, share: str, claim_kind: str, ahead: bool) -> None:
    """Write a message for an export: NUMBER is a summary (sumNo), a declaration (entryId) or a 9710/9810 list (invtNo).

    registration: the exporter registers with the tax office; invoice: the purchase, by a synthetic supplier; exchange:
    the bank reports that all was collected; claim: the refund claim. The same export gives the same numbers each time.

    \b
    Examples:
      single-window refund draft invoice 42272026S000000001 --out invoice.xml
      single-window refund draft claim 42272026S000000001 | less
    """
    with call.reading() as (window, connection):
        law = law_of(connection, call.sandbox)
        terms = Terms(
            window.now(call.sandbox), law, rates_of(connection, call.sandbox), _share(share), claim_kind, ahead
        )
        body = drafted(kind, source(connection, call.sandbox, number, law), terms)
    if out is not None:
        out.write_bytes(body)
    if call.as_json:
        call.give({"kind": kind, "number": number, "out": str(out) if out else None, "xml": body.decode()})
    elif out is None:
        sys.stdout.buffer.write(body)
        sys.stdout.flush()
    else:
        call.say(f"{out}: {len(body)} bytes. Hand it in: single-window submit {out}{call.aside}")


def _share(text: str) -> Decimal:
    try:
        share = Decimal(text)
    except InvalidOperation:
        share = Decimal(0)
    if not share.is_finite() or not 0 < share <= 1:
        raise Failure(f"--share is a number above 0 and up to 1, such as 0.8; not {text!r}.")
    return share
