"""Finds an element of a message by the path of a finding: "/CEB311Message/Order[2]/OrderHead/orderNo"."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

_STEP = re.compile(r"/([^/\[]+)(?:\[(\d+)\])?")


class At(NamedTuple):
    """The line of an element in the XML as it was sent, and its text.

    For an absent element, the line of its parent; None for a path that does not belong to this message.
    """

    line: int | None
    text: str


class Tree:
    """A parsed message for many look-ups. The children of one name of a parent are cached, so that a look-up costs the
    same in a message of any size."""

    def __init__(self, root: Any) -> None:
        self._root = root
        self._below: dict[str, list[Any]] = {}

    def locate(self, path: str) -> At:
        """Return the place of the element with this path."""
        (first, _), *steps = _STEP.findall(path) or [("", "")]
        if str(self._root.tag).rpartition("}")[2] != first:
            return At(None, "")
        element, walked = self._root, ""
        for name, index in steps:
            named = f"{walked}/{name}"
            if named not in self._below:
                self._below[named] = list(element.iterchildren(f"{{*}}{name}"))
            number = int(index or 1)
            if not 0 < number <= len(self._below[named]):
                return At(element.sourceline, "")
            element, walked = self._below[named][number - 1], f"{named}[{number}]"
        return At(element.sourceline, (element.text or "").strip())
