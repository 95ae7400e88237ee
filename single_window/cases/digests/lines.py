"""A digest as a file: a line of JSON for each outcome, in order, and at the end how many there are and their hash.

A digest of outcomes and one of the sequence of deliveries are written alike; the last line says which it is.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

LONGEST = 16 * 1024 * 1024
"""Bytes of a line."""
OUTCOMES, SEQUENCE = "outcomes", "deliveries"
"""Under which name the last line says how many there are."""
TRADE, PAPER, DELIVERY = "trade", "paper", "delivery"
"""What stands under a name: all of an order's number, all of a document that names no order, a receipt at its place."""
SORTS = {TRADE: OUTCOMES, PAPER: OUTCOMES, DELIVERY: SEQUENCE}
"""Of which digest an outcome is."""
_encoder = msgspec.json.Encoder(order="sorted")


class Outcome(NamedTuple):
    """The outcome of everything under one name: an order's number, kind and key of what was answered without one, or
    mailbox and place of a receipt (`sort`: TRADE, PAPER, DELIVERY)."""

    trade: str
    values: dict[str, Any]
    sort: str = TRADE

    @property
    def place(self) -> tuple[bool, str]:
        """Its place among the outcomes of a sandbox."""
        return self.sort == PAPER, self.trade


class WrongDigest(Exception):
    """A file is no digest, or not a whole one."""

    permanent = True


class Digest(NamedTuple):
    """The number of outcomes or deliveries, and the hash of their lines."""

    lines: int
    sha256: str


class Digests(NamedTuple):
    """Both digests of a sandbox."""

    outcome: Digest
    sequence: Digest

    def plainly(self) -> dict[str, Any]:
        """Both as plain values: that of the outcomes under names of its own, that of the sequence under its name."""
        return {
            OUTCOMES: self.outcome.lines,
            "sha256": self.outcome.sha256,
            "sequence": {SEQUENCE: self.sequence.lines, "sha256": self.sequence.sha256},
        }


def write_lines(outcomes: Iterable[Outcome], digest: str = OUTCOMES) -> Iterator[bytes]:
    """The lines of a digest file of outcomes or of the sequence of deliveries, the last with count and hash."""
    whole, count = sha256(), 0
    for outcome in outcomes:
        count += 1
        line = _encoder.encode({outcome.sort: outcome.trade, "outcome": outcome.values}) + b"\n"
        whole.update(line)
        yield line
    yield _encoder.encode({digest: count, "sha256": whole.hexdigest()}) + b"\n"


def digested(outcomes: Iterable[Outcome]) -> Digest:
    """Count and hash of outcomes, without their lines."""
    (last,) = deque(write_lines(outcomes), maxlen=1)
    values = msgspec.json.decode(last)
    return Digest(values[OUTCOMES], values["sha256"])


def read_lines(file: Path, digest: str = OUTCOMES) -> Iterator[Outcome]:
    """The outcomes of a digest file; raises as `outcomes_of`."""
    with file.open("rb") as source:
        yield from outcomes_of(iter(lambda: source.readline(LONGEST + 1), b""), str(file), digest)


def outcomes_of(lines: Iterable[bytes], name: str, digest: str = OUTCOMES) -> Iterator[Outcome]:
    """The outcomes of the lines of a digest, `name`: where they come from; raises `WrongDigest` where it is one of the
    other kind, and at the end where they are not those that were written."""
    whole = sha256()
    for count, line in enumerate(lines):
        values = _values(line)
        if "sha256" in values:
            _demand(name, digest in values, digest)
            if (values["sha256"], values[digest]) != (whole.hexdigest(), count):
                raise WrongDigest(f"{name}: its lines are not those whose hash stands at its end")
            return
        sort = next((sort for sort in SORTS if sort in values), "")
        trade, outcome = values.get(sort), values.get("outcome")
        if not isinstance(trade, str) or not isinstance(outcome, dict):
            raise WrongDigest(f"{name}, line {count + 1}: this is no line of a digest")
        _demand(name, SORTS[sort] == digest, digest)
        whole.update(line)
        yield Outcome(trade, outcome, sort)
    raise WrongDigest(f"{name} is cut: the line with its hash is missing")


def _values(line: bytes) -> dict[str, Any]:
    """The values of a line; none where it is no line of a digest."""
    try:
        values = msgspec.json.decode(line) if len(line) <= LONGEST else None
    except msgspec.DecodeError:
        values = None
    return values if isinstance(values, dict) else {}


def _demand(name: str, right: bool, digest: str) -> None:
    if not right:
        has, option = ("the sequence of deliveries", "with") if digest == OUTCOMES else ("outcomes", "without")
        raise WrongDigest(f"{name} is a digest of {has}: compare it {option} --sequence, with one of the same kind")
