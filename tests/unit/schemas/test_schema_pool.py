"""Compiled schemas: lent to one thread at a time, and compiled one at a time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore, Event
from typing import Any

import pytest

from schemas import schema_pool

THREADS = 4
MOMENT = 0.2
"""Seconds for which a compilation goes on, so that another has time to come in between."""


class Compiling:
    """Stands in for lxml: a schema that finds nothing wrong, and notes when two are compiled at once."""

    alone = BoundedSemaphore(1)
    crowded = 0
    error_log = ()

    def __init__(self, file: str) -> None:
        if not self.alone.acquire(blocking=False):
            Compiling.crowded += 1
            return
        Event().wait(MOMENT)
        self.alone.release()

    def validate(self, root: Any) -> bool:
        return True


def test_schemas_are_compiled_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema_pool.etree, "XMLSchema", Compiling)
    monkeypatch.setattr(schema_pool, "_idle", {})
    with ThreadPoolExecutor(THREADS) as threads:
        assert [*threads.map(lambda _: schema_pool.errors(None, "311"), range(THREADS))] == [()] * THREADS
    assert Compiling.crowded == 0
