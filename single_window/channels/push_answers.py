"""The response of a receiver to a message, or that there is none."""

from __future__ import annotations

from typing import NamedTuple


class NoAnswer(Exception):
    """No HTTP response in time; the message gives the reason."""


class PushAnswer(NamedTuple):
    """The receiver's response: status, Location header, beginning of the body."""

    status: int
    location: str
    beginning: bytes
