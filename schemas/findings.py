"""Findings about messages: the fault, its place and a remedy, in Chinese and English."""

from __future__ import annotations

from typing import NamedTuple


class Finding(NamedTuple):
    """A fault of a message, or a warning about it.

    `document` is the number of the document in its message, from 1 (None: the message as a whole); `path` is the
    element path from the root, `line` the line in the XML as it was sent.
    """

    code: str
    zh: str
    en: str
    document: int | None = None
    path: str = ""
    line: int | None = None
    expected: str = ""
    found: str = ""
    remedy_zh: str = ""
    remedy_en: str = ""
    warning: bool = False
    """True: reported to the sender, but no reason to refuse the message."""
