"""The queues of participants over AMQP: messages in on `<dxpId>`, receipts out on `<dxpId>_HZ`; pure.

In a sandbox other than `main` its name and a full stop come first. A DXP id there has digits and capital letters only,
so that no name means two things.
"""

from __future__ import annotations

from typing import NamedTuple

MAIN = "main"
DOOR = "participants"
"""The exchange, within the window's namespace, where each participant may write to his own queue."""
_PRIVATE = ("amq.rabbitmq.reply-to", "amq.gen-")


class Queues(NamedTuple):
    """The queues of one participant: for his messages, and for his receipts."""

    inbox: str
    outbox: str

    def reply_queue(self, queue: str) -> str:
        """The queue to which an answer may go: the asker's own by its name, or one that the broker named for him.

        Else empty: he could otherwise have us write into anybody's queue.
        """
        rest = queue.removeprefix(f"{self.inbox}_")
        own = rest != queue and "." not in rest
        return queue if own or queue.startswith(_PRIVATE) else ""


def queues_of(sandbox: str, dxp_id: str) -> Queues:
    """The queues of a participant."""
    inbox = dxp_id if sandbox == MAIN else f"{sandbox}.{dxp_id}"
    return Queues(inbox, f"{inbox}_HZ")
