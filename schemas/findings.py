"""A finding says what is wrong with what was sent, where, and what to do about it, in Chinese and English."""

from __future__ import annotations

from typing import NamedTuple


class ConcernedField(NamedTuple):
    """One field that a finding concerns, in one document: where it stands, what it says, what it should say.

    `kind` and `number` name the document (its sender's own number), `document` its position in its message, from 1;
    `line` is the line in the XML as it was sent, None where that is not at hand.
    """

    kind: str
    number: str
    document: int
    path: str
    line: int | None = None
    found: str = ""
    expected: str = ""


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
    """True: told to the sender, but nothing is refused for it."""
