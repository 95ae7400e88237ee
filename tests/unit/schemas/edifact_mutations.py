"""Ways to spoil an interchange that is clean: one by one, each with the segment in which the fault stands, where one
does, or many at once."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import NamedTuple

from schemas.edifact.interchange import EdifactMessage, Interchange
from schemas.edifact.marks import split
from schemas.edifact.reading import read_interchange
from schemas.edifact.segments import Segment
from schemas.edifact.tables import guide_rules, segments_of


class Mutation(NamedTuple):
    """A spoilt interchange: what was done, the bytes, code of a finding that must be told and its segment's tag."""

    done: str
    data: bytes
    code: str = ""
    tag: str = ""


def mutations(data: bytes) -> Iterator[Mutation]:
    """Yield the ways in which every interchange is spoilt."""
    read = read_interchange(data)
    yield from _whole_segments(data, read)
    yield from _envelopes(data, read)
    for message in read.messages:
        yield from _values(data, message)
        yield from _swapped(data, message)
    yield from _cut(data)


def _span(segment: Segment) -> slice:
    return slice(segment.offset, segment.offset + len(segment.raw) + 1)


def _with(data: bytes, segment: Segment, raw: str) -> bytes:
    return data[: segment.offset] + raw.encode("latin-1") + data[segment.offset + len(segment.raw) :]


def _whole_segments(data: bytes, read: Interchange) -> Iterator[Mutation]:
    for segment in read.segments:
        span = _span(segment)
        yield Mutation(f"{segment} dropped", data[: span.start] + data[span.stop :])
        yield Mutation(f"{segment} twice", data[: span.stop] + data[span])
        yield Mutation(f"unknown before {segment}", data[: span.start] + b"XYZ+1'" + data[span.start :])
        yield Mutation(f"{segment} in small letters", _with(data, segment, segment.tag.lower() + segment.raw[3:]))
        control = _with(data, segment, segment.raw + "\x01")
        yield Mutation(f"control character in {segment}", control, "edifact-character", segment.tag)


def _envelopes(data: bytes, read: Interchange) -> Iterator[Mutation]:
    for segment in read.segments:
        if segment.tag in ("UNT", "UNZ"):
            count, reference = segment.get(1), segment.get(2)
            for told in ("0", "1" + count, "999", "-" + count, count + ".5"):
                changed = _with(data, segment, f"{segment.tag}+{told}+{reference}")
                yield Mutation(f"{segment} counts {told}", changed, "edifact-count", segment.tag)
            other = _with(data, segment, f"{segment.tag}+{count}+{reference[:-1]}Z")
            yield Mutation(f"{segment} has another reference", other, "edifact-reference", segment.tag)
            yield Mutation(f"{segment} counts in letters", _with(data, segment, f"{segment.tag}+x+{reference}"))
        if segment.tag == "CNT":
            kind, total = segment.get(1), segment.get(1, 2)
            changed = _with(data, segment, f"CNT+{kind}:{total}0")
            yield Mutation(f"{segment} is ten times as much", changed, "edifact-control-total", "CNT")


class _Value(NamedTuple):
    """A value of a segment, and what the interchange is with another in its place."""

    data: bytes
    segment: Segment
    element: int
    component: int
    text: str

    def changed(self, new: str, code: str = "") -> Mutation:
        """The interchange with another value, in which a code must be told."""
        elements = list(self.segment.elements)
        parts = split(elements[self.element], ":", self.segment.marks)
        parts[self.component - 1] = new
        elements[self.element] = ":".join(parts)
        done = f"{self.segment} {self.element}.{self.component} is {new[:20]}"
        return Mutation(done, _with(self.data, self.segment, "+".join(elements)), code, self.segment.tag)


def _values(data: bytes, message: EdifactMessage) -> Iterator[Mutation]:
    rules = [rule for rule in guide_rules() if rule.codes and rule.applies(message.type, message.guide)]
    listed = {(rule.segment, rule.element, rule.component) for rule in rules}
    for segment in message.segments:
        for element, text in enumerate(segment.elements[1:], 1):
            for component, part in enumerate(split(text, ":", segment.marks), 1):
                if part:
                    value = _Value(data, segment, element, component, part)
                    yield from _spoilt(value, (segment.tag, element, component) in listed)
        if segment.tag in ("UNH", "UNT"):
            continue
        yield Mutation(f"{segment} with fifty elements", _with(data, segment, segment.raw + "+" * 50 + "1"))
        if {**segments_of("3"), **segments_of(message.release)}[segment.tag][0].mandatory:
            yield Mutation(f"{segment} without elements", _with(data, segment, segment.tag))


def _spoilt(value: _Value, is_listed: bool) -> Iterator[Mutation]:
    text, tag, component = value.text, value.segment.tag, value.component
    yield value.changed(text + "9" * 600, "edifact-too-long")
    if is_listed:
        yield value.changed("QQ", "edifact-code")
    if tag == "DTM" and component == 2:
        for wrong in (text[:4] + "13" + text[6:], text[:6] + "32" + text[8:], text[:-1], text + "0"):
            yield value.changed(wrong, "edifact-date")
    if tag == "DTM" and component == 3:
        yield value.changed("998", "edifact-date-format")
    if tag in ("QTY", "CNT", "MEA") and text.replace(".", "").isdigit() and component > 1:
        for wrong in (f"{text}x", f" {text}", f"{text}.", f".{text}", f"{text},5.5"):
            yield value.changed(wrong)


def _swapped(data: bytes, message: EdifactMessage) -> Iterator[Mutation]:
    """Neighbours change places, if each has one place alone in the table."""
    table = message.table
    assert table is not None
    tags = [row.tag for row in table.rows]
    for first, second in zip(message.segments[1:-2], message.segments[2:-1], strict=True):
        if first.tag != second.tag and tags.count(first.tag) == tags.count(second.tag) == 1:
            one, two = _span(first), _span(second)
            swapped = data[: one.start] + data[two] + data[one] + data[two.stop :]
            yield Mutation(f"{first} behind {second}", swapped)


def _cut(data: bytes) -> Iterator[Mutation]:
    end = len(data.rstrip())
    for at in range(9, end, max(1, end // 110)):
        yield Mutation(f"cut at {at}", data[:at])


def mutated(data: bytes, draw: Random) -> bytes:
    """An interchange with up to thirty changes, at places that service characters attract; mostly behind its head, so
    that it is not refused at once."""
    held, head = bytearray(data), draw.choice((0, 9, 9, 60, 60, 100))
    for _ in range(draw.choice((1, 2, 3, 10, 30))):
        at = draw.randrange(head, len(held) + 1) if len(held) > head else 0
        change = draw.randrange(8)
        if change == 0:
            held[at : at + 1] = bytes([draw.randrange(256)])
        elif change == 1:
            held[at:at] = draw.choice((b"'", b"+", b":", b"?", b"*", b"\n", b"'UNH+", b"'UNT+", b"'UNZ'", b"'LIN'"))
        elif change == 2:
            del held[at : at + draw.randint(1, 40)]
        elif change == 3:
            held[at:at] = held[at : at + draw.randint(1, 200)] * draw.randint(1, 20)
        elif change == 4:
            held[at:at] = bytes([draw.randrange(256)]) * draw.choice((1, 2, 100, 5_000))
        elif change == 5:
            held[at:at] = held[head : head + draw.randint(1, 400)]
        elif change == 6:
            held[at:at] = b"9" * draw.randint(1, 30)
        elif head == 0:
            held[:9] = b"UNA" + bytes(draw.randrange(32, 127) for _ in range(6))
    return bytes(held[:200_000])
