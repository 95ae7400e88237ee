"""Notes of transport as far as receipts speak of them: consolidation (607), arrival (507) and departure (509) of
exports, intake (711) of imports, in parts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from simulators.messages import SyntheticMessage

ARRIVAL, DEPARTURE, INTAKE = "507", "509", "711"
RECEIPT_OF = {"607": "608", ARRIVAL: "508", DEPARTURE: "510", INTAKE: "712"}
TAKEN_IN = {**dict.fromkeys(("608", "508", "510"), "399"), "712": "120"}
"""The status with which each note is taken in, by its receipts."""
_COP_NO = re.compile(rb"<(?:\w+:)?copNo>([^<]+)<")


class Note(NamedTuple):
    """A note that several trades share: its number and the message that carries it."""

    id: str
    code: str

    @property
    def numbers(self) -> Iterator[str]:
        """The number under which receipts speak of it."""
        yield self.id


class SentNotePart(NamedTuple):
    """A part of a note that was sent: when, by the sandbox's clock, and which trades' parcels it names."""

    at: datetime
    trades: tuple[str, ...] = ()


def note_of(part: SyntheticMessage) -> Note:
    """The note that a part belongs to."""
    match = _COP_NO.search(part.body)
    return Note(match[1].decode() if match else "", part.code)
