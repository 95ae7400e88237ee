"""Closed export lists 清单 and the summary requests 汇总申请 that claimed them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, and_, delete, exists, func, not_, select, tuple_
from sqlalchemy import text as sql

from declarations.calendar import day_of
from declarations.summary.eligibility import SummaryCandidate
from gateways.customs.export.returned import COUNTED_STATES
from gateways.customs.summaries.repository import CandidateList, Claimed, Summary
from single_window.store.bulk import insert_rows, one_of
from single_window.store.tables import declaration, document, request, summary, summary_member

LISTS_PER_QUERY = 5_000
"""Lists whose document contents are read per query."""
_CLOSED_EXPORT = sql("declaration.flow = 'E' AND declaration.closed_at > 0")
"""The condition of the index of closed exports, in its exact words."""


def _lists() -> Select[Any]:
    """Select export lists, each with the summary request that claimed it."""
    columns = [
        declaration.c[name]
        for name in ("id", "invt_no", "ebc_code", "state", "trade_mode", "statistics_flag", "closed_at")
    ]
    return (
        select(*columns, summary.c.id.label("summary_id"), summary.c.sum_no, summary.c.cop_no.label("claimant"))
        .outerjoin(summary_member, summary_member.c.declaration_id == declaration.c.id)
        .outerjoin(summary, summary.c.id == summary_member.c.summary_id)
    )


class StoredSummaryClaims(ABC):
    """Closed lists of one sandbox, and claims on them, for one batch of deliveries."""

    def __init__(self, connection: Connection, sandbox: str) -> None:
        self._connection, self._sandbox = connection, sandbox
        self._claims: dict[int, tuple[int, str]] = {}
        self._freed: list[int] = []

    @abstractmethod
    def summaries(self, ids: Collection[int]) -> Mapping[int, Summary]:
        """Summary requests by id."""

    def closed_lists(self, ebc_code: str, since: int, until: int, after: int, limit: int) -> Sequence[CandidateList]:
        """Export lists of a merchant closed in [since, until), ordered by (instant, id), after (since, `after`)."""
        return self._load_lists(
            _lists()
            .where(
                _CLOSED_EXPORT,
                declaration.c.sandbox == self._sandbox,
                declaration.c.ebc_code == ebc_code,
                declaration.c.closed_at < until,
                tuple_(declaration.c.closed_at, declaration.c.id) > tuple_(since, after),
            )
            .order_by(declaration.c.closed_at, declaration.c.id)
            .limit(limit)
        )

    def named_lists(self, numbers: Collection[str]) -> Mapping[str, CandidateList]:
        """Export lists by list number."""
        lists = self._load_lists(
            _lists().where(
                declaration.c.sandbox == self._sandbox,
                declaration.c.flow == "E",
                one_of(self._connection, declaration.c.invt_no, [number for number in numbers if number]),
            )
        )
        return {listed.candidate.invt_no: listed for listed in lists}

    def _load_lists(self, statement: Select[Any]) -> list[CandidateList]:
        rows = self._connection.execute(statement).all()
        returned = self._returned([row[0] for row in rows])
        lists = []
        for number, invt_no, ebc_code, state, mode, flag, closed_at, claimed, sum_no, claimant in rows:
            if claimed is None and number in self._claims:  # claimed earlier in this batch of deliveries
                claimed = self._claims[number][0]
                claimer = self.summaries([claimed])[claimed]
                sum_no, claimant = claimer.sum_no, claimer.cop_no
            candidate = SummaryCandidate(
                invt_no=invt_no,
                ebc_code=ebc_code,
                state=state,
                trade_mode=mode,
                statistics_flag=flag,
                closed_on=day_of(closed_at) if closed_at else None,
                returned=number in returned,
                sum_no=(sum_no or claimant) if claimed else "",
            )
            lists.append(CandidateList(number, candidate, closed_at, claimed or 0))
        return lists

    def _returned(self, ids: Sequence[int]) -> set[int]:
        if not ids:
            return set()
        return set(
            self._connection.execute(
                select(request.c.declaration_id).where(
                    _admitted_return(), one_of(self._connection, request.c.declaration_id, ids)
                )
            ).scalars()
        )

    def claim(self, summary_id: int, lists: Sequence[tuple[int, str]]) -> None:
        """Claim lists for a request; `lists`: (list id, month)."""
        self._claims.update({number: (summary_id, month) for number, month in lists})

    def claimed(self, summary_id: int, after: int, limit: int) -> Sequence[int]:
        """Ids of lists that a request has claimed, ascending, after an id."""
        return list(
            self._connection.execute(
                select(summary_member.c.declaration_id)
                .where(summary_member.c.summary_id == summary_id, summary_member.c.declaration_id > after)
                .order_by(summary_member.c.declaration_id)
                .limit(limit)
            ).scalars()
        )

    def free(self, lists: Sequence[int]) -> None:
        """Release claimed lists."""
        self._freed += lists

    def facts_of(self, summary_id: int, month: str) -> Iterator[Claimed]:
        """The lists of a month that a request has claimed, by id, in several queries."""
        statement = (
            select(summary_member.c.declaration_id)
            .where(summary_member.c.summary_id == summary_id, summary_member.c.month == month)
            .order_by(summary_member.c.declaration_id)
            .limit(LISTS_PER_QUERY)
        )
        last = 0
        while ids := self._connection.execute(statement.where(summary_member.c.declaration_id > last)).scalars().all():
            yield from self._with_facts(ids)
            last = ids[-1]

    def _with_facts(self, ids: Sequence[int]) -> Iterator[Claimed]:
        """Lists with the contents of their documents. Two queries by key, because a planner without statistics on new
        rows would scan the tables for a join."""
        columns = [declaration.c[name] for name in ("id", "invt_no", "document_id")]
        lists = self._connection.execute(select(*columns).where(one_of(self._connection, declaration.c.id, ids))).all()
        packed = self._connection.execute(
            select(document.c.id, document.c.facts).where(
                one_of(self._connection, document.c.id, [row.document_id for row in lists])
            )
        ).all()
        facts = {number: body for number, body in packed}
        for number, invt_no, document_id in sorted(map(tuple, lists)):
            yield Claimed(number, invt_no, facts[document_id])

    def waiting(self, ebc_code: str, modes: Sequence[str], counted: Sequence[str], since: int, until: int) -> int:
        """The number of lists of a merchant that were closed in the period, have one of these modes and are in no
        summary. `counted`: statistics flags of lists that are never summarised."""
        return int(
            self._connection.execute(
                select(func.count())
                .select_from(declaration)
                .where(waits(self._sandbox, modes, counted, since, until), declaration.c.ebc_code == ebc_code)
            ).scalar()
            or 0
        )

    def save_claims(self, connection: Connection) -> None:
        """Write claims and releases."""
        insert_rows(
            connection,
            summary_member,
            ("declaration_id", "sandbox", "summary_id", "month"),
            [(number, self._sandbox, *claim) for number, claim in sorted(self._claims.items())],
        )
        if self._freed:
            connection.execute(
                delete(summary_member).where(one_of(connection, summary_member.c.declaration_id, self._freed))
            )


def _admitted_return() -> Any:
    return and_(request.c.kind == "export_refund", request.c.state.in_(sorted(COUNTED_STATES)))


def waits(sandbox: str, modes: Iterable[str], counted: Iterable[str], since: int, until: int) -> Any:
    """The condition that a list closed in the period needs a summary and has none; parameters as for `waiting`."""
    conditions: list[Any] = [
        _CLOSED_EXPORT,
        declaration.c.sandbox == sandbox,
        declaration.c.closed_at >= since,
        declaration.c.closed_at < until,
        declaration.c.state == "closed",
        declaration.c.trade_mode.in_(list(modes)),
        not_(declaration.c.statistics_flag.in_(list(counted))),
        not_(exists().where(summary_member.c.declaration_id == declaration.c.id)),
        not_(exists().where(request.c.declaration_id == declaration.c.id, _admitted_return())),
    ]
    return and_(*conditions)
