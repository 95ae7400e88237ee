"""`single-window channel`: delivery of receipts to participants by webhooks, RabbitMQ, or the participant's broker."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import click

from single_window.frame.commands.call import Call, Columns, Failure
from single_window.frame.commands.options import argument, option
from single_window.frame.commands.rows import CommandGroup, Listed
from single_window.store.names import BLOCKED, ENVELOPES, KINDS, WAYS, WEBHOOK
from single_window_client import SandboxClient
from single_window_client.calls import part

_MAILBOX = click.argument("mailbox", metavar="DXPID")
_KIND = click.option(
    "--kind", type=click.Choice(KINDS), default=WEBHOOK, show_default=True, help="The kind of channel."
)
_FROM = click.option(
    "--from",
    "from",
    type=click.IntRange(1, 2**62),
    metavar="N",
    help="Begin with receipt N [default: the next receipt; for an existing channel, its position].",
)


channel = CommandGroup("channel")


_COLUMNS: Columns[dict[str, Any]] = (
    ("mailbox 回执箱", lambda entry: entry["mailbox"]),
    ("kind", lambda entry: entry["kind"]),
    ("state 状态", lambda entry: entry["state"]),
    ("where 地址", lambda entry: entry.get("address") or f"{entry['inbox']}, {entry['outbox']}"),
    ("delivered 已送达", lambda entry: entry["position"]),
    ("waiting 待送", lambda entry: entry["behind"]),
    ("failures 失败", lambda entry: entry["failures"]),
    ("next try 下次", lambda entry: entry["next_at"]),
    ("last error 原因", lambda entry: entry["last_error"]),
)
channel.row(
    "list",
    "GET /channels",
    "List the channels of the sandbox with their positions and failures.",
    Listed(
        list,
        _COLUMNS,
        "No channels: receipts are polled or written to folders. See: single-window channel --help",
        lambda entry: "bad" if entry["state"] == BLOCKED else "",
    ),
    examples=("",),
    within="channels",
)


@channel.client(examples=("DXPENT0000000001 https://example.org/receipts",))
@_MAILBOX
@_FROM
def webhook(
    call: Call,
    sandbox: SandboxClient,
    mailbox: str,
    target: str = argument("ADDRESS"),
    new_secret: bool = option("Create a new secret; the old one becomes invalid."),
    **given: Any,
) -> None:
    """Post the receipts of DXPID to ADDRESS, each message signed with a secret that is shown once."""
    body = {"url": target, "new_secret": new_secret, **given}
    made = call.answered(sandbox.call("PUT", f"/channels/{part(mailbox)}/webhook", json=body))
    trial = f"single-window channel test {mailbox}{call.scope_options}"
    call.print_line(f"{_begins(made)} posted to {made['address']}. Test it with: {trial}")
    if made.get("secret"):
        call.print_line(f"Secret (shown this once): {made['secret']}")


channel.row(
    "amqp",
    "PUT /channels/{mailbox}/amqp",
    "Exchange messages and receipts of DXPID by RabbitMQ: messages to the queue DXPID, receipts from DXPID_HZ.",
    lambda call, made: call.print_line(
        f"{_begins(made)} published to {made['outbox']}; messages go into {made['inbox']}."
    ),
    options=(_MAILBOX, _FROM),
    examples=("DXPENT0000000001",),
)


@channel.client(examples=("DXPENT0000000001 filesystem://", "DXPENT0000000001 - <broker-address"))
@_MAILBOX
@_FROM
def broker(call: Call, sandbox: SandboxClient, mailbox: str, target: str = argument("ADDRESS"), **given: Any) -> None:
    """Exchange messages and receipts of DXPID by its own broker: messages to the queue DXPID, receipts from DXPID_HZ.

    ADDRESS is amqp://, redis://, sqs:// or filesystem://; - reads it from standard input, so that its password does not
    appear in the list of processes. The password is never shown.
    """
    url = sys.stdin.readline().strip() if target == "-" else target
    made = call.answered(sandbox.call("PUT", f"/channels/{part(mailbox)}/broker", json={"url": url, **given}))
    call.print_line(f"{_begins(made)} sent to {made['outbox']} at {made['address']}; messages go into {made['inbox']}.")


@channel.client(examples=("DXPENT0000000001 DxpMsg --way amqp --way folder", "DXPENT0000000001"))
@_MAILBOX
def envelope(
    call: Call,
    sandbox: SandboxClient,
    mailbox: str,
    envelope: str | None = argument(type=click.Choice(ENVELOPES)),
    ways: tuple[str, ...] = option("The kind of delivery [default: all].", "--way", type=click.Choice(WAYS)),
) -> None:
    """Choose the envelope of the receipts of DXPID, by kind of delivery. Without ENVELOPE: show the current
    envelopes."""
    if envelope is None and ways:
        raise click.UsageError("--way requires an envelope: none, DxpMsg or DxpMsgSv.")
    path = f"/channels/{part(mailbox)}/envelopes"
    wanted = dict.fromkeys(ways or WAYS, envelope)
    shown = call.answered(sandbox.call("GET", path) if envelope is None else sandbox.call("PUT", path, json=wanted))
    call.table("", ("way 方式", "envelope 信封"), [(way, shown[way]) for way in WAYS])


channel.row(
    "off",
    "DELETE /channels/{mailbox}/{kind}",
    "Switch a channel off; if it is created again, it continues at its position.",
    "The {kind} of {mailbox} is off after receipt {answer[position]}.",
    options=(_MAILBOX, _KIND),
    examples=("DXPENT0000000001 --kind amqp",),
)
channel.row(
    "redeliver",
    "POST /channels/{mailbox}/{kind}/redeliver",
    "Deliver receipts again, or retry waiting receipts now.",
    "Receipts after {answer[position]} are now delivered to the {kind} of {mailbox}, if a window runs.",
    options=(
        _MAILBOX,
        _KIND,
        click.option(
            "--from",
            "from",
            type=click.IntRange(1, 2**62),
            metavar="N",
            help="The first receipt to deliver again [default: retry waiting receipts now].",
        ),
    ),
    examples=("DXPENT0000000001 --from 120", "DXPENT0000000001"),
)


@channel.client(examples=("DXPENT0000000001",))
@_MAILBOX
def test(call: Call, sandbox: SandboxClient, mailbox: str) -> None:
    """Post a signed message without a receipt to the webhook of DXPID, and show the result."""
    tried = call.answered(sandbox.call("POST", f"/channels/{part(mailbox)}/webhook/test"))
    if tried["error"]:
        raise Failure(f"The webhook of {mailbox} does not confirm deliveries: {tried['error']}")
    call.print_line(f"The webhook of {mailbox} answered {tried['status']} after {tried['milliseconds']} ms.")


def _begins(made: Mapping[str, Any]) -> str:
    return f"From receipt {made['position'] + 1} on, receipts of {made['mailbox']} are"
