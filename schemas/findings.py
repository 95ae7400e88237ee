"""A finding: what is wrong in a message, where, and what to do about it, in Chinese and English."""

from __future__ import annotations

from typing import NamedTuple


class Finding(NamedTuple):
    """One thing that is wrong, or worth knowing, about a message.

    `document` counts the documents of a message from 1 (None: the message as a whole); `path` is the
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
    """True: reported to the sender, but nothing is refused for it."""
