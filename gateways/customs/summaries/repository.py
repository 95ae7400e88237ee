"""The rows of the summary desk: requests with the progress of their work, claims of lists, results.

Claims are guarded by the lock on the merchant's meeting (`closed_lists.merchant`): of two concurrent requests for a
list the second finds it claimed. The lists themselves are closed and need no lock.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol, TypeAlias

from declarations.reasons import Reason
from declarations.summary.eligibility import SummaryCandidate
from gateways.customs.repository import CustomsRepository
from gateways.desk import Desk


class Sheet(NamedTuple):
    """One part of a summary request."""

    document_id: int
    request_id: int


@dataclass(slots=True)
class Summary:
    """One request, with all its parts. Its work continues at `cursor` and `after` of `phase` (see `topics`)."""

    id: int
    key: str
    """Agent|the agent's own number."""
    place: str
    """The meeting of its parts, also the order number of its receipts and timeline."""
    customs_code: str
    agent_code: str
    ebc_code: str
    cop_no: str
    state: str
    mailboxes: str
    version: int = 0
    """0: not yet stored."""
    sum_no: str = ""
    papers: list[Sheet] = field(default_factory=list)
    """The parts, in their order."""
    head: dict[str, str] = field(default_factory=dict)
    """The companies stated in its results, by wire name."""
    wishes: dict[str, str] = field(default_factory=dict)
    since: int = 0
    until: int = 0
    """The requested period, as instants; 0 if the request names lists."""
    phase: str = ""
    cursor: int = 0
    after: int = 0
    lists: int = 0
    """Number of lists claimed for it."""
    left_out: dict[str, int] = field(default_factory=dict)
    """Number of lists left out, by the code of the reason."""
    months: dict[str, int] = field(default_factory=dict)
    """Number of claimed lists by month (its first day)."""
    declarations: int = 0
    goods_lines: int = 0
    results: int = 0
    """Number of messages (792) with its results."""
    filed_at: int = 0
    accepted_at: int = 0
    done_at: int = 0
    last_return: int = 0
    reasons: tuple[Reason, ...] = ()

    def stamp(self, now: int) -> int:
        """Return the time of its next result, not earlier than any earlier receipt."""
        self.last_return = max(now, self.last_return)
        return self.last_return


@dataclass(slots=True)
class MadeDeclaration:
    """A declaration made by a summary; `parts` is the number of its result messages. Weights are scaled."""

    summary_id: int
    number: int
    month: str
    head: dict[str, str]
    lines: list[list[Any]]
    """The fields of `MergedLine` for each line."""
    gross: int
    net: int
    parts: int
    sources: int
    """Number of lines of lists that it sums up."""
    decl_seq_no: str = ""
    entry_id: str = ""


class SummaryPartLine(NamedTuple):
    """A list's line (`gnum`) and its line in the declaration (`gseqno`), as in a result message."""

    invt_no: str
    logistics_no: str
    gseqno: int
    gnum: int


class SummaryPart(NamedTuple):
    """The content of one result message: some source lines of the declaration `number`."""

    summary_id: int
    position: int
    number: int
    msg_seq_no: int
    lines: Sequence[SummaryPartLine]


Place: TypeAlias = "tuple[int, list[tuple[int, int, int]]]"
"""A list's id and the positions of its lines, each (declaration number, gseqno, gnum)."""


@dataclass(slots=True)
class MonthToSummarise:
    """A merchant's closed lists of a month (its first day), to be summarised before `due`."""

    ebc_code: str
    month: str
    last_day: str
    due: int
    provisional: bool = False
    overdue_at: int = 0
    """The instant at which its deadline passed with lists left; 0 if it has not."""
    waiting: int = 0
    """Number of lists left at that instant."""


class CandidateList(NamedTuple):
    """A list to check. `claimed`: id of the request that has claimed it, 0: none."""

    id: int
    candidate: SummaryCandidate
    closed_at: int
    claimed: int


class Claimed(NamedTuple):
    """A claimed list, with its facts in packed form."""

    id: int
    invt_no: str
    packed: bytes


class MergeTotals(NamedTuple):
    """The counts of a merge: declarations, their lines, result messages; and the ids of the dated values applied."""

    declarations: int
    goods_lines: int
    results: int
    parameters: tuple[str, ...]


class SummaryRepository(CustomsRepository, Protocol):
    """Customs' repository extended by summaries. All queries are in bulk."""

    def summaries(self, ids: Collection[int]) -> Mapping[int, Summary]:
        """Requests by id."""

    def summaries_by_key(self, keys: Collection[str]) -> Mapping[str, Summary]:
        """Requests by key."""

    def summaries_at(self, ebc_code: str, phases: Collection[str]) -> Sequence[Summary]:
        """Requests of a merchant whose work is in one of these phases, in the order of ids."""

    def put_summary(self, summary: Summary) -> None:
        """Store a new or changed request."""

    def closed_lists(self, ebc_code: str, since: int, until: int, after: int, limit: int) -> Sequence[CandidateList]:
        """Export lists of a merchant closed from `since` to `until`, ordered by instant and id; of the instant `since`
        only those with an id above `after`."""

    def named_lists(self, given_numbers: Collection[str]) -> Mapping[str, CandidateList]:
        """Export lists by list number."""

    def claim(self, summary_id: int, lists: Sequence[tuple[int, str]]) -> None:
        """Claim lists, given as (id, month), for a request."""

    def claimed(self, summary_id: int, after: int, limit: int) -> Sequence[int]:
        """Ids of the lists that a request has claimed, in order, above `after`, at most `limit`."""

    def free(self, lists: Sequence[int]) -> None:
        """Remove the claims on lists."""

    def facts_of(self, summary_id: int, month: str) -> Iterator[Claimed]:
        """Stream the lists of a month that a request has claimed, in the order of ids."""

    def put_result_parts(self, shares: Iterable[SummaryPart]) -> int:
        """Store the results of a summary that are to be sent; return the number of messages."""

    def put_places(self, summary_id: int, month: str, places: Iterable[Place]) -> None:
        """Store the positions of lines of a month's lists, in the order of list ids."""

    def made(self, summary_id: int, numbers: Collection[int]) -> Mapping[int, MadeDeclaration]:
        """Declarations of a summary by number."""

    def put_made(self, made: MadeDeclaration) -> None:
        """Store a new or changed declaration."""

    def remember(self, summary: Summary, outcome: MergeTotals) -> None:
        """Remember the result of a merge and all rows stored for it, in case the batch is retried."""

    def recall(self, summary: Summary) -> MergeTotals | None:
        """Store the remembered rows of a merge again and return its result; None if it is not remembered."""

    def shares(self, summary_id: int, start: int, limit: int) -> Sequence[SummaryPart]:
        """The results to be sent, at most `limit` from position `start` on."""

    def delete_result_part(self, share: SummaryPart) -> None:
        """Delete a result that was sent."""

    def months(self, wanted: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], MonthToSummarise]:
        """Months by merchant and first day."""

    def put_month(self, month: MonthToSummarise) -> None:
        """Store a new or changed month."""

    def waiting(self, ebc_code: str, modes: Sequence[str], counted: Sequence[str], since: int, until: int) -> int:
        """Count the lists of a merchant closed in a period that are in no summary; only lists of these modes, without
        those whose statistics flag is in `counted`."""

    def sum_no(self, customs_code: str, year: int) -> str:
        """Return a new summary number (sumNo)."""

    def entry_nos(self, customs_code: str, year: int) -> tuple[str, str]:
        """Return new numbers of a declaration (declSeqNo, entryId)."""


SummaryDesk: TypeAlias = Desk[SummaryRepository]
