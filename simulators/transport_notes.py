"""Transport notes and their parts, for the checks of receipts: consolidation (607), arrival (507) and departure (509)
of exports, intake (711) of imports.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from simulators.messages import SyntheticMessage

ARRIVAL, DEPARTURE, INTAKE = "507", "509", "711"
RECEIPT_OF = {"607": "608", ARRIVAL: "508", DEPARTURE: "510", INTAKE: "712"}
ACCEPTED_STATUSES = {**dict.fromkeys(("608", "508", "510"), "399"), "712": "120"}
"""Code of a note's receipt → status of its acceptance."""
_COP_NO = re.compile(rb"<(?:\w+:)?copNo>([^<]+)<")


class Note(NamedTuple):
    """A note that several trades share: its number and the message that carries it."""

    id: str
    code: str

    @property
    def numbers(self) -> Iterator[str]:
        """The number by which receipts identify it."""
        yield self.id


class SentNotePart(NamedTuple):
    """A sent part of a note: instant of the sandbox, and trades whose parcels it names."""

    at: datetime
    trades: tuple[str, ...] = ()


def note_of(part: SyntheticMessage) -> Note:
    """The note that a part belongs to."""
    match = _COP_NO.search(part.body)
    return Note(match[1].decode() if match else "", part.code)
