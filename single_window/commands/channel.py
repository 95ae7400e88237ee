"""`single-window channel`: how a participant has his receipts brought to him: webhooks, and AMQP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click
import msgspec

from single_window.channels import connecting, envelopes
from single_window.client import SandboxClient
from single_window.commands import channel_there as there
from single_window.frame.commands.call import Call, Failure, command
from single_window.frame.commands.remote import over_http
from single_window.store.channels import BLOCKED, KINDS, WEBHOOK
from single_window.store.envelopes import ENVELOPES, WAYS

_MAILBOX = click.argument("mailbox", metavar="DXPID")
_KIND = click.option("--kind", type=click.Choice(KINDS), default=WEBHOOK, show_default=True, help="Which channel.")
_FROM = click.option(
    "--from",
    "first",
    type=click.IntRange(1, 2**62),
    metavar="N",
    help="Begin with receipt N [default: the next one that comes; made again: where it was].",
)


@click.group()
def channel() -> None:
    """How participants have their receipts brought to them: webhooks, and queues at RabbitMQ."""


def _listed_there(call: Call, sandbox: SandboxClient) -> None:
    _list(call, there.listed(call, sandbox))


@channel.command("list")
@command
@over_http(_listed_there)
def list_(call: Call) -> None:
    """List the channels of the sandbox: where each stands, and how it fares.

    \b
    Example:
      single-window channel list
    """
    with call.reading() as (_, connection):
        channels = connecting.listed(connection, call.sandbox)
    _list(call, msgspec.to_builtins(channels))


def _list(call: Call, channels: Sequence[Mapping[str, Any]]) -> None:
    call.give(channels)
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
        call.say("No channels: receipts are polled or laid into folders. See: single-window channel --help")


def _webhook_there(
    call: Call, sandbox: SandboxClient, mailbox: str, target: str, first: int | None, new_secret: bool
) -> None:
    _webhook_made(call, there.make_webhook(call, sandbox, mailbox, target, first, new_secret))


@channel.command()
@_MAILBOX
@click.argument("target", metavar="ADDRESS")
@_FROM
@click.option("--new-secret", is_flag=True, help="Give it a new secret; the old one holds no longer.")
@command
@over_http(_webhook_there)
def webhook(call: Call, mailbox: str, target: str, first: int | None, new_secret: bool) -> None:
    """Have the receipts of DXPID posted to ADDRESS, each message signed with a secret that is shown once.

    \b
    Example:
      single-window channel webhook DXPENT0000000001 https://example.org/receipts
    """
    with call.window() as window:
        made = connecting.make_webhook(window, call.sandbox, mailbox, target, first, new_secret)
    _webhook_made(call, msgspec.to_builtins(connecting.described_made(made)))


def _webhook_made(call: Call, made: Mapping[str, Any]) -> None:
    call.give(made)
    box = made["mailbox"]
    call.say(f"{_begins(made)} posted to {made['address']}. Try it with: single-window channel test {box}{call.aside}")
    if made.get("secret"):
        call.say(f"Secret (shown this once): {made['secret']}")


def _amqp_there(call: Call, sandbox: SandboxClient, mailbox: str, first: int | None) -> None:
    _amqp_made(call, there.make_amqp(call, sandbox, mailbox, first))


@channel.command()
@_MAILBOX
@_FROM
@command
@over_http(_amqp_there)
def amqp(call: Call, mailbox: str, first: int | None) -> None:
    """Serve queues of DXPID at RabbitMQ: messages in on DXPID, receipts out on DXPID_HZ.

    \b
    Example:
      single-window channel amqp DXPENT0000000001
    """
    with call.window() as window:
        made = connecting.make_amqp(window, call.sandbox, mailbox, first)
    _amqp_made(call, msgspec.to_builtins(connecting.described_made(made)))


def _amqp_made(call: Call, made: Mapping[str, Any]) -> None:
    call.give(made)
    call.say(f"{_begins(made)} published to {made['outbox']}; messages go into {made['inbox']}.")


def _envelope_there(
    call: Call, sandbox: SandboxClient, mailbox: str, envelope: str | None, ways: tuple[str, ...]
) -> None:
    _envelopes(call, there.envelopes(call, sandbox, mailbox, _wanted(envelope, ways)))


@channel.command()
@_MAILBOX
@click.argument("envelope", type=click.Choice(ENVELOPES), required=False)
@click.option("--way", "ways", type=click.Choice(WAYS), multiple=True, help="By which way [default: by all].")
@command
@over_http(_envelope_there)
def envelope(call: Call, mailbox: str, envelope: str | None, ways: tuple[str, ...]) -> None:
    """Have the receipts of DXPID in a DxpMsg or DxpMsgSv, by some ways or all; without either: tell how they leave.

    \b
    Examples:
      single-window channel envelope DXPENT0000000001 DxpMsg --way amqp --way folder
      single-window channel envelope DXPENT0000000001
    """
    with call.window() as window:
        shown = envelopes.choose(window, call.sandbox, mailbox, _wanted(envelope, ways))
    _envelopes(call, msgspec.to_builtins(shown))


def _wanted(envelope: str | None, ways: tuple[str, ...]) -> dict[str, str]:
    if envelope is None and ways:
        raise click.UsageError("Say which envelope: none, DxpMsg or DxpMsgSv.")
    return {} if envelope is None else dict.fromkeys(ways or WAYS, envelope)


def _envelopes(call: Call, shown: Mapping[str, Any]) -> None:
    call.give(shown)
    call.table("", ("way 方式", "envelope 信封"), [(way, shown[way]) for way in WAYS])


def _off_there(call: Call, sandbox: SandboxClient, mailbox: str, kind: str) -> None:
    _off(call, there.switch_off(call, sandbox, mailbox, kind))


@channel.command()
@_MAILBOX
@_KIND
@command
@over_http(_off_there)
def off(call: Call, mailbox: str, kind: str) -> None:
    """Switch a channel off; made again, it goes on where it was.

    \b
    Example:
      single-window channel off DXPENT0000000001 --kind amqp
    """
    with call.window() as window:
        changed = connecting.switch_off(window, call.sandbox, mailbox, kind)
    _off(call, msgspec.to_builtins(connecting.described(changed)))


def _off(call: Call, fields: Mapping[str, Any]) -> None:
    call.give(fields)
    call.say(f"The {fields['kind']} of {fields['mailbox']} is off after receipt {fields['position']}.")


def _redeliver_there(call: Call, sandbox: SandboxClient, mailbox: str, kind: str, first: int | None) -> None:
    _redelivered(call, there.redeliver(call, sandbox, mailbox, kind, first))


@channel.command()
@_MAILBOX
@_KIND
@click.option(
    "--from",
    "first",
    type=click.IntRange(1, 2**62),
    metavar="N",
    help="The first receipt to deliver again [default: go on with what waits, at once].",
)
@command
@over_http(_redeliver_there)
def redeliver(call: Call, mailbox: str, kind: str, first: int | None) -> None:
    """Deliver receipts again, or try for what waits without waiting for the next attempt.

    \b
    Examples:
      single-window channel redeliver DXPENT0000000001 --from 120
      single-window channel redeliver DXPENT0000000001
    """
    with call.window() as window:
        changed = connecting.redeliver(window, call.sandbox, mailbox, kind, first)
    _redelivered(call, msgspec.to_builtins(connecting.described(changed)))


def _redelivered(call: Call, fields: Mapping[str, Any]) -> None:
    call.give(fields)
    call.say(
        f"What follows receipt {fields['position']} is delivered to the {fields['kind']} of {fields['mailbox']} now, "
        "where a window runs."
    )


@channel.command()
@_MAILBOX
@command
@over_http(there.trial)
def test(call: Call, mailbox: str) -> None:
    """Post a signed message without a receipt to the webhook of DXPID, and tell what came of it.

    \b
    Example:
      single-window channel test DXPENT0000000001
    """
    with call.window() as window:
        tried = connecting.trial(window, call.sandbox, mailbox)
    call.give(tried._asdict())
    if tried.error:
        raise Failure(f"The webhook of {mailbox} would confirm nothing: {tried.error}")
    call.say(f"The webhook of {mailbox} answered {tried.status} after {tried.milliseconds} ms.")


def _begins(made: Mapping[str, Any]) -> str:
    return f"From receipt {made['position'] + 1} on, receipts of {made['mailbox']} are"
