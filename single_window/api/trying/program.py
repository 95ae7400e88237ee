"""The program that runs trials of large messages, and audits: `python -m single_window.api.trying.program`.

It reads the database of the settings in a request, and writes nothing. It ends with its input, and after a request that
needed much memory.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from schemas.answering import OutOfTime, answer_all, begin, peak_kilobytes, within
from single_window.api.trying.computing import TrialOrder, TrialResult, audit_ledgers, try_messages
from single_window.context import Context
from single_window.intake.released_memory import share_arenas
from single_window.messaging.wakeups import LocalWakeups
from single_window.settings import Settings
from single_window.store.engine import open_engine
from single_window.store.sandboxes import Resetting, UnknownSandbox

CPU_SECONDS = 8.0
"""Maximum processor time for one call, in seconds; the largest message of the standard needs a tenth of it."""
MEMORY_BYTES = 900_000_000
RESTART_ABOVE_KILOBYTES = 250_000
"""Memory use above which the program ends, to free it."""
NICE = 5
"""Niceness: lower priority than the serving processes."""


def answer(about: bytes, body: bytes) -> tuple[bytes, bool]:
    """Return the JSON answer to one request, and whether the program ends after it."""
    order = msgspec.json.decode(about, type=TrialOrder)
    with _context(order) as context:
        try:
            if order.trial.call == "audit":
                result = audit_ledgers(context, order.trial)
            else:
                with within(CPU_SECONDS):
                    result = try_messages(context, order.trial, list(_parts(body, order.sizes)))
        except (OutOfTime, MemoryError):
            result = TrialResult(too_much=True)
        except (Resetting, UnknownSandbox):
            result = TrialResult(gone=True)
    result = msgspec.structs.replace(result, last=result.too_much or peak_kilobytes() > RESTART_ABOVE_KILOBYTES)
    return msgspec.json.encode(result), result.last


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
    """Serve requests from standard input to standard output."""
    begin(MEMORY_BYTES)
    os.nice(NICE)
    share_arenas()
    answer_all(sys.stdin.buffer, sys.stdout.buffer, answer)


if __name__ == "__main__":
    main()
