"""The observations that a client keeps as lines of JSON, one each, in the order in which he made them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from single_window.histories.observations import Observation

LINES_A_STEP = 500
"""Lines after which progress is told."""
MAX_LINE_BYTES = 50_000_000
"""Maximum size of a line."""
_decoder = msgspec.json.Decoder(Observation)
_encode = msgspec.json.Encoder().encode


class BadObservation(Exception):
    """Raised for a line that is no observation; says which line, what is wrong, and what to do."""

    permanent = True


def read(path: Path, progress: Callable[[int], None] = lambda done: None) -> Iterator[Observation]:
    """The observations of a file; empty lines are passed over. Raises `BadObservation`, `OSError`."""
    with path.open("rb") as file:
        number = 0
        while line := file.readline(MAX_LINE_BYTES):
            number += 1
            if line.strip():
                yield _decode(path, number, line)
            if number % LINES_A_STEP == 0:
                progress(number)


def _decode(path: Path, number: int, line: bytes) -> Observation:
    try:
        decoded: Observation = _decoder.decode(line)
        return decoded
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        raise BadObservation(
            f"{path}, line {number}: this is no observation: {wrong}. The form is described in docs/histories.md."
        ) from None


def encode(observation: Observation) -> bytes:
    """An observation as a line."""
    return _encode(observation) + b"\n"
