"""Finds the line on which an element of a message stands, by its path."""

from __future__ import annotations

import re
from typing import Any

_STEP = re.compile(r"/([^/\[]+)(?:\[(\d+)\])?")


def line_of(root: Any, path: str) -> int | None:
    """The line of an element in the XML as it was sent; of one that is absent, the line of what should hold it.

    `path` is as findings give it: "/CEB311Message/Order[2]/OrderHead/orderNo". None for the path of another message.
    """
    steps = _STEP.findall(path)
    if not steps or _name(root) != steps[0][0]:
        return None
    element = root
    for name, index in steps[1:]:
        below = _child(element, name, int(index or 1))
        if below is None:
            break
        element = below
    line: int | None = element.sourceline
    return line


def _child(element: Any, name: str, index: int) -> Any:
    for child in element.iterchildren(f"{{*}}{name}"):
        index -= 1
        if index == 0:
            return child
    return None


def _name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]
