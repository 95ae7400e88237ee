"""Runs a gateway: decodes what was delivered, has it handled sandbox by sandbox, and writes repository and answers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, Protocol, TypeAlias

from sqlalchemy import Connection

from gateways import reported
from gateways.desk import Desk
from gateways.gateway import Delivered, Gateway
from gateways.records import Circumstances
from gateways.topics.shared import DocumentFiled
from gateways.topics.topic import Routes
from single_window.clock import system_now
from single_window.receipts import shaping
from single_window.store import epochs, work_cases
from single_window.store.answers import write_answers
from single_window.store.bulk import on_sqlite
from single_window.store.deliveries import Delivery
from single_window.store.engine import writes
from single_window.store.numbering import Numbering
from single_window.store.records import Conflict
from single_window.store.written import Writing, WrittenCounts

Recent: TypeAlias = dict[str, dict[Any, Any]]
"""Rows of one sandbox by kind and key, as long as no other process writes them."""
MAX_ROWS = 20_000
"""Rows at most, of all sandboxes together; a sandbox counts as a row."""
MAX_SANDBOXES = 32
"""Sandboxes at most: tests that are over leave nothing behind, and what is needed again is read again."""


class RowCache:
    """Rows of the most recently used sandboxes. Call `evict` between two batches."""

    def __init__(self, most: int = MAX_ROWS, sandboxes: int = MAX_SANDBOXES) -> None:
        self._most, self._sandboxes = most, sandboxes
        self._rows: dict[str, Recent] = {}

    def __len__(self) -> int:
        return sum(map(_size, self._rows.values()))

    def of(self, sandbox: str) -> Recent:
        """The cached rows of a sandbox, which becomes the most recently used one; the caller may change them."""
        recent = self._rows[sandbox] = self._rows.pop(sandbox, {})
        return recent

    def evict(self) -> None:
        """Drop the rows of the least recently used sandboxes if there are too many rows or sandboxes."""
        too_many = len(self) - self._most
        for sandbox, recent in list(self._rows.items()):
            if too_many <= 0 and len(self._rows) <= self._sandboxes:
                return
            too_many -= _size(recent)
            del self._rows[sandbox]

    def clear(self) -> None:
        """Drop all rows."""
        self._rows = {}


def _size(recent: Recent) -> int:
    return 1 + sum(map(len, recent.values()))


class StoredRepository(Protocol):
    """A gateway's repository in the database."""

    def save(self, connection: Connection) -> None:
        """Write what was put."""

    def touched(self) -> Collection[int]:
        """The ids of the declarations that what was put belongs to."""

    def changed(self) -> work_cases.Changed:
        """The rows put, of the kinds that officers decide about."""


Handled = tuple[Sequence[Delivered], Desk[StoredRepository], shaping.Held]
"""The deliveries of a sandbox, the desk at which they were handled, and the receipts that tests hold back."""


class GatewayConsumer:
    """The consumer of a gateway's queue. It plans on what it reads, and what it read is checked when it writes."""

    plans_ahead = True
    prepares = False

    def __init__(
        self,
        gateway: Gateway[Any, Any],
        repository: Callable[[Connection, str, Numbering, Recent], StoredRepository],
        routes: Routes,
        numbering: Numbering,
        circumstances: Callable[[Connection, str], Circumstances],
    ) -> None:
        self.queue = gateway.name
        self._gateway, self._repository, self._routes = gateway, repository, routes
        self._numbering, self._circumstances = numbering, circumstances
        self._cache = RowCache()
        self._recent_epoch = -1

    def needs_preparation(self, messages: Sequence[int]) -> bool:
        """Nothing is fetched beforehand."""
        return False

    def prepare(self, connection: Connection, ids: Sequence[int]) -> None:
        """Nothing: what a gateway reads, others change."""

    def plan(self, connection: Connection, taken: Sequence[Delivery]) -> Writing:
        """Handle the deliveries of each sandbox together; gives what writes repository and answers.

        Where the engine locks rows the gateway takes hold of them; elsewhere what is written compares the epochs.
        """
        alone = on_sqlite(connection)
        self._cache.evict()
        ahead = alone and not writes(connection)  # under the write lock what was read cannot be replaced
        epoch = self._since(connection, ahead) if alone else 0
        documents = epochs.seen(connection, epochs.DOCUMENTS) if ahead else 0
        handled = [self._handle(connection, sandbox, batch) for sandbox, batch in self._by_sandbox(taken).items()]

        def write(connection: Connection) -> Sequence[WrittenCounts]:
            if ahead:
                epochs.advance(connection, self.queue, epoch)
                if epochs.seen(connection, epochs.DOCUMENTS) != documents:
                    raise Conflict("a document was replaced while its gateway decided")
            if alone:
                self._recent_epoch = epoch + 1
            return [self._write(connection, batch, desk, held) for batch, desk, held in handled]

        return write

    def _write(
        self, connection: Connection, batch: Sequence[Delivered], desk: Desk[StoredRepository], held: shaping.Held
    ) -> WrittenCounts:
        """Repository and answers of one sandbox."""
        repository, sandbox = desk.repository, desk.circumstances.sandbox
        repository.save(connection)
        shaping.settle(connection, desk.circumstances, held)
        work_cases.follow(connection, sandbox, repository.changed(), desk.now)
        written = write_answers(connection, self._numbering, sandbox, desk.answers, desk.now, system_now())
        written.documents = [
            delivered.payload.document_id for delivered in batch if isinstance(delivered.payload, DocumentFiled)
        ]
        written.declarations = list(repository.touched())
        return written

    def forget(self) -> None:
        """Let go of what was remembered of a failed batch."""
        self._cache.clear()
        self._recent_epoch = -1

    def _since(self, connection: Connection, ahead: bool) -> int:
        """The epoch to plan on. Rows cached from earlier batches are valid only if nothing was written since.

        Until this plan is written they are not valid: handling changes the cached rows. Under the write lock no other
        writer can interfere, and the epoch is advanced at once.
        """
        epoch = (epochs.seen if ahead else epochs.increment)(connection, self.queue)
        if epoch != self._recent_epoch:
            self._cache.clear()
        self._recent_epoch = -1
        return epoch

    def _handle(self, connection: Connection, sandbox: str, batch: Sequence[Delivered]) -> Handled:
        """Have the deliveries of one sandbox handled at a desk of their own."""
        circumstances, alone = self._circumstances(connection, sandbox), on_sqlite(connection)
        recent = self._cache.of(sandbox) if alone else {}
        desk = Desk(self._repository(connection, sandbox, self._numbering, recent), circumstances, self._routes)
        if not alone:
            self._gateway.lock(batch, desk)
        self._gateway.handle(batch, desk)
        reported.link(desk.answers)
        return batch, desk, shaping.shape(desk.answers, circumstances, self._numbering)

    def _by_sandbox(self, taken: Sequence[Delivery]) -> dict[str, list[Delivered]]:
        by_sandbox: dict[str, list[Delivered]] = {}
        for delivery in taken:
            payloads = self._gateway.topic(delivery.topic).decode(delivery.payload)
            by_sandbox.setdefault(delivery.sandbox, []).extend(
                [Delivered(delivery.topic, payload) for payload in payloads]
            )
        return dict(sorted(by_sandbox.items()))
