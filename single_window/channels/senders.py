"""Checks that a participant's message is from its sender: by the credentials of an AMQP message, and by the owner of
the queue or folder, in which no message may name another sender.

Without required keys an AMQP queue itself is sufficient, because RabbitMQ's permissions restrict who may write to it.
With required keys a message needs `user_id`, which the broker validates, or a key in a header.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from schemas.findings import Finding
from single_window.accounts.api_keys import BadKey
from single_window.accounts.keyring import Keyring
from single_window.channels.participant_queues import queues_of
from single_window.intake.reading import Reading
from single_window.intake.transmissions import Transmission
from single_window.language.words import Words
from single_window.observe.metrics import meters
from single_window.settings import Settings
from single_window.store.channels import Channel

if TYPE_CHECKING:
    from single_window.messaging.consuming import IncomingMessage  # imports pika, which is only needed with RabbitMQ

log = structlog.get_logger(__name__)
KEY_HEADER = "x-api-key"
SEND_RIGHT = "send_messages"
OTHER_SENDER = "other-sender"
FORBIDDEN = 403
"""HTTP status of a message without proof of its sender, or with another sender."""


def of_owner(reading: Reading, owner: str, place: Words) -> Reading:
    """Refuse a message from another sender than `owner`; an unreadable message is stored as the owner's. `place`: words
    for queue or folder."""
    if reading.refused:
        return reading._replace(sender=owner)
    if reading.sender == owner:
        return reading
    return refuse_reading(reading._replace(sender=owner), _other_sender(reading.sender, owner, place))


def all_of_owner(came: Transmission, owner: str, place: Words) -> Transmission:
    """Refuse a transmission with a message from another sender than `owner`: nothing else of it is taken."""
    checked = [of_owner(reading, owner, place) for reading in came.readings]
    refused = [reading for reading in checked if reading.refused]
    return came._replace(readings=tuple(refused[:1] or checked))


def _other_sender(sender: str, owner: str, place: Words) -> Finding:
    return Finding(
        OTHER_SENDER,
        f"报文的发送方{sender}不是{place.zh}{owner}的企业",
        f"the message names {sender} as its sender, but came in {place.en} {owner}",
        path="/DxpMsg/TransInfo/SenderId",
        expected=owner,
        found=sender,
        remedy_zh=f"请用本企业的DXP编号报送，或使用该企业自己的{place.zh}",
        remedy_en="send under the id that stands there, or where that participant's messages come in",
    )


def refuse_reading(reading: Reading, finding: Finding, status: int = FORBIDDEN) -> Reading:
    """The reading of a message that is archived and refused with a finding."""
    return reading._replace(findings=(finding,), refused=status, documents=(), count=0, mailboxes="", data_mailboxes=())


class Proof:
    """Authenticates senders of messages."""

    def __init__(self, keyring: Keyring, settings: Settings) -> None:
        self._keyring, self._required = keyring, bool(settings.require_keys)

    def missing(self, channel: Channel, incoming: IncomingMessage) -> Finding | None:
        """The finding with which a message is refused, or None if its sender may use the queue. A key in the header
        must be valid even if none is required.
        """
        sent = incoming.headers.get(KEY_HEADER)
        if sent is None:
            proved = not self._required or incoming.user in {
                channel.dxp_id,
                queues_of(channel.sandbox, channel.dxp_id).inbox,
            }
            return None if proved else self._refused("", "no credentials", channel)
        try:
            key = self._keyring.verify(sent if isinstance(sent, str) else "")
        except BadKey as bad:
            return self._refused(bad.id, str(bad.why), channel)
        if SEND_RIGHT not in key.rights:
            return self._refused(key.id, "right", channel)
        if not self._keyring.reaches(key, channel.sandbox):
            return self._refused(key.id, "sandbox", channel)
        return None if key.owns(channel.dxp_id) else self._refused(key.id, "mailbox", channel)

    @staticmethod
    def _refused(id: str, cause: str, channel: Channel) -> Finding:
        meters.count("calls_refused", 1, cause)
        log.warning("amqp.key_refused", key=id, cause=cause, sandbox=channel.sandbox, mailbox=channel.dxp_id)
        return Finding(
            "no-proof",
            f"报文未证明其由队列{channel.dxp_id}的企业发送（{cause}）",
            f"the message does not prove that the participant of the queue {channel.dxp_id} sent it ({cause})",
            path=f"headers/{KEY_HEADER}",
            expected=f"a key of {channel.dxp_id} with the right {SEND_RIGHT}",
            remedy_zh=f"请在消息头{KEY_HEADER}中提供该企业具有{SEND_RIGHT}权限的密钥，或将user_id设为该企业的RabbitMQ用户",
            remedy_en=f"send a key of that participant with the right {SEND_RIGHT} in the header {KEY_HEADER}, or name "
            "its user of RabbitMQ in user_id",
        )
