"""Counts and times what this process does, and answers a scrape with it and with the gauges of the moment.

Counting is called once for each batch, never for each document, and never raises.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter as Tally
from collections.abc import Iterable, Mapping
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy import Engine, event

from single_window.observe.metrics.sharing import InMemoryMetrics, SharedMetrics
from single_window.observe.metrics.table import COUNTER, HISTOGRAM, METERS, PREFIX, SECONDS

log = structlog.get_logger(__name__)
FOLDER = "metrics"
"""Subfolder of the data folder for the processes' metrics."""


class _Times(Histogram):
    """A histogram to which all durations of a batch are added at once."""

    def observe_all(self, seconds: Mapping[float, int]) -> None:
        """Add durations; `seconds`: duration → how often. One addition per bucket."""
        if seconds:
            self._sum.inc(sum(second * often for second, often in seconds.items()))
        places: Tally[int] = Tally()
        for second, often in seconds.items():
            places[bisect_left(self._upper_bounds, second)] += often
        for place, often in places.items():
            self._buckets[place].inc(often)


class Meters:
    """The counters and histograms of this process, in memory or in shared files."""

    def __init__(self, shared: SharedMetrics | None = None) -> None:
        self.shared = shared
        self.registry = CollectorRegistry()
        (shared or InMemoryMetrics()).choose()
        disable_created_metrics()
        self._made: dict[str, Any] = {
            meter.name: Counter(PREFIX + meter.name, meter.description, meter.labels, registry=self.registry)
            if meter.kind == COUNTER
            else _Times(PREFIX + meter.name, meter.description, meter.labels, registry=self.registry, buckets=SECONDS)
            for meter in METERS.values()
            if meter.kind in {COUNTER, HISTOGRAM}
        }
        self._labelled: dict[tuple[str, ...], Any] = {}

    def count(self, name: str, amount: float, *labels: str) -> None:
        """Add to a counter."""
        self._of(name, *labels).inc(amount)

    def spent(self, name: str, seconds: Mapping[float, int], *labels: str) -> None:
        """Add durations to a histogram; `seconds`: duration → how often."""
        self._of(name, *labels).observe_all({max(0.0, second): often for second, often in seconds.items()})

    def _of(self, *place: str) -> Any:
        """A metric with its labels, cached because the library's look-up is slower than the update."""
        meter = self._labelled.get(place)
        if meter is None:
            meter = self._labelled[place] = self._made[place[0]].labels(*place[1:])
        return meter


_current: Meters | None = None
_making = Lock()


def meters() -> Meters:
    """The meters of this process."""
    global _current
    with _making:
        if _current is None:
            _current = Meters()
        return _current


def share(data: Path, role: str) -> None:
    """Store metrics in the data folder, so that those of all processes are summed; log a failure.

    `role`: this process's role; other processes can count running processes by role.
    """
    global _current
    with _making:
        try:
            _current = Meters(SharedMetrics(data / FOLDER, role))
        except OSError as error:
            log.warning("metrics.not_shared", folder=str(data / FOLDER), reason=str(error))
            _current = Meters()


def keep_in_memory() -> None:
    """Store metrics in this process's memory again, from zero."""
    global _current
    with _making:
        _current = Meters()


def in_folder() -> bool:
    """True if metrics are stored in a folder; then child processes should use it too."""
    return _current is not None and _current.shared is not None


def count(name: str, amount: float, *labels: str) -> None:
    """Add to a counter; errors are ignored."""
    try:
        meters().count(name, amount, *labels)
    except OSError as error:
        log.warning("metrics.lost", name=name, reason=str(error))


def count_all(name: str, amounts: Mapping[str, int]) -> None:
    """Add to a counter with one label; `amounts`: label value → amount."""
    for label, amount in amounts.items():
        if amount:
            count(name, amount, label)


def observe_durations(name: str, seconds: Mapping[float, int], *labels: str) -> None:
    """Add durations to a histogram (duration → how often); errors are ignored."""
    try:
        meters().spent(name, seconds, *labels)
    except OSError as error:
        log.warning("metrics.lost", name=name, reason=str(error))


def watch(engine: Engine) -> None:
    """Count database errors of an engine by exception; idempotent."""
    if not event.contains(engine, "handle_error", _count_error):
        event.listen(engine, "handle_error", _count_error)


def _count_error(context: Any) -> None:
    count("database_errors", 1, type(context.sqlalchemy_exception or context.original_exception).__name__)


class Scrape(NamedTuple):
    """The answer to a scrape."""

    content_type: str
    body: bytes


class _Counted(Collector):
    """Counters and histograms of this process, or of all processes that share the folder."""

    def collect(self) -> Iterable[Metric]:
        mine = meters()
        return mine.registry.collect() if mine.shared is None else mine.shared.collect()


def scrape(gauges: Collector, accept: str) -> Scrape:
    """All metrics; `accept`: the Accept header."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Counted())
    registry.register(gauges)
    encode, content_type = choose_encoder(accept)
    return Scrape(content_type, encode(registry))
