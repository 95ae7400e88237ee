"""Service characters of an interchange: the six that `UNA` may set, and texts with them released."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple


class Marks(NamedTuple):
    """The characters that part an interchange. `repetition` is used from syntax version 4 on, before it is a space."""

    component: str = ":"
    element: str = "+"
    decimal: str = "."
    release: str = "?"
    repetition: str = " "
    terminator: str = "'"

    @property
    def una(self) -> str:
        """The service string advice that says so."""
        return "UNA" + "".join(self)

    @property
    def released(self) -> str:
        """The characters that need the release character before them when they are meant as text."""
        return "".join({self.component, self.element, self.release, self.repetition, self.terminator} - {" "})


DEFAULT = Marks()
DEFAULT_OF_VERSION_4 = Marks(repetition="*")
UNA_LENGTH = 9


def marks_of(una: str) -> Marks | None:
    """Return the service characters of a service string advice of nine characters; None if they cannot be told apart.

    The release character may be a space (none is used), as may the repetition separator.
    """
    marks = Marks(*una[3:UNA_LENGTH])
    parting = [marks.component, marks.element, marks.terminator]
    parting += [mark for mark in (marks.release, marks.repetition) if mark != " "]
    if len(set(parting)) < len(parting) or any(mark.isalnum() or mark in " \r\n" for mark in parting[:3]):
        return None
    if any(mark.isalnum() or mark in "\r\n" for mark in parting[3:]) or not una.isascii():
        return None
    return marks if marks.decimal in ",." else None


def escape(text: str, marks: Marks = DEFAULT) -> str:
    """Return a value as it stands in a segment: with the release character before each service character."""
    return _service(marks.released).sub(lambda found: marks.release + found[0], text) if text else text


def unescape(text: str, marks: Marks = DEFAULT) -> str:
    """Return the value of a text of a segment: without release characters."""
    if marks.release == " " or marks.release not in text:
        return text
    return _released(marks.release).sub(lambda found: found[1], text)


def split(text: str, mark: str, marks: Marks) -> list[str]:
    """Split a text of a segment at a service character, where it is not released."""
    if mark == " ":
        return [text]
    if marks.release == " " or marks.release not in text:
        return text.split(mark)
    parts, start = [], 0
    for found in _parted(mark, marks.release).finditer(text):
        if found[0] == mark:
            parts.append(text[start : found.start()])
            start = found.end()
    return [*parts, text[start:]]


@lru_cache(maxsize=64)
def segment_pattern(marks: Marks) -> re.Pattern[str]:
    """Return the pattern of one segment: (what stands before it, its text, empty if no terminator follows it).

    It matches wherever it begins, so that looking for the next segment never goes back.
    """
    terminator, release = re.escape(marks.terminator), re.escape(marks.release)
    text = rf"[^{terminator}]*+" if marks.release == " " else rf"(?:[^{terminator}{release}]++|{release}.?+)*+"
    return re.compile(rf"([\r\n \t]*+)({text})(?:{terminator}|(\Z))", re.DOTALL)


@lru_cache(maxsize=64)
def _service(released: str) -> re.Pattern[str]:
    return re.compile(f"[{re.escape(released)}]")


@lru_cache(maxsize=64)
def _released(release: str) -> re.Pattern[str]:
    return re.compile(rf"{re.escape(release)}(.)", re.DOTALL)


@lru_cache(maxsize=64)
def _parted(mark: str, release: str) -> re.Pattern[str]:
    return re.compile(rf"{re.escape(release)}.|{re.escape(mark)}", re.DOTALL)
