"""Gateways that a test declares, run by the window's own workers on a database: what they send is delivered, what they
schedule is filed when the clock of the sandbox shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Engine, insert, select

from declarations import goods, parameters
from gateways.circumstances import Circumstances, Options
from gateways.gateway import Gateway
from gateways.topics.topic import Routes, Topic
from single_window.clock import Clock
from single_window.store import sandboxes
from single_window.store.bulk import encode
from single_window.store.engine import reading, writing
from single_window.store.gateway_results import write_sends
from single_window.store.numbering import ROWS, Numbering
from single_window.store.sandboxes import Sandbox
from single_window.store.tables import deadline, delivery
from single_window.work import dispatch
from single_window.work.gateway_runner import GatewayConsumer
from single_window.work.worker import Worker

Table = Sequence[Topic[Any, Any, None]]


@cache
def _law() -> tuple[Any, Any]:
    return parameters.load(), goods.load()


class NoRows:
    """The repository of a gateway without rows."""

    def __init__(self, *opened: Any) -> None: ...

    def touched(self) -> tuple[()]:
        """No declarations."""
        return ()

    def changed(self) -> dict[Any, Any]:
        """No cases."""
        return {}

    def save(self, connection: Connection) -> None:
        """Write nothing."""


class Agencies:
    """Gateways with tables of their own, in a sandbox `main` whose clock shows `now`."""

    def __init__(self, engine: Engine, tables: Mapping[str, Table], now: int, **options: Any) -> None:
        self.engine, self.now, self.options = engine, now, Options(**options)
        self.numbering, self.routes = Numbering(engine), Routes(tables.items())
        self._gateways = [Gateway(name, table, lambda keys, desk: None) for name, table in tables.items()]
        with writing(engine) as connection:
            if not sandboxes.names(connection):
                sandboxes.create(connection, Sandbox("main", "main", self.options, Clock()))

    def workers(self) -> dict[str, Worker]:
        """Workers of one process, by queue."""
        consumers = [
            GatewayConsumer(gateway, NoRows, self.routes, self.numbering, self._circumstances)
            for gateway in self._gateways
        ]
        return {consumer.queue: Worker(self.engine, self.numbering, consumer, 3) for consumer in consumers}

    def _circumstances(self, connection: Connection, sandbox: str) -> Circumstances:
        return Circumstances(sandbox, "seed", self.now, self.options, *_law())

    def send(self, payload: Any) -> None:
        """File a delivery."""
        self._numbers()
        with writing(self.engine) as connection:
            write_sends(connection, self.numbering, "main", {self.routes.of(payload): [payload]}, 0)

    def schedule(self, due: int, payload: Any) -> None:
        """File a deadline."""
        self._numbers()
        route, (number,) = self.routes.of(payload), self.numbering.take(ROWS, "row")
        row = {"id": number, "sandbox": "main", "due": due, "kind": route.topic, "queue": route.queue}
        with writing(self.engine) as connection:
            connection.execute(insert(deadline).values(**row, subject=encode(payload).decode(), state="open"))

    def file_due(self) -> int:
        """Turn what is due into deliveries; returns their number."""
        return dispatch.file_due(self.engine, self.numbering, {"main": self.now})

    def ready(self) -> dict[str, list[int]]:
        """Queue → deliveries that wait."""
        found = dispatch.ready_for_workers(self.engine, tuple(gateway.name for gateway in self._gateways), 1_000)
        return {work.queue: list(work.ids) for work in found}

    def settle(self, at_a_time: int = 1_000) -> None:
        """File what is due and work, until nothing is left to do at this instant."""
        workers = self.workers()
        for _ in range(at_a_time):
            filed = self.file_due()
            self._numbers()
            done = sum(workers[queue].work(ids) for queue, ids in self.ready().items())
            if not filed and not done:
                return
        raise AssertionError(f"there is work after {at_a_time} rounds")

    def deadlines(self) -> list[tuple[int, str, str]]:
        """Instant, topic and payload of each open deadline, by instant."""
        rows = select(deadline.c.due, deadline.c.kind, deadline.c.subject).filter_by(sandbox="main", state="open")
        with reading(self.engine) as connection:
            return [tuple(row) for row in connection.execute(rows.order_by(deadline.c.due))]

    def deliveries(self) -> list[tuple[str, str, str]]:
        """Queue, topic and payloads of each stored delivery, by queue."""
        rows = select(delivery.c.queue, delivery.c.topic, delivery.c.payload).order_by(delivery.c.queue)
        with reading(self.engine) as connection:
            return [tuple(row) for row in connection.execute(rows)]

    def _numbers(self) -> None:
        self.numbering.ensure(ROWS, "row", 100)
