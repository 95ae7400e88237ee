"""Fakes of what customs' desks of batches and summaries keep besides declarations."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import count
from typing import Any

from declarations.calendar import day_of
from declarations.documents import ExportInventory, pack
from declarations.summary.eligibility import SummaryCandidate
from gateways.customs.batches.batch_place import BatchMember
from gateways.customs.batches.repository import Batch
from gateways.customs.repository import Declaration
from gateways.customs.summaries.repository import (
    CandidateList,
    Claimed,
    MadeDeclaration,
    MergeTotals,
    MonthToSummarise,
    Place,
    Summary,
    SummaryPart,
)
from gateways.records import FiledDocument
from tests.gateways.desks import by_id


class FakeBatches:
    """Batches and their members in memory."""

    rows: dict[int, Declaration]

    def __init__(self) -> None:
        self.opened: dict[int, Batch] = {}
        self.places: list[BatchMember] = []
        self._batches = count(1)

    def lock_batches(self, ids: Collection[int], openings: Collection[str]) -> None:
        """Nobody else is there."""

    def batches(self, ids: Collection[int]) -> dict[int, Batch]:
        return by_id(self.opened, ids)

    def open_batches(self, openings: Collection[str]) -> dict[str, Batch]:
        return {row.opening: row for row in self.opened.values() if row.state == "open" and row.opening in openings}

    def put_batch(self, batch: Batch) -> None:
        self.opened[batch.id] = batch

    def batch_no(self, customs_code: str, flow: str, now: int) -> str:
        return f"{customs_code}{flow}B{next(self._batches)}"

    def members(self, batch_id: int, start: int, count: int, state: str = "") -> list[BatchMember]:
        mine = [row for row in self.places if row.batch_id == batch_id and row.position >= start]
        return [row for row in mine if not state or row.state == state][:count]

    def members_of(self, declaration_ids: Collection[int]) -> list[BatchMember]:
        return [row for row in self.places if row.declaration_id in declaration_ids]

    def put_member(self, member: BatchMember) -> None:
        if all(row is not member for row in self.places):
            self.places.append(member)

    def reserved(self, keys: Collection[str]) -> list[BatchMember]:
        return [row for row in self.places if row.state == "reserved" and row.key in keys]

    def named(self, numbers: Collection[str]) -> dict[str, list[Declaration]]:
        rows = self.rows.values()
        return {
            number: found
            for number in numbers
            if (found := [row for row in rows if number in {row.invt_no, row.order_no, row.key}])
        }


class FakeSummaries:
    """Summary requests, what they claim and what they make, in memory."""

    rows: dict[int, Declaration]
    filed: dict[int, FiledDocument]

    def __init__(self) -> None:
        self.summed: dict[int, Summary] = {}
        self.claims: dict[int, tuple[int, str]] = {}
        self.declared: dict[int, MadeDeclaration] = {}
        self.parts: list[SummaryPart] = []
        self.kept_months: dict[tuple[str, str], MonthToSummarise] = {}
        self._sums = count(1)

    def summaries(self, ids: Collection[int]) -> dict[int, Summary]:
        return by_id(self.summed, ids)

    def summaries_by_key(self, keys: Collection[str]) -> dict[str, Summary]:
        return {row.key: row for row in self.summed.values() if row.key in keys}

    def summaries_at(self, ebc_code: str, phases: Collection[str]) -> list[Summary]:
        return [row for row in self.summed.values() if row.phase in phases]

    def put_summary(self, summary: Summary) -> None:
        self.summed[summary.id] = summary

    def closed_lists(self, ebc_code: str, since: int, until: int, after: int, limit: int) -> list[CandidateList]:
        lists = [self._candidate(row) for row in self.rows.values() if row.flow == "E"]
        return [row for row in lists if since <= row.closed_at < until][:limit]

    def named_lists(self, numbers: Collection[str]) -> dict[str, CandidateList]:
        return {row.invt_no: self._candidate(row) for row in self.rows.values() if row.invt_no in numbers}

    def _candidate(self, row: Declaration) -> CandidateList:
        claimed = self.claims.get(row.id, (0, ""))[0]
        candidate = SummaryCandidate(
            row.invt_no,
            row.ebc_code,
            row.state,
            row.trade_mode,
            row.statistics_flag,
            day_of(row.closed_at) if row.closed_at else None,
            False,
            str(claimed or ""),
        )
        return CandidateList(row.id, candidate, row.closed_at, claimed)

    def claim(self, summary_id: int, lists: Sequence[tuple[int, str]]) -> None:
        self.claims |= {number: (summary_id, month) for number, month in lists}

    def claimed(self, summary_id: int, after: int, limit: int) -> list[int]:
        mine = sorted(number for number, (summary, _) in self.claims.items() if summary == summary_id)
        return [number for number in mine if number > after][:limit]

    def free(self, lists: Sequence[int]) -> None:
        for number in lists:
            del self.claims[number]

    def facts_of(self, summary_id: int, month: str) -> Iterator[Claimed]:
        for number, claim in sorted(self.claims.items()):
            if claim == (summary_id, month):
                facts: ExportInventory = self.filed[self.rows[number].document_id].facts
                yield Claimed(number, self.rows[number].invt_no, pack(facts))

    def put_result_parts(self, shares: Iterable[SummaryPart]) -> int:
        new = list(shares)
        self.parts += new
        return len(new)

    def put_places(self, summary_id: int, month: str, places: Iterable[Place]) -> None:
        """Where the lines stand is read by people only."""
        list(places)

    def made(self, summary_id: int, numbers: Collection[int]) -> dict[int, MadeDeclaration]:
        return by_id(self.declared, numbers)

    def put_made(self, made: MadeDeclaration) -> None:
        self.declared[made.number] = made

    def remember(self, summary: Summary, outcome: MergeTotals) -> None:
        """A batch is handled once."""

    def recall(self, summary: Summary) -> None:
        return None

    def shares(self, summary_id: int, start: int, limit: int) -> list[SummaryPart]:
        return [part for part in self.parts if part.summary_id == summary_id and part.position >= start][:limit]

    def delete_result_part(self, share: SummaryPart) -> None:
        self.parts.remove(share)

    def months(self, wanted: Collection[tuple[str, str]]) -> dict[tuple[str, str], MonthToSummarise]:
        return by_id(self.kept_months, wanted)

    def put_month(self, month: MonthToSummarise) -> None:
        self.kept_months[month.ebc_code, month.month] = month

    def waiting(self, ebc_code: str, modes: Sequence[str], counted: Sequence[str], since: int, until: int) -> int:
        lists: list[Any] = [row for row in self.rows.values() if row.flow == "E" and row.id not in self.claims]
        return len([row for row in lists if row.state == "closed" and since <= row.closed_at < until])

    def sum_no(self, customs_code: str, year: int) -> str:
        return f"{customs_code}{year}S{next(self._sums):09}"

    def entry_nos(self, customs_code: str, year: int) -> tuple[str, str]:
        number = next(self._sums)
        return f"E{year}{number:013}", f"{customs_code}{year}0{number:09}"
