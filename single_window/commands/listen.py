"""`single-window listen`: prints the receipts of a mailbox as they arrive, and forwards them to a program."""

from __future__ import annotations

import click

from single_window import keys
from single_window.channels.confirmed_posts import ForwardTarget, post_until_confirmed
from single_window.frame.commands.call import Call, command
from single_window.frame.commands.through_api import at_running_window
from single_window.receipts.messages import ReceiptsMessage, delivery_id
from single_window_client import ReceivedReceipt, SandboxClient

POLL_SECONDS = 20
"""Maximum seconds that one poll waits."""


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

    \b
    Example:
      single-window listen DXPENT0000000005 --forward-to http://localhost:8080/receipts
    """
    target = None if forward_to is None else ForwardTarget(forward_to, secret or keys.secret())
    if target is not None and not secret:
        call.announce(f"Signed with the secret {target.secret}", event="secret", secret=target.secret)
    try:
        _follow(call, sandbox, mailbox, after, target, count)
    except KeyboardInterrupt:
        return


def _follow(
    call: Call, sandbox: SandboxClient, mailbox: str, after: int, target: ForwardTarget | None, remaining: int | None
) -> None:
    while remaining is None or remaining > 0:
        for receipt in sandbox.receipts(mailbox, after, POLL_SECONDS)[:remaining]:
            _print(
                call,
                receipt,
                ""
                if target is None
                else post_until_confirmed(target, _message(sandbox.name, mailbox, receipt), _say_aside),
            )
            after, remaining = receipt.sequence, None if remaining is None else remaining - 1


def _say_aside(text: str) -> None:
    click.echo(text, err=True)


def _message(sandbox: str, mailbox: str, receipt: ReceivedReceipt) -> ReceiptsMessage:
    place = receipt.sequence
    code = receipt.type.removeprefix("CEB").removesuffix("Message")
    number = delivery_id(sandbox, mailbox, place, place)
    return ReceiptsMessage(number, sandbox, mailbox, place, place, code, receipt.xml.encode())


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
