"""Finds an element of a message by its path, as findings give it: "/CEB311Message/Order[2]/OrderHead/orderNo"."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

_STEP = re.compile(r"/([^/\[]+)(?:\[(\d+)\])?")


class At(NamedTuple):
    """Where an element stands in the XML as it was sent, and its text.

    Of one that is absent, the line of what should hold it; None for the path of something else than this message.
    """

    line: int | None
    text: str


def locate(root: Any, path: str) -> At:
    """The element of a message at a path."""
    (first, _), *steps = _STEP.findall(path) or [("", "")]
    if str(root.tag).rpartition("}")[2] != first:
        return At(None, "")
    element = root
    for name, index in steps:
        below = _child(element, name, int(index or 1))
        if below is None:
            return At(element.sourceline, "")
        element = below
    return At(element.sourceline, (element.text or "").strip())


def _child(element: Any, name: str, index: int) -> Any:
    for child in element.iterchildren(f"{{*}}{name}"):
        index -= 1
        if index == 0:
            return child
    return None
