"""One scrape: what all processes have counted, and the gauges of the moment, in the requested form."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from single_window.observe.metrics.meters import meters


class Scrape(NamedTuple):
    """The answer to a scrape."""

    content_type: str
    body: bytes


class _Counted(Collector):
    """Counters and histograms of this process, or of all that share their folder with it."""

    def collect(self) -> Iterable[Metric]:
        mine = meters()
        return mine.registry.collect() if mine.shared is None else mine.shared.collect()


def scrape(gauges: Collector, accept: str) -> Scrape:
    """Everything; `accept` is the header that requests a form."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Counted())
    registry.register(gauges)
    encode, content_type = choose_encoder(accept)
    return Scrape(content_type, encode(registry))
