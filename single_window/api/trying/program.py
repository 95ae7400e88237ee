"""The program that tries large messages, and audits; run as `python -m single_window.api.trying.program`.

It reads the database of the window whose settings a request names, and writes nothing. It ends when its input does, and
after a request that took much memory.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from schemas.answering import OutOfTime, answer_all, begin, most_kilobytes, within
from single_window.api.trying.computing import TrialOrder, TrialResult, audited, tried
from single_window.context import Context
from single_window.intake.released_memory import share_arenas
from single_window.messaging.wakeups import LocalWakeups
from single_window.settings import Settings
from single_window.store.engine import open_engine

CPU_SECONDS = 8.0
"""Processor time for one call: the largest message of the standard takes a tenth of it."""
MEMORY_BYTES = 900_000_000
RESTART_ABOVE_KILOBYTES = 250_000
"""Once it has held so much, it ends, and its memory is free again."""
NICE = 5
"""How far it stands back behind processes that serve everybody."""


def answer(about: bytes, body: bytes) -> tuple[bytes, bool]:
    """The answer to one request in JSON, and whether the program ends after it."""
    order = msgspec.json.decode(about, type=TrialOrder)
    with _context(order) as context:
        try:
            if order.trial.call == "audit":
                came = audited(context, order.trial)
            else:
                with within(CPU_SECONDS):
                    came = tried(context, order.trial, list(_parts(body, order.sizes)))
        except (OutOfTime, MemoryError):
            came = TrialResult(too_much=True)
    came = msgspec.structs.replace(came, last=came.too_much or most_kilobytes() > RESTART_ABOVE_KILOBYTES)
    return msgspec.json.encode(came), came.last


@contextmanager
def _context(order: TrialOrder) -> Iterator[Context]:
    settings = Settings(**{**order.settings, "data": Path(str(order.settings["data"]))})  # type: ignore[arg-type]
    engine = open_engine(settings.database_url, settings.synchronous)
    try:
        yield Context(settings, engine, LocalWakeups(), receives=True)
    finally:
        engine.dispose()


def _parts(body: bytes, sizes: Sequence[int]) -> Iterator[bytes]:
    begun = 0
    for size in sizes:
        yield body[begun : begun + size]
        begun += size


def main() -> None:
    """Serve the standard input and output."""
    begin(MEMORY_BYTES)
    os.nice(NICE)
    share_arenas()
    answer_all(sys.stdin.buffer, sys.stdout.buffer, answer)


if __name__ == "__main__":
    main()
