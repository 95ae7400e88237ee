"""`single-window listen`: prints what comes into a mailbox as it comes, and passes it on to a program."""

from __future__ import annotations

from threading import Event

import click
import urllib3

from single_window.client import ReceivedReceipt, SandboxClient
from single_window.frame.commands.call import Call, command
from single_window.frame.commands.through_api import at_running_window

WAIT = 20
"""Seconds that one poll waits."""
TIMEOUT = 15.0
"""Seconds in which a program must answer what is forwarded to it."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
"""Seconds between two attempts to forward a receipt; each time twice as long."""


@click.command()
@click.argument("mailbox")
@click.option("--forward-to", metavar="URL", help="Post each receipt to this address, in order, until it answers 2xx.")
@click.option(
    "--after",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="Begin behind this place in the mailbox's sequence.",
)
@click.option("--count", type=click.IntRange(1), metavar="N", help="End after so many receipts [default: Ctrl-C].")
@command
@at_running_window
def listen(
    call: Call, sandbox: SandboxClient, mailbox: str, forward_to: str | None, after: int, count: int | None
) -> None:
    """Print receipts as they come, and post them to a program of yours.

    A receipt that your program does not take is posted again, and those behind it wait, as a webhook does. It needs no
    address that the window can reach: this command polls.

    \\b
    Example:
      single-window listen DXPENT0000000005 --forward-to http://localhost:8080/receipts
    """
    try:
        _follow(call, sandbox, mailbox, after, forward_to, count)
    except KeyboardInterrupt:
        return


def _follow(
    call: Call, sandbox: SandboxClient, mailbox: str, after: int, forward_to: str | None, left: int | None
) -> None:
    while left is None or left > 0:
        for receipt in sandbox.receipts(mailbox, after, WAIT)[:left]:
            _print(call, receipt, "" if forward_to is None else _forwarded(forward_to, sandbox.name, receipt))
            after, left = receipt.sequence, None if left is None else left - 1


def _forwarded(target: str, sandbox: str, receipt: ReceivedReceipt) -> str:
    """Post a receipt until its receiver takes it; gives what he answered."""
    pause = FIRST_PAUSE
    headers = {
        "Content-Type": "application/xml; charset=utf-8",
        "X-Single-Window-Sandbox": sandbox,
        "X-Single-Window-Sequence": f"{receipt.sequence}-{receipt.sequence}",
        "X-Single-Window-Code": receipt.type.removeprefix("CEB").removesuffix("Message"),
    }
    while True:
        try:
            answer = urllib3.request(
                "POST",
                target,
                body=receipt.xml.encode(),
                headers=headers,
                timeout=TIMEOUT,
                retries=False,
                redirect=False,
            )
            outcome = f"{answer.status}"
            if 200 <= answer.status < 300:
                return outcome
        except urllib3.exceptions.HTTPError as error:
            outcome = f"no answer ({type(error).__name__})"
        click.echo(f"{target}: {outcome}; again in {pause:g} s", err=True)
        Event().wait(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


def _print(call: Call, receipt: ReceivedReceipt, answered: str) -> None:
    info = receipt.info_zh if call.language == "zh" else receipt.info_en
    status = f"{receipt.status} {receipt.status_zh if call.language == 'zh' else receipt.status_en}"
    text = f"{receipt.sequence:>5}  {receipt.time}  {receipt.type}  {receipt.order_no or receipt.key}  {status}  {info}"
    call.announce(
        f"{text}  → {answered}" if answered else text,
        sequence=receipt.sequence,
        type=receipt.type,
        kind=receipt.kind,
        key=receipt.key,
        order_no=receipt.order_no,
        status=receipt.status,
        time=receipt.time,
        info=info,
        forwarded=answered,
    )
