"""The state of the summary desk: requests and the progress of their work, which list is claimed by which, the results.

A merchant's lists are claimed, merged and freed by the worker that locks the merchant's place (`places.merchant`), a
meeting of its own: of two requests that race for a list one finds it claimed. A closed list does not change any more.
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
    """One request, all its parts together. Its work continues at `cursor` (and `after`) of `phase`."""

    id: int
    key: str
    """Agent and the agent's own number."""
    place: str
    """Where its parts meet, and under which its receipts and timeline are found."""
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
    """Document and request of each part, in their order."""
    head: dict[str, str] = field(default_factory=dict)
    """The companies as its results name them, by wire name."""
    wishes: dict[str, str] = field(default_factory=dict)
    since: int = 0
    until: int = 0
    """The period that it names; 0: it names lists."""
    phase: str = ""
    cursor: int = 0
    after: int = 0
    lists: int = 0
    """How many lists are claimed for it."""
    left_out: dict[str, int] = field(default_factory=dict)
    """How many lists were not, by the code of the reason."""
    months: dict[str, int] = field(default_factory=dict)
    """How many are of which month (its first day)."""
    declarations: int = 0
    goods_lines: int = 0
    results: int = 0
    """The number of messages (792) with its results."""
    filed_at: int = 0
    accepted_at: int = 0
    done_at: int = 0
    last_return: int = 0
    reasons: tuple[Reason, ...] = ()

    def stamp(self, now: int) -> int:
        """The instant of its results: not before any earlier receipt."""
        self.last_return = max(now, self.last_return)
        return self.last_return


@dataclass(slots=True)
class MadeDeclaration:
    """A declaration made by a summary; `parts` are the messages that report its lists. Weights are scaled."""

    summary_id: int
    number: int
    month: str
    head: dict[str, str]
    lines: list[list[Any]]
    """Each as `MergedLine`."""
    gross: int
    net: int
    parts: int
    sources: int
    """How many lines of lists it sums up."""
    decl_seq_no: str = ""
    entry_id: str = ""


class SummaryPartLine(NamedTuple):
    """A line of a list in a declaration, as a result reports it."""

    invt_no: str
    logistics_no: str
    gseqno: int
    gnum: int


class SummaryPart(NamedTuple):
    """The content of one result message: lines of lists that stand in a declaration."""

    summary_id: int
    position: int
    number: int
    msg_seq_no: int
    lines: Sequence[SummaryPartLine]


Place: TypeAlias = "tuple[int, list[tuple[int, int, int]]]"
"""A list and where its lines stand, each (declaration, gseqno, gnum)."""


@dataclass(slots=True)
class MonthToSummarise:
    """A merchant's closed lists of a month (its first day), which shall be summarised before `due`."""

    ebc_code: str
    month: str
    last_day: str
    due: int
    provisional: bool = False
    overdue_at: int = 0
    """When its deadline passed with lists that were not summarised; 0: it has not."""
    waiting: int = 0
    """How many those were."""


class CandidateList(NamedTuple):
    """A list that a request may mean. `claimed`: the request that has it already, 0: none."""

    id: int
    candidate: SummaryCandidate
    closed_at: int
    claimed: int


class Claimed(NamedTuple):
    """A list that is claimed, with its facts as packed."""

    id: int
    invt_no: str
    packed: bytes


class MergeTotals(NamedTuple):
    """The totals of a merge, besides what was put: numbers of declarations, their lines, messages; dated values."""

    declarations: int
    goods_lines: int
    results: int
    parameters: tuple[str, ...]


class SummaryRepository(CustomsRepository, Protocol):
    """Customs' repository with the summaries in it. All queries are in bulk."""

    def summaries(self, ids: Collection[int]) -> Mapping[int, Summary]:
        """Requests by id."""

    def summaries_by_key(self, keys: Collection[str]) -> Mapping[str, Summary]:
        """Requests by key."""

    def summaries_at(self, ebc_code: str, phases: Collection[str]) -> Sequence[Summary]:
        """Requests of a merchant whose work is in one of these phases, by id."""

    def put_summary(self, summary: Summary) -> None:
        """Keep a new or changed request."""

    def closed_lists(self, ebc_code: str, since: int, until: int, after: int, most: int) -> Sequence[CandidateList]:
        """Export lists of a merchant closed in a period, by instant and id; from `since`, of that instant only those
        whose id is higher than `after`."""

    def named_lists(self, numbers: Collection[str]) -> Mapping[str, CandidateList]:
        """Export lists by their numbers."""

    def claim(self, summary_id: int, lists: Sequence[tuple[int, str]]) -> None:
        """Keep lists, each with its month, as claimed by a request."""

    def claimed(self, summary_id: int, after: int, most: int) -> Sequence[int]:
        """Lists that a request has claimed, by id, at most so many after one."""

    def free(self, lists: Sequence[int]) -> None:
        """Let go of lists that were claimed."""

    def facts_of(self, summary_id: int, month: str) -> Iterator[Claimed]:
        """The lists of a month that a request has claimed, by id; read bit by bit."""

    def put_shares(self, shares: Iterable[SummaryPart]) -> int:
        """Keep the results of a summary that are still to be sent; gives how many messages that is."""

    def put_places(self, summary_id: int, month: str, places: Iterable[Place]) -> None:
        """Keep where the lines of a month's lists stand, in the order of their ids."""

    def made(self, summary_id: int, numbers: Collection[int]) -> Mapping[int, MadeDeclaration]:
        """Declarations of a summary by number."""

    def put_made(self, made: MadeDeclaration) -> None:
        """Keep a changed declaration."""

    def remember(self, summary: Summary, outcome: MergeTotals) -> None:
        """Keep a merge with all that was put of it, in case the batch has to be taken again."""

    def recall(self, summary: Summary) -> MergeTotals | None:
        """Put again what was put of the merge of a request as it stands, where that is still known."""

    def shares(self, summary_id: int, start: int, most: int) -> Sequence[SummaryPart]:
        """The results still to be sent, from a position on."""

    def drop_share(self, share: SummaryPart) -> None:
        """It was sent."""

    def months(self, wanted: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], MonthToSummarise]:
        """Months by merchant and first day."""

    def put_month(self, month: MonthToSummarise) -> None:
        """Keep a new or changed month."""

    def waiting(self, ebc_code: str, modes: Sequence[str], counted: Sequence[str], since: int, until: int) -> int:
        """The number of lists of a merchant closed in a period, of these modes and not counted only, that are in no
        summary."""

    def sum_no(self, customs_code: str, year: int) -> str:
        """A new number of a summary (sumNo)."""

    def entry_nos(self, customs_code: str, year: int) -> tuple[str, str]:
        """New numbers of a declaration (declSeqNo, entryId)."""


SummaryDesk: TypeAlias = Desk[SummaryRepository]
