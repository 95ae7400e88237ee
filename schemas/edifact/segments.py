"""A segment of an interchange: its text as it stands there, and the values in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from schemas.edifact.marks import DEFAULT, Marks, escape, split, unescape

NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?", re.ASCII)
_MOST_DIGITS = 40
LATIN = "latin-1"
"""Texts are kept as one character a byte; a value is decoded when it is asked for."""


class Segment:
    """A segment: tag, text with service characters (`raw`), where it stands, and its values.

    `number` counts segments of the message, `UNH` being the first (of the interchange for segments outside messages);
    `offset` counts bytes of the interchange; `before` is what stands between it and the segment before it.
    """

    __slots__ = ("_elements", "before", "charset", "marks", "number", "offset", "raw", "tag")

    def __init__(
        self,
        raw: str,
        number: int = 0,
        offset: int = 0,
        before: str = "",
        marks: Marks = DEFAULT,
        charset: str = LATIN,
    ) -> None:
        self.raw, self.number, self.offset, self.before = raw, number, offset, before
        self.marks, self.charset = marks, charset
        self.tag = raw[:3]
        self._elements: list[str] | None = None

    @property
    def elements(self) -> list[str]:
        """The texts of its elements, with service characters; the first is the tag."""
        if self._elements is None:
            self._elements = split(self.raw, self.marks.element, self.marks)
        return self._elements

    def repetitions(self, element: int) -> list[str]:
        """Return the texts of an element's repetitions (syntax version 4); the elements count from 1."""
        elements = self.elements
        return split(elements[element], self.marks.repetition, self.marks) if element < len(elements) else [""]

    def components(self, element: int, repetition: int = 1) -> list[str]:
        """Return the values of an element's components."""
        held = self.repetitions(element)
        if repetition > len(held):
            return [""]
        return [self._value(part) for part in split(held[repetition - 1], self.marks.component, self.marks)]

    def get(self, element: int, component: int = 1, repetition: int = 1) -> str:
        """Return a value, empty if it does not stand there; all count from 1."""
        elements, marks = self._elements if self._elements is not None else self.elements, self.marks
        if element >= len(elements) or not (text := elements[element]):
            return ""
        if repetition > 1 or marks.repetition != " ":
            held = split(text, marks.repetition, marks)
            text = held[repetition - 1] if repetition <= len(held) else ""
        if marks.component in text:
            parts = split(text, marks.component, marks)
            text = parts[component - 1] if component <= len(parts) else ""
        elif component > 1:
            return ""
        return text if text.isascii() and marks.release not in text else self._value(text)

    def _value(self, text: str) -> str:
        value = unescape(text, self.marks)
        return value if value.isascii() else value.encode(LATIN).decode(self.charset, "replace")

    def __repr__(self) -> str:
        return f"Segment({self.raw!r}, {self.number})"


def segment(tag: str, *elements: str | Sequence[str], marks: Marks = DEFAULT, charset: str = LATIN) -> Segment:
    """Return a new segment of these elements, a sequence being one of components; what is empty at an end is left out.

    Raises `UnicodeEncodeError` for characters that the character set has not.
    """
    texts = [tag]
    for element in elements:
        parts = [element] if isinstance(element, str) else list(element)
        while parts and not parts[-1]:
            parts.pop()
        texts.append(marks.component.join(escape(part, marks) for part in parts))
    while len(texts) > 1 and not texts[-1]:
        texts.pop()
    raw = marks.element.join(texts)
    return Segment(raw.encode(charset).decode(LATIN), marks=marks, charset=charset)


def number_of(text: str) -> Decimal | None:
    """The number that a value says, with a comma or a point, or None: ISO 9735 10 knows neither exponents nor digits
    of other scripts, and a number of more than 40 characters is none that anybody counted."""
    if len(text) > _MOST_DIGITS or not NUMBER.fullmatch(text):
        return None
    return Decimal(text.replace(",", "."))
