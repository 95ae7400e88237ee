"""Messages of a sample trade changed as a table says it: `totalPrice[1]=200.02;311.freight=0;-InventoryList[2]`.

A change is one of `element=text`, `-element` (the element is left out), `*element` (it stands twice) and
`element+other=text` (`other` is put in behind it). `[n]` names the n-th of several elements of that name; without it
all of them get the text, and the first one is left out, doubled or followed. `311.` before it names another message of
the trade than that of the row.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple
from xml.sax.saxutils import escape

_WRITTEN = re.compile(
    r"(?:(?P<code>\d{3})\.)?(?P<alone>[-*]?)(?P<element>\w+)(?:\[(?P<place>\d+)\])?(?P<rest>.*)", re.S
)
_TEXT = re.compile(r"(?:\+(?P<behind>\w+))?=(?P<text>.*)", re.S)
FLOWS = {
    "311": "import",
    "411": "import",
    "511": "import",
    "621": "import",
    "303": "export",
    "505": "export",
    "603": "export",
}
"""The message of a trade → the flow whose sample has it; other messages are samples of their own."""
Messages = Mapping[str, bytes]


class WrittenChange(NamedTuple):
    """One change as a table says it; `place` 0: all elements of that name; `times`: how often the element stands there
    afterwards; `behind`: the element that is put in."""

    code: str
    element: str
    place: int
    times: int
    behind: str
    text: str


def read_changes(code: str, written: str) -> list[WrittenChange]:
    """The changes that a cell of a table says, of a message of this type where none is named; raises `ValueError`."""
    return [_read(code, each) for each in written.split(";") if each]


def changed(messages: Messages, code: str, written: str) -> Messages:
    """The messages with the changes of a cell; raises `LookupError` for an element that is not there."""
    result = dict(messages)
    for change in read_changes(code, written):
        result[change.code] = _changed(result[change.code].decode(), change).encode()
    return result


def _read(code: str, written: str) -> WrittenChange:
    if not (found := _WRITTEN.fullmatch(written)):
        raise ValueError(f"no change: {written}")
    text = _TEXT.fullmatch(found["rest"])
    if (text is None) != bool(found["alone"]) or (text is None and found["rest"]):
        raise ValueError(f"no change: {written}")
    put, behind = (text["text"], text["behind"] or "") if text else ("", "")
    times = {"-": 0, "*": 2}.get(found["alone"], 1)
    return WrittenChange(found["code"] or code, found["element"], int(found["place"] or 0), times, behind, put)


def _changed(body: str, change: WrittenChange) -> str:
    elements = list(
        re.finditer(rf"<(?P<prefix>[\w.-]+:)?{change.element}>.*?</(?:[\w.-]+:)?{change.element}>", body, re.S)
    )
    if len(elements) < max(change.place, 1):
        raise LookupError(f"the message has no element {change.element} {change.place or ''}".rstrip())
    if change.times != 1 or change.behind or change.place:
        elements = [elements[max(change.place, 1) - 1]]
    for element in reversed(elements):
        body = body[: element.start()] + _put(element, change) + body[element.end() :]
    return body


def _put(element: re.Match[str], change: WrittenChange) -> str:
    """Return what stands in the place of an element."""
    if change.times != 1:
        return element[0] * change.times
    before, name = (element[0], change.behind) if change.behind else ("", change.element)
    tag = f"{element['prefix'] or ''}{name}"
    return f"{before}<{tag}>{escape(change.text)}</{tag}>"
