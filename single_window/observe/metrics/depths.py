"""Gauges that are read at each scrape: queue depths from the database, and the state of the answering process."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import structlog
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import Engine

from single_window import __version__
from single_window.clock import system_now
from single_window.messaging.topology import QUEUES
from single_window.messaging.wakeups import BLOCKED, CONNECTED, DISCONNECTED
from single_window.observe.backlogs import stage_backlogs
from single_window.observe.metrics.sharing import running_roles
from single_window.observe.metrics.table import METERS
from single_window.store.depths import STATES, depths
from single_window.store.engine import reading

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Gauges(Collector):
    """The gauges of a scrape. `counts`: the folder of the processes' metrics; `worker`: whether this process's worker
    is running (None: it has none).
    """

    engine: Engine
    counts: Path
    overdue: int
    broker: str
    worker: bool | None = None

    def collect(self) -> Iterable[Metric]:
        """The gauges; without depths if the database does not answer."""
        yield _gauge("info", {(__version__,): 1})
        yield _gauge(
            "broker_state", {(state,): int(state == self.broker) for state in (CONNECTED, BLOCKED, DISCONNECTED)}
        )
        yield _gauge("processes", {(role,): number for role, number in sorted(running_roles(self.counts).items())})
        if self.worker is not None:
            yield _gauge("worker_alive", {(): int(self.worker)})
        try:
            read = list(self._read())
        except Exception as error:
            log.warning("metrics.no_depths", reason=repr(error)[:300])
            read = []
        yield _gauge("database_up", {(): int(bool(read))})
        yield from read

    def _read(self) -> Iterator[Metric]:
        now = system_now()
        with reading(self.engine) as connection:
            queues = depths(connection, now, now)
            stages = stage_backlogs(connection, now, self.overdue)
        nothing: dict[tuple[str, ...], float] = {(queue, state): 0 for queue in QUEUES for state in STATES}
        yield _gauge("deliveries", {**nothing, **{(depth.queue, depth.state): depth.count for depth in queues}})
        yield _gauge("delivery_items", {**nothing, **{(depth.queue, depth.state): depth.items for depth in queues}})
        yield _gauge("overdue", {(stage.stage,): stage.late for stage in stages})
        yield _gauge("oldest_seconds", {(stage.stage,): stage.oldest for stage in stages})


def _gauge(name: str, values: dict[tuple[str, ...], float]) -> Metric:
    meter = METERS[name]
    family = GaugeMetricFamily(meter.shown, meter.description, labels=meter.labels)
    for labels, value in values.items():
        family.add_metric(labels, value)
    return family
