"""Requests to the process that computes, and its results, as values that go there and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from msgspec import Raw, Struct


class Trial(Struct, frozen=True, kw_only=True):
    """A call: `validate` takes several messages, `verify` the signature of one, `audit` the names of ledgers."""

    call: Literal["validate", "verify", "audit"]
    sandbox: str
    ledgers: Sequence[str] = ()
    edition: str | None = None
    against: str = "upload"
    canonical: bool = False


class TrialResult(Struct, frozen=True):
    """The answers in JSON, one for each message, and whether each message is valid; `too_much`: it was given up for the
    processor time or memory that it takes; `last`: the process ends after it."""

    answers: Sequence[Raw] = ()
    valid: Sequence[bool] = ()
    too_much: bool = False
    last: bool = False


class TrialOrder(Struct, frozen=True, kw_only=True):
    """A trial as the process gets it: with the settings of its window, and the sizes of the messages, which follow."""

    settings: dict[str, str | int]
    trial: Trial
    sizes: Sequence[int]
