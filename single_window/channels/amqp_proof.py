"""Authentication of the sender of an AMQP message.

Without required keys the queue itself is sufficient, because RabbitMQ's permissions restrict who may write to it. With
required keys a message needs `user_id`, which the broker validates, or a key in a header.
"""

from __future__ import annotations

import structlog

from schemas.findings import Finding
from single_window.accounts.api_keys import BadKey
from single_window.accounts.keyring import Keyring
from single_window.channels.participant_queues import queues_of
from single_window.messaging.consuming import IncomingMessage
from single_window.observe.metrics import meters
from single_window.settings import Settings
from single_window.store.channels import Channel

log = structlog.get_logger(__name__)
HEADER = "x-api-key"
SEND = "send_messages"


class Proof:
    """Authenticates senders of messages."""

    def __init__(self, keyring: Keyring, settings: Settings) -> None:
        self._keyring, self._required = keyring, bool(settings.require_keys)

    def missing(self, channel: Channel, incoming: IncomingMessage) -> Finding | None:
        """The finding with which a message is refused, or None if its sender may use the queue. A key in the header
        must be valid even if none is required.
        """
        sent = incoming.headers.get(HEADER)
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
        if SEND not in key.rights:
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
            path=f"headers/{HEADER}",
            expected=f"a key of {channel.dxp_id} with the right {SEND}",
            remedy_zh=f"请在消息头{HEADER}中提供该企业具有{SEND}权限的密钥，或将user_id设为该企业的RabbitMQ用户",
            remedy_en=f"send a key of that participant with the right {SEND} in the header {HEADER}, or name its user "
            "of RabbitMQ in user_id",
        )
