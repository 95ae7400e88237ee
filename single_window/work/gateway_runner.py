"""Runs a gateway: decodes deliveries, has them handled per sandbox, and writes the repository and the answers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, Protocol, TypeAlias

from sqlalchemy import Connection

from gateways import reported
from gateways.circumstances import Circumstances
from gateways.desk import Desk
from gateways.gateway import Delivered, Gateway
from gateways.holds import ON_LISTS
from gateways.topics.shared import DocumentFiled
from gateways.topics.topic import Routes
from single_window.clock import system_now
from single_window.receipts import shaping
from single_window.store import epochs, notices, own_events, questioning, work_cases
from single_window.store.bulk import on_sqlite
from single_window.store.deliveries import Delivery
from single_window.store.engine import writes
from single_window.store.gateway_results import write_answers
from single_window.store.numbering import Numbering
from single_window.store.records import Conflict
from single_window.store.written import Writing, WrittenCounts

CachedRows: TypeAlias = dict[str, dict[Any, Any]]
"""Kind → key → row of one sandbox; valid while no other process writes them."""
CUSTOMS = "customs"
"""The queue of the gateway that reads holds of lists."""
MAX_ROWS = 20_000
"""Maximum number of cached rows of all sandboxes; a sandbox counts as a row."""
MAX_SANDBOXES = 32
"""Maximum number of cached sandboxes, so that sandboxes of finished tests are evicted."""


class RowCache:
    """Cached rows of the most recently used sandboxes. Call `evict` between batches."""

    def __init__(self, most: int = MAX_ROWS, sandboxes: int = MAX_SANDBOXES) -> None:
        self._most, self._sandboxes = most, sandboxes
        self._rows: dict[str, CachedRows] = {}

    def __len__(self) -> int:
        return sum(map(_size, self._rows.values()))

    def of(self, sandbox: str) -> CachedRows:
        """The cached rows of a sandbox, which the caller may change; marks it as most recently used."""
        recent = self._rows[sandbox] = self._rows.pop(sandbox, {})
        return recent

    def evict(self) -> None:
        """Drop the least recently used sandboxes above the limits."""
        too_many = len(self) - self._most
        for sandbox, recent in list(self._rows.items()):
            if too_many <= 0 and len(self._rows) <= self._sandboxes:
                return
            too_many -= _size(recent)
            del self._rows[sandbox]

    def clear(self) -> None:
        """Drop all rows."""
        self._rows = {}


def _size(recent: CachedRows) -> int:
    return 1 + sum(map(len, recent.values()))


class StoredRepository(Protocol):
    """A gateway's repository in the database."""

    def save(self, connection: Connection) -> None:
        """Write all changes."""

    def touched(self) -> Collection[int]:
        """Ids of the declarations that the changes concern."""

    def changed(self) -> work_cases.Changed:
        """Changed rows of kinds that officers decide about."""


Handled = tuple[Sequence[Delivered], Desk[StoredRepository], shaping.HeldReceipts]
"""(deliveries of a sandbox, the desk that handled them, receipts that tests delay)"""


class GatewayConsumer:
    """The consumer of a gateway's queue. It decides on what it reads, and checks when writing that this is
    unchanged.
    """

    plans_ahead = True
    prepares = False

    def __init__(
        self,
        gateway: Gateway[Any, Any],
        repository: Callable[[Connection, str, Numbering, CachedRows], StoredRepository],
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
        """False: a gateway prepares nothing."""
        return False

    def prepare(self, connection: Connection, ids: Sequence[int]) -> None:
        """Does nothing, because others may change what a gateway reads."""

    def plan(self, connection: Connection, taken: Sequence[Delivery]) -> Writing:
        """Handle the deliveries of each sandbox together; returns the function that writes repository and answers.

        On PostgreSQL the gateway locks the rows; on SQLite the function compares the epochs.
        """
        single_writer = on_sqlite(connection)
        self._cache.evict()
        ahead = single_writer and not writes(connection)  # under the write lock nothing can change
        epoch = self._epoch(connection, ahead) if single_writer else 0
        documents = epochs.seen(connection, epochs.DOCUMENTS) if ahead else 0
        handled = [self._handle(connection, sandbox, batch) for sandbox, batch in self._by_sandbox(taken).items()]

        def write(connection: Connection) -> Sequence[WrittenCounts]:
            if ahead:
                epochs.advance(connection, self.queue, epoch)
                if epochs.seen(connection, epochs.DOCUMENTS) != documents:
                    raise Conflict("a document was replaced while its gateway decided")
            if single_writer:
                self._recent_epoch = epoch + 1
            return [self._write(connection, batch, desk, held) for batch, desk, held in handled]

        return write

    def _write(
        self,
        connection: Connection,
        batch: Sequence[Delivered],
        desk: Desk[StoredRepository],
        held: shaping.HeldReceipts,
    ) -> WrittenCounts:
        """Write repository and answers of one sandbox."""
        repository, sandbox = desk.repository, desk.circumstances.sandbox
        repository.save(connection)
        shaping.store_effects(connection, desk.circumstances, held)
        changed, carried = repository.changed(), questioning.carried_out(connection, sandbox, desk.answers.decisions)
        if desk.circumstances.held is not None:  # a sandbox in which nobody was ever asked reads nothing here
            questioning.leave_behind(connection, sandbox, changed, carried, desk.now)
        work_cases.follow(connection, sandbox, changed, desk.now)
        notices.keep(connection, sandbox, desk.answers.notices)
        if self.queue != CUSTOMS and any(hold.kind in ON_LISTS for hold in desk.answers.holds):
            epochs.bump(connection, CUSTOMS)  # a batch of lists that was decided without this hold is decided again
        written = write_answers(connection, self._numbering, sandbox, desk.answers, desk.now, system_now())
        if desk.circumstances.options.trace_events:
            own_events.note(connection, sandbox, desk.answers, desk.now)
        questioning.follow(connection, self._numbering, sandbox, carried, desk.now)
        written.documents = [
            delivered.payload.document_id for delivered in batch if isinstance(delivered.payload, DocumentFiled)
        ]
        written.declarations = list(repository.touched())
        return written

    def committed(self) -> None:
        """Does nothing: cached rows are those that were written."""

    def forget(self) -> None:
        """Drop cached rows after a failed batch."""
        self._cache.clear()
        self._recent_epoch = -1

    def _epoch(self, connection: Connection, ahead: bool) -> int:
        """The epoch on which the decisions are based. Drops cached rows if another process has written since.

        The cache is invalid until the batch is written, because handling changes the cached rows. Under the write lock
        the epoch is advanced at once.
        """
        epoch = (epochs.seen if ahead else epochs.increment)(connection, self.queue)
        if epoch != self._recent_epoch:
            self._cache.clear()
        self._recent_epoch = -1
        return epoch

    def _handle(self, connection: Connection, sandbox: str, batch: Sequence[Delivered]) -> Handled:
        """Handle the deliveries of one sandbox at a new desk."""
        circumstances, single_writer = self._circumstances(connection, sandbox), on_sqlite(connection)
        recent = self._cache.of(sandbox) if single_writer else {}
        desk = Desk(self._repository(connection, sandbox, self._numbering, recent), circumstances, self._routes)
        if not single_writer:
            self._gateway.lock(batch, desk)
        self._gateway.handle(batch, desk)
        notices.address(connection, desk)
        reported.link_receipts(desk.answers)
        return batch, desk, shaping.apply_triggers(desk.answers, circumstances, self._numbering)

    def _by_sandbox(self, taken: Sequence[Delivery]) -> dict[str, list[Delivered]]:
        by_sandbox: dict[str, list[Delivered]] = {}
        for delivery in taken:
            payloads = self._gateway.topic(delivery.topic).decode(delivery.payload)
            by_sandbox.setdefault(delivery.sandbox, []).extend(
                [Delivered(delivery.topic, payload) for payload in payloads]
            )
        return dict(sorted(by_sandbox.items()))
