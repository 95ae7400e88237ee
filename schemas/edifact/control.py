"""CONTRL, the answer of the syntax: what was wrong with an interchange, told by message, segment and element.

Source: UN/EDIFACT CONTRL D.3 of syntax version 3; codes of actions (0083) and errors (0085). A message that is not
named is taken. Positions of elements count the tag as the first, as that message has it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from itertools import groupby, islice

from schemas.edifact.characters import CHARSETS, cleaned
from schemas.edifact.interchange import EdifactMessage, FunctionalGroup, Interchange
from schemas.edifact.places import SyntaxFault
from schemas.edifact.segments import Segment, segment
from schemas.edifact.verdicts import verdict
from schemas.edifact.writing import compose

REJECTED, ACKNOWLEDGED, RECEIVED = "4", "7", "8"
CONTRL = ("CONTRL", "D", "3", "UN")
_OF_INTERCHANGE, _OF_GROUP, _OF_MESSAGE = ("UNA", "UNB", "UNZ"), ("UNG", "UNE"), ("UNH", "UNT")
"""Service segments (0135) that UCI, UCF and UCM are about."""
_MOST_SEGMENTS, _MOST_ELEMENTS, _MOST_MESSAGES = 999, 99, 1_000
_REFERENCE = 14


def control(interchange: Interchange, *, reference: str, at: datetime, received_only: bool = False) -> bytes | None:
    """Return the interchange with the CONTRL that answers another; None if that names no sender, recipient or
    reference, so that nobody can be answered.

    `received_only`: say that it arrived, and nothing about what is in it.
    """
    if not (interchange.sender and interchange.recipient and interchange.reference):
        return None
    syntax = interchange.syntax if interchange.syntax in CHARSETS else "UNOC"
    writer = _ControlWriter(interchange, syntax)
    return compose(
        [(CONTRL, list(writer.segments(received_only)))],
        sender=writer.party(3)[:2],
        recipient=writer.party(2)[:2],
        at=at,
        reference=cleaned(reference, syntax),
        syntax=syntax,
        test=interchange.is_test,
    )


class _ControlWriter:
    def __init__(self, interchange: Interchange, syntax: str) -> None:
        self._interchange, self._syntax, self._charset = interchange, syntax, CHARSETS[syntax]
        self._wrong = [fault for fault in interchange.faults if fault.error]
        self._verdict = verdict(interchange)

    def segments(self, received_only: bool) -> Iterator[Segment]:
        """Yield the segments of the message without `UNH` and `UNT`."""
        whole = self._verdict.whole
        action = RECEIVED if received_only else REJECTED if whole else ACKNOWLEDGED
        head = (self._text(self._interchange.reference, _REFERENCE), self.party(2), self.party(3), action)
        yield self._segment("UCI", *head, *([] if received_only else self._error(whole, _OF_INTERCHANGE)))
        if action != ACKNOWLEDGED:
            return
        if not self._interchange.functional_groups:
            yield from self._messages(self._interchange.messages)
            return
        for group in self._interchange.functional_groups:
            yield from self._group(group)

    def _group(self, group: FunctionalGroup) -> Iterator[Segment]:
        wrong = self._verdict.of_group(group)
        messages = list(self._messages(group.messages))
        if not wrong and not messages:
            return
        parties = [self._parts(group.header, element, 35, 4) for element in (2, 3)]
        reference, action = self._text(group.reference, _REFERENCE), REJECTED if wrong else ACKNOWLEDGED
        yield self._segment("UCF", reference, *parties, action, *self._error(wrong, _OF_GROUP))
        if not wrong:
            yield from messages

    def _messages(self, messages: Sequence[EdifactMessage]) -> Iterator[Segment]:
        by_number: dict[int, list[SyntaxFault]] = {}
        for fault in self._wrong:
            if fault.place.message is not None:
                by_number.setdefault(fault.place.message, []).append(fault)
        for message in islice((one for one in messages if one.number in by_number), _MOST_MESSAGES):
            yield from self._message(message, by_number[message.number])

    def _message(self, message: EdifactMessage, wrong: Sequence[SyntaxFault]) -> Iterator[Segment]:
        envelope = [fault for fault in wrong if (fault.missing or fault.place.tag) in _OF_MESSAGE]
        identifier = self._parts(message.header, 2, 6, 3, 3, 2, 6)
        reference = self._text(message.reference, _REFERENCE)
        yield self._segment("UCM", reference, identifier, REJECTED, *self._error(envelope, _OF_MESSAGE))
        rest = sorted((one for one in wrong if one not in envelope), key=_position_in_message)
        for (number, _), group in islice(groupby(rest, _position_in_message), _MOST_SEGMENTS):
            faults = list(group)
            whole = next((one.error for one in faults if not one.place.element), "")
            yield self._segment("UCS", str(number), whole)
            for fault in islice((one for one in faults if one.place.element), _MOST_ELEMENTS):
                yield self._segment("UCD", fault.error, self._position(fault))

    def _error(self, wrong: Sequence[SyntaxFault], about: Collection[str]) -> Iterator[str | Sequence[str]]:
        """Yield the first error, that of the service segments concerned which is wrong or missing, and the place in
        it."""
        for fault in wrong[:1]:
            yield fault.error
            if (tag := fault.missing or fault.place.tag) in about:
                yield tag
                if fault.place.element and not fault.missing:
                    yield self._position(fault)

    @staticmethod
    def _position(fault: SyntaxFault) -> Sequence[str]:
        return (str(min(fault.place.element + 1, 999)), str(min(fault.place.component, 999) or ""))

    def party(self, element: int) -> list[str]:
        """Return an identification of `UNB` with its qualifier and address."""
        header = self._interchange.header
        return self._parts(header, element, 35, 4, 14) if header else []

    def _parts(self, held: Segment, element: int, *most: int) -> list[str]:
        parts = [*held.components(element), *[""] * len(most)]
        mandatory = 4 if most[0] == 6 else 1
        return [
            self._text(part, length) if place < mandatory else self._shown(part, length)
            for place, (part, length) in enumerate(zip(parts, most, strict=False))
        ]

    def _text(self, text: str, most: int) -> str:
        """Return a text that CONTRL must repeat; 0 if the sender left it out."""
        return self._shown(text, most) or "0"

    def _shown(self, text: str, most: int) -> str:
        return cleaned(text, self._syntax)[:most]

    def _segment(self, tag: str, *elements: str | Sequence[str]) -> Segment:
        return segment(tag, *elements, charset=self._charset)


def _position_in_message(fault: SyntaxFault) -> tuple[int, bool]:
    """The number of the segment that is wrong, or of the last one before the place of a missing one (0096)."""
    missing = bool(fault.missing)
    return max(1, fault.place.segment - missing), missing
