"""Creates, switches off, resets and tests channels, for the command line and the API. Commits.

Invalid requests raise `Refused`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from msgspec import UNSET
from sqlalchemy import Connection

from schemas.identifiers import is_valid_dxp_id
from single_window import keys
from single_window.channels.addresses import parse, resolve
from single_window.channels.answers import ChannelOut, MadeOut
from single_window.channels.broker_addresses import check_broker, parse_broker
from single_window.channels.participant_queues import queues_of
from single_window.channels.webhook import Tried, Webhook
from single_window.context import Context
from single_window.intake.reading import is_address
from single_window.refused import Refused
from single_window.store import channels, mailboxes, sandboxes
from single_window.store.channels import Channel
from single_window.store.engine import reading, writing
from single_window.store.names import ACTIVE, AMQP, BROKER, OFF, OPENING, WEBHOOK


class ConnectedChannel(NamedTuple):
    """A changed channel. `secret`: its new secret, shown only once, or empty; `fresh`: the channel was created."""

    channel: Channel
    secret: str
    fresh: bool


def make_webhook(
    context: Context, sandbox: str, mailbox: str, url: str, first: int | None = None, new_secret: bool = False
) -> ConnectedChannel:
    """Create a webhook for the receipts of a mailbox. An existing one gets the new address and keeps its position.

    `first`: sequence of the first receipt to deliver; default: a new channel begins with the next receipt.
    """
    demand_mailbox(mailbox)
    resolve(parse(url), bool(context.settings.webhook_private))
    secret = keys.secret()

    def changed(before: Channel | None) -> ConnectedChannel:
        wanted = before or Channel(sandbox, mailbox, WEBHOOK)
        shown = before is None or new_secret or not wanted.secret
        return ConnectedChannel(
            replace(wanted, address=url, secret=secret if shown else wanted.secret),
            secret if shown else "",
            before is None,
        )

    return _make(context, sandbox, mailbox, WEBHOOK, first, changed)


def make_amqp(context: Context, sandbox: str, mailbox: str, first: int | None = None) -> ConnectedChannel:
    """Create a participant's channel at our RabbitMQ. `first` as for a webhook."""
    if not context.settings.broker:
        raise Refused(
            "channel-no-broker",
            "Participants connect over AMQP where the window runs on RabbitMQ: set "
            "SINGLE_WINDOW_BROKER to amqp://user:password@host:port/vhost.",
        )
    _demand_queue_name(mailbox)

    def changed(before: Channel | None) -> ConnectedChannel:
        return ConnectedChannel(before or Channel(sandbox, mailbox, AMQP), "", before is None)

    return _make(context, sandbox, mailbox, AMQP, first, changed)


def make_broker(context: Context, sandbox: str, mailbox: str, url: str, first: int | None = None) -> ConnectedChannel:
    """Create a channel at a participant's own broker. An existing one gets the new address and keeps its position. The
    address is stored as the channel's secret, and shown without passwords. `first` as for a webhook."""
    _demand_queue_name(mailbox)
    address = parse_broker(url)
    check_broker(address, bool(context.settings.webhook_private))

    def changed(before: Channel | None) -> ConnectedChannel:
        wanted = before or Channel(sandbox, mailbox, BROKER)
        return ConnectedChannel(replace(wanted, address=address.shown, secret=url), "", before is None)

    return _make(context, sandbox, mailbox, BROKER, first, changed)


def _demand_queue_name(mailbox: str) -> None:
    if not is_valid_dxp_id(mailbox):
        raise Refused(
            "channel-mailbox",
            f"{mailbox!r} cannot name queues: up to 16 digits and capital letters.",
            found=mailbox,
            allowed="[0-9A-Z]{1,16}",
        )


def switch_off(context: Context, sandbox: str, mailbox: str, kind: str) -> Channel:
    """Stop deliveries on a channel; its position is kept."""
    with writing(context.engine) as connection:
        channel = _channel(connection, sandbox, mailbox, kind)
        channels.switch_off(connection, channel)
        return _channel(connection, sandbox, mailbox, kind)


def redeliver(context: Context, sandbox: str, mailbox: str, kind: str, first: int | None = None) -> Channel:
    """Deliver again from a receipt on (None: from the current position), without waiting for the next attempt."""
    with writing(context.engine) as connection:
        channel = _open(connection, sandbox, mailbox, kind)
        most = channel.position + 1
        if first is not None and not 1 <= first <= most:
            raise Refused(
                "channel-redeliver",
                f"The {kind} of {mailbox} stands at receipt {channel.position}: what is "
                f"delivered again begins with one of 1 to {most}.",
                most=most,
                found=str(first),
                path="from",
            )
        if first is None:
            channels.hurry(connection, channel)
        else:
            channels.move(connection, channel, first - 1)
        return _channel(connection, sandbox, mailbox, kind)


def trial(context: Context, sandbox: str, mailbox: str) -> Tried:
    """Post a signed test message to a webhook. If it succeeds, the next attempt of the channel is made at once."""
    with reading(context.engine) as connection:
        channel = _open(connection, sandbox, mailbox, WEBHOOK, lock=False)
    tried = Webhook(bool(context.settings.webhook_private), context.now).trial(channel)
    if not tried.error and channel.failures:
        with writing(context.engine) as connection:
            channels.hurry(connection, channel)
    return tried


def channels_out(connection: Connection, sandbox: str) -> list[ChannelOut]:
    """The channels of a sandbox, without their secrets; raises `UnknownSandbox`."""
    sandboxes.find(connection, sandbox)
    behind = channels.behind(connection, sandbox)
    return [
        ChannelOut.of(channel, **_address_fields(channel), behind=behind[channel.dxp_id, channel.kind])
        for channel in channels.of_sandbox(connection, sandbox)
    ]


def channel_out(channel: Channel) -> ChannelOut:
    """A channel, without its secret."""
    return ChannelOut.of(channel, **_address_fields(channel))


def described_made(made: ConnectedChannel) -> MadeOut:
    """A channel that was made or changed, with its secret if that is new."""
    pending = made.channel.kind != WEBHOOK and made.fresh
    return MadeOut.of(
        made.channel, **_address_fields(made.channel), secret=made.secret or UNSET, pending=pending or UNSET
    )


def _address_fields(channel: Channel) -> dict[str, str]:
    where = {"mailbox": channel.dxp_id}
    if channel.kind != AMQP:
        where["address"] = channel.address
    return where if channel.kind == WEBHOOK else where | queues_of(channel.sandbox, channel.dxp_id)._asdict()


def _make(
    context: Context,
    sandbox: str,
    mailbox: str,
    kind: str,
    first: int | None,
    changed: Callable[[Channel | None], ConnectedChannel],
) -> ConnectedChannel:
    now = context.now(sandbox)
    with writing(context.engine) as connection:
        before = channels.find(connection, sandbox, mailbox, kind, lock=True)
        last = mailboxes.last_place(connection, sandbox, mailbox)
        if first is not None and not 1 <= first <= last + 1:
            raise Refused(
                "channel-first",
                f"The mailbox {mailbox} has {last} receipts: a channel begins with one of 1 to {last + 1}.",
                mailbox=mailbox,
                most=last + 1,
                found=str(first),
                path="from",
            )
        made = changed(before)
        position = first - 1 if first is not None else before.position if before is not None else last
        channel = replace(
            made.channel,
            state=ACTIVE if kind == WEBHOOK else OPENING,
            position=position,
            made_at=made.channel.made_at or now,
            tried=0,
            failures=0,
            next_at=0,
            blocked_at=0,
            last_error="",
        )
        channels.put(connection, channel)
    return made._replace(channel=channel)


def _open(connection: Connection, sandbox: str, mailbox: str, kind: str, lock: bool = True) -> Channel:
    channel = _channel(connection, sandbox, mailbox, kind, lock)
    if channel.state == OFF:
        raise Refused(
            "channel-off",
            f"The {kind} of {mailbox} is switched off. Make it again with: single-window channel {kind} {mailbox}",
            kind=kind,
            mailbox=mailbox,
        )
    return channel


def _channel(connection: Connection, sandbox: str, mailbox: str, kind: str, lock: bool = True) -> Channel:
    sandboxes.find(connection, sandbox)
    channel = channels.find(connection, sandbox, mailbox, kind, lock=lock)
    if channel is None:
        raise Refused(
            "no-such-channel",
            f"The mailbox {mailbox} has no {kind} in the sandbox {sandbox}. See: single-window channel list",
            kind=kind,
            mailbox=mailbox,
            sandbox=sandbox,
        )
    return channel


def demand_mailbox(mailbox: str) -> None:
    """Raise `Refused` if the name is not a valid DXP id."""
    if not is_address(mailbox):
        allowed = "1-30 visible ASCII characters without ;"
        text = f"{mailbox!r} is no DXP id: 1 to 30 visible ASCII characters without a semicolon."
        raise Refused("channel-mailbox", text, found=mailbox, allowed=allowed)
