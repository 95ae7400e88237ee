"""`single-window channel`: delivery of receipts to participants by webhooks, RabbitMQ, or the participant's broker."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import click

from single_window.client import SandboxClient
from single_window.client.calls import part
from single_window.frame.commands.call import Call, Failure, command
from single_window.frame.commands.through_api import through_api
from single_window.store.names import BLOCKED, ENVELOPES, KINDS, WAYS, WEBHOOK

_MAILBOX = click.argument("mailbox", metavar="DXPID")
_KIND = click.option(
    "--kind", type=click.Choice(KINDS), default=WEBHOOK, show_default=True, help="The kind of channel."
)
_FROM = click.option(
    "--from",
    "first",
    type=click.IntRange(1, 2**62),
    metavar="N",
    help="Begin with receipt N [default: the next receipt; for an existing channel, its position].",
)


@click.group()
def channel() -> None:
    """Delivery of receipts to participants by webhooks, RabbitMQ, or their own brokers."""


@channel.command("list")
@command
@through_api
def list_(call: Call, sandbox: SandboxClient) -> None:
    """List the channels of the sandbox with their positions and failures.

    \b
    Example:
      single-window channel list
    """
    channels = call.answered(sandbox.call("GET", "/channels")["channels"])
    call.table(
        "",
        (
            "mailbox 回执箱",
            "kind",
            "state 状态",
            "where 地址",
            "delivered 已送达",
            "waiting 待送",
            "failures 失败",
            "next try 下次",
            "last error 原因",
        ),
        [
            (
                entry["mailbox"],
                entry["kind"],
                entry["state"],
                entry.get("address") or f"{entry['inbox']}, {entry['outbox']}",
                entry["position"],
                entry["behind"],
                entry["failures"],
                entry["next_at"],
                entry["last_error"],
            )
            for entry in channels
        ],
        {place: "bad" for place, entry in enumerate(channels) if entry["state"] == BLOCKED},
    )
    if not channels:
        call.print_line("No channels: receipts are polled or written to folders. See: single-window channel --help")


@channel.command()
@_MAILBOX
@click.argument("target", metavar="ADDRESS")
@_FROM
@click.option("--new-secret", is_flag=True, help="Create a new secret; the old one becomes invalid.")
@command
@through_api
def webhook(call: Call, sandbox: SandboxClient, mailbox: str, target: str, first: int | None, new_secret: bool) -> None:
    """Post the receipts of DXPID to ADDRESS, each message signed with a secret that is shown once.

    \b
    Example:
      single-window channel webhook DXPENT0000000001 https://example.org/receipts
    """
    body = {"url": target, "from": first, "new_secret": new_secret}
    made = call.answered(sandbox.call("PUT", f"/channels/{part(mailbox)}/webhook", json=body))
    trial = f"single-window channel test {mailbox}{call.scope_options}"
    call.print_line(f"{_begins(made)} posted to {made['address']}. Test it with: {trial}")
    if made.get("secret"):
        call.print_line(f"Secret (shown this once): {made['secret']}")


@channel.command()
@_MAILBOX
@_FROM
@command
@through_api
def amqp(call: Call, sandbox: SandboxClient, mailbox: str, first: int | None) -> None:
    """Exchange messages and receipts of DXPID by RabbitMQ: messages to the queue DXPID, receipts from DXPID_HZ.

    \b
    Example:
      single-window channel amqp DXPENT0000000001
    """
    made = call.answered(sandbox.call("PUT", f"/channels/{part(mailbox)}/amqp", json={"from": first}))
    call.print_line(f"{_begins(made)} published to {made['outbox']}; messages go into {made['inbox']}.")


@channel.command()
@_MAILBOX
@click.argument("target", metavar="ADDRESS")
@_FROM
@command
@through_api
def broker(call: Call, sandbox: SandboxClient, mailbox: str, target: str, first: int | None) -> None:
    """Exchange messages and receipts of DXPID by its own broker: messages to the queue DXPID, receipts from DXPID_HZ.

    ADDRESS is amqp://, redis://, sqs:// or filesystem://; - reads it from standard input, so that its password does not
    appear in the list of processes. The password is never shown.

    \b
    Examples:
      single-window channel broker DXPENT0000000001 filesystem://
      single-window channel broker DXPENT0000000001 - <broker-address
    """
    url = sys.stdin.readline().strip() if target == "-" else target
    made = call.answered(sandbox.call("PUT", f"/channels/{part(mailbox)}/broker", json={"url": url, "from": first}))
    call.print_line(f"{_begins(made)} sent to {made['outbox']} at {made['address']}; messages go into {made['inbox']}.")


@channel.command()
@_MAILBOX
@click.argument("envelope", type=click.Choice(ENVELOPES), required=False)
@click.option("--way", "ways", type=click.Choice(WAYS), multiple=True, help="The kind of delivery [default: all].")
@command
@through_api
def envelope(call: Call, sandbox: SandboxClient, mailbox: str, envelope: str | None, ways: tuple[str, ...]) -> None:
    """Choose the envelope of the receipts of DXPID, by kind of delivery. Without ENVELOPE: show the current envelopes.

    \b
    Examples:
      single-window channel envelope DXPENT0000000001 DxpMsg --way amqp --way folder
      single-window channel envelope DXPENT0000000001
    """
    if envelope is None and ways:
        raise click.UsageError("--way requires an envelope: none, DxpMsg or DxpMsgSv.")
    path = f"/channels/{part(mailbox)}/envelopes"
    wanted = dict.fromkeys(ways or WAYS, envelope)
    shown = call.answered(sandbox.call("GET", path) if envelope is None else sandbox.call("PUT", path, json=wanted))
    call.table("", ("way 方式", "envelope 信封"), [(way, shown[way]) for way in WAYS])


@channel.command()
@_MAILBOX
@_KIND
@command
@through_api
def off(call: Call, sandbox: SandboxClient, mailbox: str, kind: str) -> None:
    """Switch a channel off; if it is created again, it continues at its position.

    \b
    Example:
      single-window channel off DXPENT0000000001 --kind amqp
    """
    changed = call.answered(sandbox.call("DELETE", f"/channels/{part(mailbox)}/{kind}"))
    call.print_line(f"The {kind} of {mailbox} is off after receipt {changed['position']}.")


@channel.command()
@_MAILBOX
@_KIND
@click.option(
    "--from",
    "first",
    type=click.IntRange(1, 2**62),
    metavar="N",
    help="The first receipt to deliver again [default: retry waiting receipts now].",
)
@command
@through_api
def redeliver(call: Call, sandbox: SandboxClient, mailbox: str, kind: str, first: int | None) -> None:
    """Deliver receipts again, or retry waiting receipts now.

    \b
    Examples:
      single-window channel redeliver DXPENT0000000001 --from 120
      single-window channel redeliver DXPENT0000000001
    """
    changed = call.answered(sandbox.call("POST", f"/channels/{part(mailbox)}/{kind}/redeliver", json={"from": first}))
    call.print_line(
        f"Receipts after {changed['position']} are now delivered to the {kind} of {mailbox}, if a window runs."
    )


@channel.command()
@_MAILBOX
@command
@through_api
def test(call: Call, sandbox: SandboxClient, mailbox: str) -> None:
    """Post a signed message without a receipt to the webhook of DXPID, and show the result.

    \b
    Example:
      single-window channel test DXPENT0000000001
    """
    tried = call.answered(sandbox.call("POST", f"/channels/{part(mailbox)}/webhook/test"))
    if tried["error"]:
        raise Failure(f"The webhook of {mailbox} does not confirm deliveries: {tried['error']}")
    call.print_line(f"The webhook of {mailbox} answered {tried['status']} after {tried['milliseconds']} ms.")


def _begins(made: Mapping[str, Any]) -> str:
    return f"From receipt {made['position'] + 1} on, receipts of {made['mailbox']} are"
