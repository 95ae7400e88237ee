"""Names of participants' AMQP queues: `<dxpId>` for messages, `<dxpId>_HZ` for receipts.

In a sandbox other than `main` they are prefixed by its name and a full stop. Such DXP ids have only digits and capital
letters, so that names are unambiguous.
"""

from __future__ import annotations

from typing import NamedTuple

MAIN = "main"
PARTICIPANTS = "participants"
"""Name, within the window's namespace, of the exchange where each participant may write to his own queue."""
_PRIVATE = ("amq.rabbitmq.reply-to", "amq.gen-")


class Queues(NamedTuple):
    """The queues of one participant: `inbox` for messages, `outbox` for receipts."""

    inbox: str
    outbox: str

    def reply_queue(self, queue: str) -> str:
        """`queue` if a reply may be sent to it: its name begins with the inbox's, or the broker generated it.

        Else empty, because a participant must not make us write into another's queue.
        """
        suffix = queue.removeprefix(f"{self.inbox}_")
        own = suffix != queue and "." not in suffix
        return queue if own or queue.startswith(_PRIVATE) else ""


def queues_of(sandbox: str, dxp_id: str) -> Queues:
    """The queues of a participant."""
    inbox = dxp_id if sandbox == MAIN else f"{sandbox}.{dxp_id}"
    return Queues(inbox, f"{inbox}_HZ")
