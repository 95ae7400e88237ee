"""Finds an element of a message by the path of a finding: "/CEB311Message/Order[2]/OrderHead/orderNo"."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

_STEP = re.compile(r"/([^/\[]+)(?:\[(\d+)\])?")


class LocatedElement(NamedTuple):
    """The line of an element in the XML as it was sent, and its text.

    An absent element has the line of its parent; a path of another message has the line None.
    """

    line: int | None
    text: str


class Tree:
    """A parsed message for many look-ups. The children of one name of a parent are cached, so that a look-up costs the
    same in a message of any size."""

    def __init__(self, root: Any) -> None:
        self._root = root
        self._below: dict[str, list[Any]] = {}

    def locate(self, path: str) -> LocatedElement:
        """Return the place of the element with this path."""
        (first, _), *steps = _STEP.findall(path) or [("", "")]
        if str(self._root.tag).rpartition("}")[2] != first:
            return LocatedElement(None, "")
        element, parent_path = self._root, ""
        for name, index in steps:
            child_path = f"{parent_path}/{name}"
            if child_path not in self._below:
                self._below[child_path] = list(element.iterchildren(f"{{*}}{name}"))
            number = int(index or 1)
            if not 0 < number <= len(self._below[child_path]):
                return LocatedElement(element.sourceline, "")
            element, parent_path = self._below[child_path][number - 1], f"{child_path}[{number}]"
        return LocatedElement(element.sourceline, (element.text or "").strip())
