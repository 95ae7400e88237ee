"""`python -m tests.hostile.key_cost`: what finding out who calls costs a poll and a POST, in processor time."""

from __future__ import annotations

import statistics
import tempfile
import time
import timeit
from pathlib import Path

from flask import g

from single_window.api import create_app
from single_window.frame.http import callers
from tests.api_keys import MAILBOX, bearer, issued
from tests.databases import window_in

TIMES, REPEATS = 2_000, 15
CALLS = (("GET", f"/api/v1/receipts?mailbox={MAILBOX}"), ("POST", "/api/v1/messages"))


def check() -> None:
    """One check, as for a new call."""
    g.pop("caller", None)
    g.pop("api_key", None)
    callers.check_call()


def measure(require_keys: int, calls_per_minute: int) -> None:
    """Say what a check costs at a window with these settings."""
    with tempfile.TemporaryDirectory() as folder:
        window = window_in(Path(folder), require_keys=require_keys, calls_per_minute=calls_per_minute)
        app, headers = create_app(window), bearer(issued(window)) if require_keys else {}
        for method, path in CALLS:
            with app.test_request_context(path, method=method, headers=headers):
                runs = timeit.repeat(check, number=TIMES, repeat=REPEATS, timer=time.process_time)
            print(
                f"require_keys={require_keys} calls_per_minute={calls_per_minute} {method}: "
                f"{statistics.median(runs) / TIMES * 1e6:.1f} µs"
            )
        window.close()


if __name__ == "__main__":
    for keys, limit in ((1, 0), (1, 10_000_000), (0, 0)):
        measure(keys, limit)
