"""Finds an element of a message by its path, as findings give it: "/CEB311Message/Order[2]/OrderHead/orderNo"."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

_STEP = re.compile(r"/([^/\[]+)(?:\[(\d+)\])?")


class At(NamedTuple):
    """The place of an element in the XML as it was sent, and its text.

    Of one that is absent, the line of what should hold it; None for the path of something else than this message.
    """

    line: int | None
    text: str


class Tree:
    """A parsed message in which many places are found: the elements of one name below a parent are listed once, so that
    a place costs the same in a message of thirty thousand lines as in one of three."""

    def __init__(self, root: Any) -> None:
        self._root = root
        self._below: dict[str, list[Any]] = {}

    def locate(self, path: str) -> At:
        """The element of the message at a path."""
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
