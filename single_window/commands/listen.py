"""`single-window listen`: prints the receipts of a mailbox as they arrive, and forwards them to a program."""

from __future__ import annotations

from threading import Event
from typing import NamedTuple

import click
import urllib3

from single_window import keys
from single_window.channels.webhook_headers import headers
from single_window.client import ReceivedReceipt, SandboxClient
from single_window.clock import system_now
from single_window.frame.commands.call import Call, command
from single_window.frame.commands.through_api import at_running_window
from single_window.receipts.messages import ReceiptsMessage, delivery_id

POLL_SECONDS = 20
"""Maximum seconds that one poll waits."""
TIMEOUT_SECONDS = 15.0
"""Maximum seconds for a program's answer to a forwarded receipt."""
FIRST_PAUSE, MAX_PAUSE = 0.5, 30.0
"""Seconds between two attempts to forward a receipt; doubled after each attempt, up to the maximum."""


class _Target(NamedTuple):
    """The address to which receipts are posted, and the secret that signs them."""

    url: str
    secret: str


@click.command()
@click.argument("mailbox")
@click.option("--forward-to", metavar="URL", help="Post each receipt to this address, in order, until it answers 2xx.")
@click.option(
    "--secret",
    envvar="SINGLE_WINDOW_LISTEN_SECRET",
    metavar="TEXT",
    help="With --forward-to: sign with this secret, as a webhook does [default: a new one, which is shown].",
)
@click.option(
    "--after",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="Begin behind this number in the mailbox's sequence.",
)
@click.option("--count", type=click.IntRange(1), metavar="N", help="End after N receipts [default: Ctrl-C].")
@command
@at_running_window
def listen(
    call: Call,
    sandbox: SandboxClient,
    mailbox: str,
    forward_to: str | None,
    secret: str | None,
    after: int,
    count: int | None,
) -> None:
    """Print receipts as they arrive, and optionally forward them to a program.

    As with a webhook, a receipt that the program does not confirm is posted again, and later receipts wait. Unlike a
    webhook, the program's address need not be reachable from the window, because this command polls. Headers and
    signature are those of a webhook.

    \\b
    Example:
      single-window listen DXPENT0000000005 --forward-to http://localhost:8080/receipts
    """
    target = None if forward_to is None else _Target(forward_to, secret or keys.secret())
    if target is not None and not secret:
        call.announce(f"Signed with the secret {target.secret}", event="secret", secret=target.secret)
    try:
        _follow(call, sandbox, mailbox, after, target, count)
    except KeyboardInterrupt:
        return


def _follow(
    call: Call, sandbox: SandboxClient, mailbox: str, after: int, target: _Target | None, remaining: int | None
) -> None:
    while remaining is None or remaining > 0:
        for receipt in sandbox.receipts(mailbox, after, POLL_SECONDS)[:remaining]:
            _print(call, receipt, "" if target is None else _forward(target, _message(sandbox.name, mailbox, receipt)))
            after, remaining = receipt.sequence, None if remaining is None else remaining - 1


def _message(sandbox: str, mailbox: str, receipt: ReceivedReceipt) -> ReceiptsMessage:
    place = receipt.sequence
    code = receipt.type.removeprefix("CEB").removesuffix("Message")
    number = delivery_id(sandbox, mailbox, place, place)
    return ReceiptsMessage(number, sandbox, mailbox, place, place, code, receipt.xml.encode())


def _forward(target: _Target, message: ReceiptsMessage) -> str:
    """Post a receipt until the receiver confirms it; return the status of its answer."""
    pause = FIRST_PAUSE
    while True:
        try:
            answer = urllib3.request(
                "POST",
                target.url,
                body=message.body,
                headers=headers(target.secret, message, system_now() // 1_000),
                timeout=TIMEOUT_SECONDS,
                retries=False,
                redirect=False,
            )
            outcome = f"{answer.status}"
            if 200 <= answer.status < 300:
                return outcome
        except urllib3.exceptions.HTTPError as error:
            outcome = f"no answer ({type(error).__name__})"
        click.echo(f"{target.url}: {outcome}; retry in {pause:g} s", err=True)
        Event().wait(pause)
        pause = min(2 * pause, MAX_PAUSE)


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
