"""The observations of a history: what clients sent, were answered, and saw, each with its instant in milliseconds.

An observation that is *hidden* is one about which nothing is known but its subject: that a document was sent at some
time, that a place of a mailbox is taken by some receipt of a document, and whether that is the port's first answer. A
smallest contradicting set is one that contradicts although all others are hidden.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import NamedTuple, TypeAlias

from msgspec import Struct

SENT, RECEIVED = "sent", "received"
"""Of what a `WholeHistory` says that the history has it without gaps."""
TAKEN = 202
"""HTTP status of a message that was taken."""


class Draw(Struct, frozen=True, omit_defaults=True):
    """The amount that a document takes from an account; `by`: the return status by which it surely has been taken."""

    account: str
    amount: Decimal
    by: str = "120"


class SentDocument(Struct, frozen=True, omit_defaults=True):
    """A document of a message: kind and business key, its `version` (the same content has the same), the key or number
    of the list `about` which it requests something, and what it takes from accounts."""

    kind: str
    key: str
    version: str = ""
    about: str = ""
    draws: tuple[Draw, ...] = ()


class Sent(Struct, frozen=True, tag="sent", tag_field="saw", omit_defaults=True):
    """A message was sent; `digest` is that of its bytes."""

    at: int
    sender: str
    transmission: str
    digest: str = ""
    documents: tuple[SentDocument, ...] = ()


class Acknowledged(Struct, frozen=True, tag="acknowledged", tag_field="saw", omit_defaults=True):
    """The answer to a transmission: HTTP status and the message's id in the window; `digest` is that of the bytes which
    were answered."""

    at: int
    sender: str
    transmission: str
    status: int = TAKEN
    id: str = ""
    digest: str = ""


class SeenReceipt(Struct, frozen=True, tag="receipt", tag_field="saw", omit_defaults=True):
    """A receipt was seen in a mailbox: place (0: not known), document, return status and time, digest of its content.

    `transmission` is one that it answers as a whole, `number` the one that customs gave to the list. A bill has its
    sums and those of its lines; `moves` are what it says of accounts."""

    at: int
    mailbox: str
    kind: str
    key: str
    status: str
    place: int = 0
    code: str = ""
    time: str = ""
    content: str = ""
    transmission: str = ""
    number: str = ""
    bill: str = ""
    sums: tuple[Decimal, ...] = ()
    lines: tuple[tuple[Decimal, ...], ...] = ()
    moves: tuple[Draw, ...] = ()


class Polled(Struct, frozen=True, tag="polled", tag_field="saw", omit_defaults=True):
    """A poll was answered with `count` receipts at places above `after` up to `last`."""

    at: int
    mailbox: str
    after: int
    last: int
    count: int


class BalanceOpened(Struct, frozen=True, tag="opened", tag_field="saw", omit_defaults=True):
    """The amount taken from an account before the history began."""

    at: int
    account: str
    amount: Decimal = Decimal(0)


class BalanceRead(Struct, frozen=True, tag="balance", tag_field="saw", omit_defaults=True):
    """The amount taken from an account, as it was read; `asked`: when the question was sent (0: when it was answered).
    `settled`: nothing was under way, and all receipts before it were seen."""

    at: int
    account: str
    amount: Decimal
    asked: int = 0
    settled: bool = False


class StateRead(Struct, frozen=True, tag="state", tag_field="saw", omit_defaults=True):
    """The state of a document as it was read; `settled` as of `BalanceRead`."""

    at: int
    kind: str
    key: str
    state: str
    settled: bool = False


class WholeHistory(Struct, frozen=True, tag="whole", tag_field="saw", omit_defaults=True):
    """Until `at`, the history has all that was `sent` by a sender, or all that was `received` in a mailbox above the
    place `after` (`name`: which one; empty: any). `drained`: nothing was under way any more, and nothing to come.
    """

    at: int
    of: str
    name: str = ""
    after: int = 0
    drained: bool = False


Observation: TypeAlias = (
    Sent | Acknowledged | SeenReceipt | Polled | BalanceOpened | BalanceRead | StateRead | WholeHistory
)


class NumberedObservation(NamedTuple):
    """An observation with its number in the history, from 1; `hidden`: only its subject is known."""

    number: int
    seen: Observation
    hidden: bool = False


def numbered(observations: Iterable[Observation]) -> list[NumberedObservation]:
    """The observations with their numbers."""
    return [NumberedObservation(number, seen) for number, seen in enumerate(observations, 1)]


def only(history: Iterable[NumberedObservation], kept: Collection[int]) -> list[NumberedObservation]:
    """The history with all observations hidden but those with these numbers."""
    return [one if one.number in kept else one._replace(hidden=True) for one in history]
