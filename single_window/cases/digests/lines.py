"""Digest files: a line of JSON for each outcome, in order; the last line has their number and hash.

Digests of outcomes and of the sequence of deliveries have the same format; the last line tells which it is.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

MAX_LINE_BYTES = 16 * 1024 * 1024
"""Maximum length of a line."""
OUTCOMES, SEQUENCE = "outcomes", "deliveries"
"""The name of the count in the last line."""
TRADE, PAPER, DELIVERY = "trade", "paper", "delivery"
"""Sorts of lines: an order number with all its results, a document without an order number, a delivered receipt."""
SORTS = {TRADE: OUTCOMES, PAPER: OUTCOMES, DELIVERY: SEQUENCE}
"""Sort of line -> the digest that it belongs to."""
_encoder = msgspec.json.Encoder(order="sorted")


class Outcome(NamedTuple):
    """The results under one name `trade`. It is an order number, kind and key of a document without one, or mailbox and
    sequence number of a receipt (`sort`: TRADE, PAPER, DELIVERY)."""

    trade: str
    values: dict[str, Any]
    sort: str = TRADE

    @property
    def place(self) -> tuple[bool, str]:
        """The sort key among the outcomes of a sandbox."""
        return self.sort == PAPER, self.trade


class WrongDigest(Exception):
    """A file is not a digest, or it is truncated or changed."""

    permanent = True


class Digest(NamedTuple):
    """The number of outcomes or deliveries, and the hash of their lines."""

    lines: int
    sha256: str


class Digests(NamedTuple):
    """Both digests of a sandbox."""

    outcome: Digest
    sequence: Digest

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Digests:
        """Both from the values that `plainly` returns."""
        sequence = values["sequence"]
        return cls(Digest(values[OUTCOMES], values["sha256"]), Digest(sequence[SEQUENCE], sequence["sha256"]))

    def plainly(self) -> dict[str, Any]:
        """Return both as the JSON object that `GET /digest` answers with."""
        return {
            OUTCOMES: self.outcome.lines,
            "sha256": self.outcome.sha256,
            "sequence": {SEQUENCE: self.sequence.lines, "sha256": self.sequence.sha256},
        }


def write_lines(outcomes: Iterable[Outcome], digest: str = OUTCOMES) -> Iterator[bytes]:
    """Yield the lines of a digest file of outcomes or deliveries (`digest`), the last with count and hash."""
    hashed, count = sha256(), 0
    for outcome in outcomes:
        count += 1
        line = _encoder.encode({outcome.sort: outcome.trade, "outcome": outcome.values}) + b"\n"
        hashed.update(line)
        yield line
    yield _encoder.encode({digest: count, "sha256": hashed.hexdigest()}) + b"\n"


def digest_of(outcomes: Iterable[Outcome]) -> Digest:
    """Return the count and hash of outcomes."""
    (last,) = deque(write_lines(outcomes), maxlen=1)
    values = msgspec.json.decode(last)
    return Digest(values[OUTCOMES], values["sha256"])


def read_lines(file: Path, digest: str = OUTCOMES) -> Iterator[Outcome]:
    """Yield the outcomes of a digest file; raises as `outcomes_of`."""
    with file.open("rb") as source:
        yield from outcomes_of(iter(lambda: source.readline(MAX_LINE_BYTES + 1), b""), str(file), digest)


def outcomes_of(lines: Iterable[bytes], name: str, digest: str = OUTCOMES) -> Iterator[Outcome]:
    """Yield the outcomes of a digest's lines; `name` is their source for error messages.

    Raises `WrongDigest` if they are another digest, or at the end if count or hash do not match."""
    hashed = sha256()
    for count, line in enumerate(lines):
        values = _values(line)
        if "sha256" in values:
            _require_kind(name, digest in values, digest)
            if (values["sha256"], values[digest]) != (hashed.hexdigest(), count):
                raise WrongDigest(f"{name}: the lines do not match the hash in the last line")
            return
        sort = next((sort for sort in SORTS if sort in values), "")
        trade, outcome = values.get(sort), values.get("outcome")
        if not isinstance(trade, str) or not isinstance(outcome, dict):
            raise WrongDigest(f"{name}, line {count + 1}: this is not a line of a digest")
        _require_kind(name, SORTS[sort] == digest, digest)
        hashed.update(line)
        yield Outcome(trade, outcome, sort)
    raise WrongDigest(f"{name} is truncated: the last line with the hash is missing")


def _values(line: bytes) -> dict[str, Any]:
    """Return the values of a line; empty if it is not a line of a digest."""
    try:
        values = msgspec.json.decode(line) if len(line) <= MAX_LINE_BYTES else None
    except msgspec.DecodeError:
        values = None
    return values if isinstance(values, dict) else {}


def _require_kind(name: str, matches: bool, digest: str) -> None:
    if not matches:
        has, option = ("the sequence of deliveries", "with") if digest == OUTCOMES else ("outcomes", "without")
        raise WrongDigest(f"{name} is a digest of {has}: compare it {option} --sequence, with one of the same kind")
