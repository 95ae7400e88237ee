"""A digest as a file: a line of JSON for each outcome, in order, and at the end how many there are and their hash."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import msgspec

from single_window.cases.digests.outcomes import Outcome

LONGEST = 16 * 1024 * 1024
"""Bytes of a line."""
_encoder = msgspec.json.Encoder(order="sorted")


class WrongDigest(Exception):
    """A file is no digest, or not a whole one."""

    permanent = True


class Digest(NamedTuple):
    """How many outcomes there are, and the hash of their lines."""

    outcomes: int
    sha256: str


def write_lines(outcomes: Iterable[Outcome]) -> Iterator[bytes]:
    """The lines of a digest file, the last with count and hash."""
    whole, count = sha256(), 0
    for outcome in outcomes:
        count += 1
        line = (
            _encoder.encode({"trade" if outcome.numbered else "paper": outcome.trade, "outcome": outcome.values})
            + b"\n"
        )
        whole.update(line)
        yield line
    yield _encoder.encode({"outcomes": count, "sha256": whole.hexdigest()}) + b"\n"


def digested(outcomes: Iterable[Outcome]) -> Digest:
    """Count and hash of outcomes, without their lines."""
    (last,) = deque(write_lines(outcomes), maxlen=1)
    return Digest(**msgspec.json.decode(last))


def read_lines(file: Path) -> Iterator[Outcome]:
    """The outcomes of a digest file; raises `WrongDigest` at the end where they are not those that were written."""
    whole, count = sha256(), 0
    with file.open("rb") as source:
        for number, line in enumerate(iter(lambda: source.readline(LONGEST + 1), b""), 1):
            try:
                values = msgspec.json.decode(line) if len(line) <= LONGEST else None
            except msgspec.DecodeError:
                values = None
            if not isinstance(values, dict):
                raise WrongDigest(f"{file}, line {number}: this is no line of a digest")
            if "sha256" in values:
                if (values["sha256"], values.get("outcomes")) != (whole.hexdigest(), count):
                    raise WrongDigest(f"{file}: its lines are not those whose hash stands at its end")
                return
            numbered = "trade" in values
            trade, outcome = values.get("trade" if numbered else "paper"), values.get("outcome")
            if not isinstance(trade, str) or not isinstance(outcome, dict):
                raise WrongDigest(f"{file}, line {number}: this is no line of a digest")
            whole.update(line)
            count += 1
            yield Outcome(trade, outcome, numbered)
    raise WrongDigest(f"{file} is cut: the line with its hash is missing")
