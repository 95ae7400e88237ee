"""The payload of messages between our processes: ids of deliveries, as a JSON list."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, NamedTuple

import msgspec

from single_window.messaging.broker import ReceivedMessage

_Id = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
"""What a row may be named by: a database fails at anything else, and would at every new attempt."""


class Payloads(NamedTuple):
    """Messages that can be read, the deliveries they name, and messages that cannot be read."""

    readable: list[ReceivedMessage]
    ids: list[int]
    unreadable: list[ReceivedMessage]


def ids_of(taken: Iterable[ReceivedMessage]) -> Payloads:
    """The deliveries that messages name."""
    found = Payloads([], [], [])
    for message in taken:
        try:
            found.ids.extend(msgspec.json.decode(message.body, type=list[_Id]))
            found.readable.append(message)
        except msgspec.DecodeError:
            found.unreadable.append(message)
    return found
