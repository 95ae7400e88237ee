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

from single_window.cases.digests.outcomes import DELIVERY, PAPER, TRADE, Outcome

LONGEST = 16 * 1024 * 1024
"""Bytes of a line."""
OUTCOMES, SEQUENCE = "outcomes", "deliveries"
"""Under which name the last line says how many there are."""
SORTS = {TRADE: OUTCOMES, PAPER: OUTCOMES, DELIVERY: SEQUENCE}
"""Of which digest an outcome is."""
_encoder = msgspec.json.Encoder(order="sorted")


class WrongDigest(Exception):
    """A file is no digest, or not a whole one."""

    permanent = True


class Digest(NamedTuple):
    """The number of outcomes or deliveries, and the hash of their lines."""

    lines: int
    sha256: str


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
    """The outcomes of a digest file; raises `WrongDigest` where it is one of the other kind, and at the end where they
    are not those that were written."""
    whole, count = sha256(), 0
    with file.open("rb") as source:
        for number, line in enumerate(iter(lambda: source.readline(LONGEST + 1), b""), 1):
            values = _values(line)
            if "sha256" in values:
                _demand(file, digest in values, digest)
                if (values["sha256"], values[digest]) != (whole.hexdigest(), count):
                    raise WrongDigest(f"{file}: its lines are not those whose hash stands at its end")
                return
            sort = next((name for name in SORTS if name in values), "")
            trade, outcome = values.get(sort), values.get("outcome")
            if not isinstance(trade, str) or not isinstance(outcome, dict):
                raise WrongDigest(f"{file}, line {number}: this is no line of a digest")
            _demand(file, SORTS[sort] == digest, digest)
            whole.update(line)
            count += 1
            yield Outcome(trade, outcome, sort)
    raise WrongDigest(f"{file} is cut: the line with its hash is missing")


def _values(line: bytes) -> dict[str, Any]:
    """The values of a line; none where it is no line of a digest."""
    try:
        values = msgspec.json.decode(line) if len(line) <= LONGEST else None
    except msgspec.DecodeError:
        values = None
    return values if isinstance(values, dict) else {}


def _demand(file: Path, right: bool, digest: str) -> None:
    if not right:
        has, option = ("the sequence of deliveries", "with") if digest == OUTCOMES else ("outcomes", "without")
        raise WrongDigest(f"{file} is a digest of {has}: compare it {option} --sequence, with one of the same kind")
