"""Summaries 汇总 in the database, for one batch of deliveries in one sandbox: requests, claims, declarations, and parts
to be sent."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, select

from declarations.reasons import Reason
from gateways.customs.summaries.repository import (
    MadeDeclaration,
    MergeTotals,
    MonthToSummarise,
    Place,
    Sheet,
    Summary,
    SummaryPart,
    SummaryPartLine,
)
from single_window.store.bulk import chunks, encode, insert_rows, one_of
from single_window.store.gateways.customs.claims import StoredSummaryClaims
from single_window.store.numbering import Numbering
from single_window.store.records import Records, decoder
from single_window.store.series import ENTRY, SUMMARY
from single_window.store.tables import summary, summary_declaration, summary_month, summary_part, summary_place

SUMMARIES = Records(
    Summary,
    summary,
    {
        "papers": decoder(list[Sheet], list),
        "head": decoder(dict[str, str], dict),
        "wishes": decoder(dict[str, str], dict),
        "left_out": decoder(dict[str, int], dict),
        "months": decoder(dict[str, int], dict),
        "reasons": decoder(tuple[Reason, ...], tuple),
    },
)
MADE = Records(
    MadeDeclaration, summary_declaration, {"head": decoder(dict[str, str], dict), "lines": decoder(list[Any], list)}
)
MONTHS = Records(MonthToSummarise, summary_month)
PLACES_PER_ROW = 2_000
"""Number of lists whose places are stored in one row."""
_lines = decoder(list[SummaryPartLine], list)


class _CachedMerge(NamedTuple):
    """The cached result of a merge: its totals, and the rows to write."""

    outcome: MergeTotals
    made: dict[tuple[int, int], MadeDeclaration]
    shares: list[tuple[Any, ...]]
    places: list[tuple[Any, ...]]


_merged: dict[tuple[str, str, int, int], _CachedMerge] = {}
"""The last merge of this process, until its parts are sent. After a conflict a batch is retried under the write lock,
which must not be held while half a million lists are merged again. Key: (database, sandbox, summary id, version)."""


class StoredSummaries(StoredSummaryClaims):
    """Implements `gateways.customs.summaries.repository.SummaryRepository`, except for lists and documents."""

    def __init__(self, connection: Connection, sandbox: str, numbering: Numbering) -> None:
        StoredSummaryClaims.__init__(self, connection, sandbox)
        self._numbering = numbering
        self._summaries: dict[int, Summary] = {}
        self._changed_summaries: dict[int, Summary] = {}
        self._made: dict[tuple[int, int], MadeDeclaration] = {}
        self._changed_made: dict[tuple[int, int], MadeDeclaration] = {}
        self._new_shares: list[tuple[Any, ...]] = []
        self._sent_shares: list[SummaryPart] = []
        self._new_places: list[tuple[Any, ...]] = []
        self._months: dict[tuple[str, str], MonthToSummarise] = {}
        self._changed_months: dict[tuple[str, str], MonthToSummarise] = {}

    # requests

    def summaries(self, ids: Collection[int]) -> Mapping[int, Summary]:
        """Summary requests by id."""
        self._keep_summaries("id", [number for number in ids if number not in self._summaries])
        return {number: self._summaries[number] for number in ids if number in self._summaries}

    def summaries_by_key(self, keys: Collection[str]) -> Mapping[str, Summary]:
        """Summary requests by key."""
        self._keep_summaries("key", list(keys))
        return {record.key: record for record in self._summaries.values() if record.key in keys}

    def _keep_summaries(self, column: str, values: Sequence[Any]) -> None:
        for record in SUMMARIES.load(self._connection, self._sandbox, column, values):
            self._summaries.setdefault(record.id, record)

    def summaries_at(self, ebc_code: str, phases: Collection[str]) -> Sequence[Summary]:
        """Requests of a merchant in one of these phases, by id."""
        rows = self._connection.execute(
            SUMMARIES.select().where(
                summary.c.sandbox == self._sandbox, summary.c.ebc_code == ebc_code, summary.c.phase.in_(sorted(phases))
            )
        )
        for row in rows.all():
            record = SUMMARIES.make(row)
            self._summaries.setdefault(record.id, record)
        return sorted(
            [record for record in self._summaries.values() if record.ebc_code == ebc_code and record.phase in phases],
            key=lambda record: record.id,
        )

    def put_summary(self, summary: Summary) -> None:
        """Put a new or changed request."""
        self._summaries[summary.id] = self._changed_summaries[summary.id] = summary

    # results of a merge

    def put_result_parts(self, shares: Iterable[SummaryPart]) -> int:
        """Put the parts of a summary that must be sent, one message each; returns their number."""
        before = len(self._new_shares)
        self._new_shares += [(self._sandbox, *share[:-1], encode(share.lines).decode()) for share in shares]
        return len(self._new_shares) - before

    def put_places(self, summary_id: int, month: str, places: Iterable[Place]) -> None:
        """Put the places of the lines of a month's lists, in the order of the lists' ids."""
        self._new_places += [
            (self._sandbox, summary_id, month, part[0][0], encode(part).decode())
            for part in chunks(places, PLACES_PER_ROW)
        ]

    def made(self, summary_id: int, numbers: Collection[int]) -> Mapping[int, MadeDeclaration]:
        """Declarations of a summary by number."""
        missing = sorted({number for number in numbers if (summary_id, number) not in self._made})
        if missing:
            statement = MADE.select().where(
                summary_declaration.c.summary_id == summary_id,
                one_of(self._connection, summary_declaration.c.number, missing),
            )
            for row in self._connection.execute(statement).all():
                declared = MADE.make(row)
                self._made[summary_id, declared.number] = declared
        return {number: self._made[summary_id, number] for number in numbers}

    def put_made(self, made: MadeDeclaration) -> None:
        """Put a new or changed declaration."""
        key = (made.summary_id, made.number)
        self._made[key] = self._changed_made[key] = made

    def remember(self, summary: Summary, outcome: MergeTotals) -> None:
        """Cache a merge with its rows, in case the batch is retried."""
        _merged.clear()
        _merged[self._merge_key(summary)] = _CachedMerge(
            outcome, self._changed_made, self._new_shares, self._new_places
        )

    def recall(self, summary: Summary) -> MergeTotals | None:
        """Put the rows of a cached merge of this version of a request again; None: it is not cached."""
        cached = _merged.pop(self._merge_key(summary), None)
        if cached is None:
            return None
        for made in cached.made.values():
            self.put_made(made)
        self._new_shares += cached.shares
        self._new_places += cached.places
        self.remember(summary, cached.outcome)
        return cached.outcome

    def _merge_key(self, summary: Summary) -> tuple[str, str, int, int]:
        return str(self._connection.engine.url), self._sandbox, summary.id, summary.version

    def shares(self, summary_id: int, start: int, limit: int) -> Sequence[SummaryPart]:
        """Unsent parts from a position on."""
        _merged.clear()
        rows = self._connection.execute(
            select(*[summary_part.c[name] for name in SummaryPart._fields])
            .where(summary_part.c.summary_id == summary_id, summary_part.c.position >= start)
            .order_by(summary_part.c.position)
            .limit(limit)
        ).all()
        return [SummaryPart._make((*row[:-1], _lines(row[-1]))) for row in rows]

    def delete_result_part(self, share: SummaryPart) -> None:
        """Delete a sent part."""
        self._sent_shares.append(share)

    # months

    def months(self, wanted: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], MonthToSummarise]:
        """Months by (merchant, first day)."""
        missing = {ebc_code for ebc_code, month in wanted if (ebc_code, month) not in self._months}
        for month in MONTHS.load(self._connection, self._sandbox, "ebc_code", sorted(missing)):
            self._months.setdefault((month.ebc_code, month.month), month)
        return {place: self._months[place] for place in wanted if place in self._months}

    def put_month(self, month: MonthToSummarise) -> None:
        """Put a new or changed month."""
        key = (month.ebc_code, month.month)
        self._months[key] = self._changed_months[key] = month

    # numbers

    def sum_no(self, customs_code: str, year: int) -> str:
        """A new summary number: office, year, S, and a serial number of the sandbox."""
        return f"{customs_code}{year}S{self._numbering.next_number(self._sandbox, SUMMARY):09d}"

    def entry_nos(self, customs_code: str, year: int) -> tuple[str, str]:
        """A new declSeqNo (E, year, serial number) and entryId (office, year, 0 for exports, serial number)."""
        serial = self._numbering.next_number(self._sandbox, ENTRY)
        return f"E{year}{serial:013d}", f"{customs_code}{year}0{serial:09d}"

    def save_summaries(self, connection: Connection) -> None:
        """Write all changes."""
        SUMMARIES.save(connection, self._sandbox, self._changed_summaries.values())
        self.save_claims(connection)
        MADE.save(connection, self._sandbox, self._changed_made.values())
        insert_rows(connection, summary_part, ("sandbox", *SummaryPart._fields), self._new_shares)
        insert_rows(connection, summary_place, ("sandbox", "summary_id", "month", "first", "lists"), self._new_places)
        for share in self._sent_shares:
            connection.execute(
                delete(summary_part).where(
                    summary_part.c.summary_id == share.summary_id, summary_part.c.position == share.position
                )
            )
        MONTHS.save(connection, self._sandbox, self._changed_months.values())
