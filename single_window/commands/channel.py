"""`single-window channel`: how a participant has his receipts brought to him: webhooks, and AMQP."""

from __future__ import annotations

import click

from single_window.channels import connecting
from single_window.channels.connecting import Made
from single_window.commands.call import Call, Failure, command
from single_window.store.channels import BLOCKED, KINDS, WEBHOOK

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


@channel.command("list")
@command
def list_(call: Call) -> None:
    """List the channels of the sandbox: where each stands, and how it fares.

    \b
    Example:
      single-window channel list
    """
    with call.reading() as (_, connection):
        found = connecting.listed(connection, call.sandbox)
    call.give(found)
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
                one["mailbox"],
                one["kind"],
                one["state"],
                one.get("address") or f"{one['inbox']}, {one['outbox']}",
                one["position"],
                one["behind"],
                one["failures"],
                one["next_at"],
                one["last_error"],
            )
            for one in found
        ],
        {place: "bad" for place, one in enumerate(found) if one["state"] == BLOCKED},
    )
    if not found:
        call.say("No channels: receipts are polled or laid into folders. See: single-window channel --help")


@channel.command()
@_MAILBOX
@click.argument("url")
@_FROM
@click.option("--new-secret", is_flag=True, help="Give it a new secret; the old one holds no longer.")
@command
def webhook(call: Call, mailbox: str, url: str, first: int | None, new_secret: bool) -> None:
    """Have the receipts of DXPID posted to URL, each message signed with a secret that is shown once.

    \b
    Example:
      single-window channel webhook DXPENT0000000001 https://example.org/receipts
    """
    with call.window() as window:
        made = connecting.make_webhook(window, call.sandbox, mailbox, url, first, new_secret)
    _give_made(call, made)
    call.say(f"{_begins(made)} posted to {url}. Try it with: single-window channel test {mailbox}{call.aside}")
    if made.secret:
        call.say(f"Secret (shown this once): {made.secret}")


@channel.command()
@_MAILBOX
@_FROM
@command
def amqp(call: Call, mailbox: str, first: int | None) -> None:
    """Serve queues of DXPID at RabbitMQ: messages in on DXPID, receipts out on DXPID_HZ.

    \b
    Example:
      single-window channel amqp DXPENT0000000001
    """
    with call.window() as window:
        made = connecting.make_amqp(window, call.sandbox, mailbox, first)
    _give_made(call, made)
    shown = connecting.told(made.channel)
    call.say(f"{_begins(made)} published to {shown['outbox']}; messages go into {shown['inbox']}.")


@channel.command()
@_MAILBOX
@_KIND
@command
def off(call: Call, mailbox: str, kind: str) -> None:
    """Switch a channel off; made again, it goes on where it was.

    \b
    Example:
      single-window channel off DXPENT0000000001 --kind amqp
    """
    with call.window() as window:
        found = connecting.switch_off(window, call.sandbox, mailbox, kind)
    call.give(connecting.told(found))
    call.say(f"The {kind} of {mailbox} is off after receipt {found.position}.")


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
def redeliver(call: Call, mailbox: str, kind: str, first: int | None) -> None:
    """Deliver receipts again, or try for what waits without waiting for the next attempt.

    \b
    Examples:
      single-window channel redeliver DXPENT0000000001 --from 120
      single-window channel redeliver DXPENT0000000001
    """
    with call.window() as window:
        found = connecting.redeliver(window, call.sandbox, mailbox, kind, first)
    call.give(connecting.told(found))
    call.say(f"What follows receipt {found.position} is delivered to the {kind} of {mailbox} now, where a window runs.")


@channel.command()
@_MAILBOX
@command
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


def _begins(made: Made) -> str:
    return f"From receipt {made.channel.position + 1} on, receipts of {made.channel.dxp_id} are"


def _give_made(call: Call, made: Made) -> None:
    call.give({**connecting.told(made.channel), **({"secret": made.secret} if made.secret else {})})
