"""Batches 批次 and their members in the database, for one batch of deliveries in one sandbox.

`put_…` methods change rows in memory; `save_batches` writes them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, and_, bindparam, or_, select, text

from declarations.calendar import stamp14
from declarations.reasons import Reason
from gateways.customs.batches.batch_place import BatchMember
from gateways.customs.batches.repository import Batch
from single_window.store.bulk import of_sandbox, on_sqlite, one_of
from single_window.store.numbering import Numbering
from single_window.store.prepared import fetch_first
from single_window.store.records import Records, decoder
from single_window.store.series import BATCH
from single_window.store.tables import batch, batch_member

BATCHES = Records(
    Batch, batch, {"verdict": decoder(dict[str, Any], dict), "reasons": decoder(tuple[Reason, ...], tuple)}
)
_OPEN = text("batch.state = 'open' AND batch.opening <> ''")
"""The condition of the index of openings, in its exact words."""
_ANY_RESERVED = (
    select(batch_member.c.position)
    .where(batch_member.c.sandbox == bindparam("of_sandbox"), batch_member.c.state == "reserved")
    .limit(1)
)
MEMBERS = Records(BatchMember, batch_member, {"draw": decoder(dict[str, Any], dict)})


class StoredBatches:
    """Implements `gateways.customs.batches.repository.BatchRepository`, except for the lists."""

    def __init__(self, connection: Connection, sandbox: str, numbering: Numbering) -> None:
        self._connection, self._sandbox, self._numbering = connection, sandbox, numbering
        self._batches: dict[int, Batch] = {}
        self._loaded_batches: set[int] = set()
        self._loaded_openings: set[str] = set()
        self._changed_batches: dict[int, Batch] = {}
        self._members: dict[tuple[int, int], BatchMember] = {}
        self._changed_members: dict[tuple[int, int], BatchMember] = {}
        self._any_reserved: bool | None = None
        self._loaded_keys: set[str] = set()
        self._by_key: dict[str, dict[tuple[int, int], BatchMember]] = {}

    def lock_batches(self, ids: Collection[int], openings: Collection[str]) -> None:
        """Lock and load batches that are not loaded yet, in the order of their ids."""
        wanted, opened = sorted(set(ids) - self._loaded_batches), sorted(set(openings) - self._loaded_openings - {""})
        if not wanted and not opened:
            return
        in_sandbox = batch.c.sandbox == self._sandbox
        named = or_(
            one_of(self._connection, batch.c.id, wanted),
            and_(in_sandbox, _OPEN, one_of(self._connection, batch.c.opening, opened)),
        )
        statement = (
            BATCHES.select()
            .where(of_sandbox(on_sqlite(self._connection), batch, self._sandbox), named)
            .order_by(batch.c.id)
        )
        if not on_sqlite(self._connection):
            statement = statement.with_for_update()
        for row in self._connection.execute(statement).all():
            record = BATCHES.make(row)
            self._batches.setdefault(record.id, record)
        self._loaded_batches.update(wanted, self._batches)
        self._loaded_openings.update(opened)

    def batches(self, ids: Collection[int]) -> Mapping[int, Batch]:
        """Batches by id; locks them."""
        self.lock_batches(ids, ())
        return {number: self._batches[number] for number in ids if number in self._batches}

    def open_batches(self, openings: Collection[str]) -> Mapping[str, Batch]:
        """Open batches by opening; locks them."""
        self.lock_batches((), openings)
        return {
            record.opening: record
            for record in self._batches.values()
            if record.state == "open" and record.opening in openings
        }

    def put_batch(self, batch: Batch) -> None:
        """Put a new or changed batch."""
        self._batches[batch.id] = self._changed_batches[batch.id] = batch

    def batch_no(self, customs_code: str, flow: str, now: int) -> str:
        """A new batch number: office, day, direction, and a serial number of the sandbox."""
        return f"{customs_code}{stamp14(now)[:8]}{flow}{self._numbering.next_number(self._sandbox, BATCH):06d}"

    def members(self, batch_id: int, start: int, count: int, state: str = "") -> Sequence[BatchMember]:
        """At most `count` members from position `start` on, in order, in one state if given."""
        where = [batch_member.c.batch_id == batch_id, batch_member.c.position >= start]
        if state:
            where.append(batch_member.c.state == state)
        statement = MEMBERS.select().where(*where).order_by(batch_member.c.position).limit(count)
        stored = self._make_members(self._connection.execute(statement).all())
        put = [
            member
            for member in self._changed_members.values()
            if member.batch_id == batch_id and member.position >= start
        ]
        known = {member.position: member for member in (*stored, *put) if state in {"", member.state}}
        return sorted(known.values(), key=lambda member: member.position)[:count]

    def members_of(self, declaration_ids: Collection[int]) -> Sequence[BatchMember]:
        """The members for lists, in all current and former batches."""
        wanted = sorted(set(declaration_ids))
        stored = MEMBERS.load(self._connection, self._sandbox, "declaration_id", wanted)
        put = [member for member in self._changed_members.values() if member.declaration_id in declaration_ids]
        return list({(member.batch_id, member.position): member for member in (*self._cached(stored), *put)}.values())

    def reserved(self, keys: Collection[str]) -> Sequence[BatchMember]:
        """Places reserved for these list keys. Queries once whether the sandbox has any reservation."""
        if self._any_reserved is None:
            first = fetch_first(self._connection, _ANY_RESERVED, {"of_sandbox": self._sandbox})
            self._any_reserved = first is not None
        missing = sorted(set(keys) - self._loaded_keys) if self._any_reserved else []
        if missing:
            self._loaded_keys.update(missing)
            statement = MEMBERS.select().where(
                batch_member.c.sandbox == self._sandbox,
                batch_member.c.state == "reserved",
                one_of(self._connection, batch_member.c.key, missing),
            )
            for member in self._make_members(self._connection.execute(statement).all()):
                self._by_key.setdefault(member.key, {})[member.batch_id, member.position] = member
        return [member for key in keys for member in self._by_key.get(key, {}).values() if member.state == "reserved"]

    def put_member(self, member: BatchMember) -> None:
        """Put a new or changed member."""
        row_key = (member.batch_id, member.position)
        self._members[row_key] = self._changed_members[row_key] = member
        self._by_key.setdefault(member.key, {})[row_key] = member

    def _make_members(self, rows: Iterable[Iterable[Any]]) -> list[BatchMember]:
        return self._cached([MEMBERS.make(row) for row in rows])

    def _cached(self, loaded: Iterable[BatchMember]) -> list[BatchMember]:
        return [self._members.setdefault((member.batch_id, member.position), member) for member in loaded]

    def save_batches(self, connection: Connection) -> None:
        """Write all changes."""
        # existing batches first: a batch that is now declared frees its opening for the next one
        BATCHES.save(connection, self._sandbox, [record for record in self._changed_batches.values() if record.version])
        BATCHES.save(
            connection, self._sandbox, [record for record in self._changed_batches.values() if not record.version]
        )
        MEMBERS.save(connection, self._sandbox, self._changed_members.values())
