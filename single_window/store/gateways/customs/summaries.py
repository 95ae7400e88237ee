"""Summaries, as a batch of deliveries sees them in one sandbox: requests, claims, declarations, what is to be told."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, and_, delete, exists, func, not_, select, tuple_
from sqlalchemy import text as sql

from declarations.calendar import day_of
from declarations.reasons import Reason
from declarations.summary.eligibility import Candidate
from gateways.customs.export.returned import COUNTED
from gateways.customs.summaries.memory import Claimed, Found, Made, Month, Place, Share, ShareLine, Summary
from single_window.numbering import Numbering
from single_window.store.bulk import chunks, encode, insert_rows, one_of
from single_window.store.records import Records, decoder
from single_window.store.tables import (
    declaration,
    document,
    request,
    summary,
    summary_declaration,
    summary_member,
    summary_month,
    summary_part,
    summary_place,
)

SUMMARIES = Records(Summary, summary, {
    "papers": decoder(list[list[int]], list), "head": decoder(dict[str, str], dict),
    "wishes": decoder(dict[str, str], dict), "left_out": decoder(dict[str, int], dict),
    "months": decoder(dict[str, int], dict), "reasons": decoder(tuple[Reason, ...], tuple)})
MADE = Records(Made, summary_declaration, {"head": decoder(dict[str, str], dict), "lines": decoder(list[Any], list)})
MONTHS = Records(Month, summary_month)
PIECE = 5_000
"""Lists whose facts are read at once."""
_CLOSED_EXPORT = sql("declaration.flow = 'E' AND declaration.closed_at > 0")
"""In these words, so that the index of closed exports is used."""
PLACES = 2_000
"""Lists whose places are kept in one row."""
_SHARE = ("summary_id", "position", "number", "msg_seq_no", "lines")
_lines = decoder(list[ShareLine], list)


def _lists() -> Select[Any]:
    """Export lists with whoever has claimed them."""
    columns = [declaration.c[name] for name in ("id", "invt_no", "ebc_code", "state", "trade_mode", "statistics_flag",
                                                "closed_at")]
    return (select(*columns, summary.c.id.label("summary_id"), summary.c.sum_no, summary.c.cop_no.label("claimant"))
            .outerjoin(summary_member, summary_member.c.declaration_id == declaration.c.id)
            .outerjoin(summary, summary.c.id == summary_member.c.summary_id))


class StoredSummaries:
    """What `gateways.customs.summaries.memory.SummaryMemory` asks for besides lists and documents."""

    def __init__(self, connection: Connection, sandbox: str, numbering: Numbering) -> None:
        self._connection, self._sandbox, self._numbering = connection, sandbox, numbering
        self._summaries: dict[int, Summary] = {}
        self._changed_summaries: dict[int, Summary] = {}
        self._claims: dict[int, tuple[int, str]] = {}
        self._freed: list[int] = []
        self._made: dict[tuple[int, int], Made] = {}
        self._changed_made: dict[tuple[int, int], Made] = {}
        self._new_shares: list[tuple[Any, ...]] = []
        self._told: list[Share] = []
        self._new_places: list[tuple[Any, ...]] = []
        self._months: dict[tuple[str, str], Month] = {}
        self._changed_months: dict[tuple[str, str], Month] = {}

    # requests

    def summaries(self, ids: Collection[int]) -> Mapping[int, Summary]:
        """Requests by id."""
        self._keep_summaries("id", [number for number in ids if number not in self._summaries])
        return {number: self._summaries[number] for number in ids if number in self._summaries}

    def summaries_by_key(self, keys: Collection[str]) -> Mapping[str, Summary]:
        """Requests by key."""
        self._keep_summaries("key", list(keys))
        return {one.key: one for one in self._summaries.values() if one.key in keys}

    def _keep_summaries(self, column: str, values: Sequence[Any]) -> None:
        for one in SUMMARIES.load(self._connection, self._sandbox, column, values):
            self._summaries.setdefault(one.id, one)

    def summaries_at(self, ebc_code: str, phases: Collection[str]) -> Sequence[Summary]:
        """Requests of a merchant whose work is in one of these phases, by id."""
        rows = self._connection.execute(SUMMARIES.select().where(
            summary.c.sandbox == self._sandbox, summary.c.ebc_code == ebc_code, summary.c.phase.in_(sorted(phases))))
        for row in rows.all():
            one = SUMMARIES.make(row)
            self._summaries.setdefault(one.id, one)
        return sorted([one for one in self._summaries.values() if one.ebc_code == ebc_code and one.phase in phases],
                      key=lambda one: one.id)

    def put_summary(self, one: Summary) -> None:
        """Keep a new or changed request."""
        self._summaries[one.id] = self._changed_summaries[one.id] = one

    # lists

    def closed_lists(self, ebc_code: str, since: int, until: int, after: int, most: int) -> Sequence[Found]:
        """Export lists of a merchant closed in a period, by instant and id."""
        return self._found(_lists().where(
            _CLOSED_EXPORT, declaration.c.sandbox == self._sandbox, declaration.c.ebc_code == ebc_code,
            declaration.c.closed_at < until, tuple_(declaration.c.closed_at, declaration.c.id) > tuple_(since, after))
            .order_by(declaration.c.closed_at, declaration.c.id).limit(most))

    def named_lists(self, numbers: Collection[str]) -> Mapping[str, Found]:
        """Export lists by their numbers."""
        found = self._found(_lists().where(
            declaration.c.sandbox == self._sandbox, declaration.c.flow == "E",
            one_of(self._connection, declaration.c.invt_no, [number for number in numbers if number])))
        return {one.candidate.invt_no: one for one in found}

    def _found(self, statement: Select[Any]) -> list[Found]:
        rows = self._connection.execute(statement).all()
        returned = self._returned([row[0] for row in rows])
        found = []
        for number, invt_no, ebc_code, state, mode, flag, closed_at, claimed, sum_no, claimant in rows:
            if claimed is None and number in self._claims:  # by a request of this batch
                claimed = self._claims[number][0]
                by = self.summaries([claimed])[claimed]
                sum_no, claimant = by.sum_no, by.cop_no
            candidate = Candidate(invt_no, ebc_code, state, mode, flag, day_of(closed_at) if closed_at else None,
                                  number in returned, (sum_no or claimant) if claimed else "")
            found.append(Found(number, candidate, closed_at, claimed or 0))
        return found

    def _returned(self, ids: Sequence[int]) -> set[int]:
        if not ids:
            return set()
        return set(self._connection.execute(select(request.c.declaration_id).where(
            _admitted_return(), one_of(self._connection, request.c.declaration_id, ids))).scalars())

    def claim(self, summary_id: int, lists: Sequence[tuple[int, str]]) -> None:
        """Keep lists, each with its month, as claimed by a request."""
        self._claims.update({number: (summary_id, month) for number, month in lists})

    def claimed(self, summary_id: int, after: int, most: int) -> Sequence[int]:
        """Lists that a request has claimed, by id."""
        return list(self._connection.execute(
            select(summary_member.c.declaration_id)
            .where(summary_member.c.summary_id == summary_id, summary_member.c.declaration_id > after)
            .order_by(summary_member.c.declaration_id).limit(most)).scalars())

    def free(self, lists: Sequence[int]) -> None:
        """Let go of lists that were claimed."""
        self._freed += lists

    def facts_of(self, summary_id: int, month: str) -> Iterator[Claimed]:
        """The lists of a month that a request has claimed, by id; read bit by bit."""
        statement = (select(summary_member.c.declaration_id)
                     .where(summary_member.c.summary_id == summary_id, summary_member.c.month == month)
                     .order_by(summary_member.c.declaration_id).limit(PIECE))
        last = 0
        while ids := self._connection.execute(statement.where(summary_member.c.declaration_id > last)).scalars().all():
            yield from self._with_facts(ids)
            last = ids[-1]

    def _with_facts(self, ids: Sequence[int]) -> Iterator[Claimed]:
        """Looked up by keys, step by step: joined, an engine that knows little of new rows reads tables from end to
        end for each piece."""
        columns = [declaration.c[name] for name in ("id", "invt_no", "document_id")]
        lists = self._connection.execute(
            select(*columns).where(one_of(self._connection, declaration.c.id, ids))).all()
        packed = self._connection.execute(
            select(document.c.id, document.c.facts)
            .where(one_of(self._connection, document.c.id, [one.document_id for one in lists]))).all()
        facts = {number: body for number, body in packed}
        for number, invt_no, document_id in sorted(map(tuple, lists)):
            yield Claimed(number, invt_no, facts[document_id])

    # what comes out

    def put_shares(self, shares: Iterable[Share]) -> int:
        """Keep what is still to be told of a summary; gives how many messages that is."""
        before = len(self._new_shares)
        self._new_shares += [(self._sandbox, *one[:-1], encode(one.lines).decode()) for one in shares]
        return len(self._new_shares) - before

    def put_places(self, summary_id: int, month: str, places: Iterable[Place]) -> None:
        """Keep where the lines of a month's lists stand, in the order of their ids."""
        self._new_places += [(self._sandbox, summary_id, month, part[0][0], encode(part).decode())
                             for part in chunks(places, PLACES)]

    def made(self, summary_id: int, numbers: Collection[int]) -> Mapping[int, Made]:
        """Declarations of a summary by number."""
        missing = sorted({number for number in numbers if (summary_id, number) not in self._made})
        if missing:
            statement = MADE.select().where(summary_declaration.c.summary_id == summary_id,
                                            one_of(self._connection, summary_declaration.c.number, missing))
            for row in self._connection.execute(statement).all():
                one = MADE.make(row)
                self._made[summary_id, one.number] = one
        return {number: self._made[summary_id, number] for number in numbers}

    def put_made(self, made: Made) -> None:
        """Keep a new or changed declaration."""
        place = (made.summary_id, made.number)
        self._made[place] = self._changed_made[place] = made

    def shares(self, summary_id: int, start: int, most: int) -> Sequence[Share]:
        """What is still to be told, from a position on."""
        rows = self._connection.execute(
            select(*[summary_part.c[name] for name in _SHARE])
            .where(summary_part.c.summary_id == summary_id, summary_part.c.position >= start)
            .order_by(summary_part.c.position).limit(most)).all()
        return [Share(*row[:-1], _lines(row[-1])) for row in rows]

    def drop_share(self, share: Share) -> None:
        """It was told."""
        self._told.append(share)

    # months

    def months(self, wanted: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], Month]:
        """Months by merchant and first day."""
        missing = {ebc_code for ebc_code, month in wanted if (ebc_code, month) not in self._months}
        for one in MONTHS.load(self._connection, self._sandbox, "ebc_code", sorted(missing)):
            self._months.setdefault((one.ebc_code, one.month), one)
        return {place: self._months[place] for place in wanted if place in self._months}

    def put_month(self, month: Month) -> None:
        """Keep a new or changed month."""
        place = (month.ebc_code, month.month)
        self._months[place] = self._changed_months[place] = month

    def waiting(self, ebc_code: str, modes: Sequence[str], counted: Sequence[str], since: int, until: int) -> int:
        """How many lists of a merchant closed in a period, of these modes and not counted only, are in no summary."""
        return int(self._connection.execute(select(func.count()).select_from(declaration).where(
            waits(self._sandbox, modes, counted, since, until), declaration.c.ebc_code == ebc_code)).scalar() or 0)

    # numbers

    def sum_no(self, customs_code: str, year: int) -> str:
        """Office, year, S and a serial number of the sandbox."""
        return f"{customs_code}{year}S{self._numbering.one(self._sandbox, 'summary'):09d}"

    def entry_nos(self, customs_code: str, year: int) -> tuple[str, str]:
        """declSeqNo (E, year, serial number) and entryId (office, year, 0 for exports, serial number)."""
        serial = self._numbering.one(self._sandbox, "entry")
        return f"E{year}{serial:013d}", f"{customs_code}{year}0{serial:09d}"

    def save_summaries(self, connection: Connection) -> None:
        """Write what was put."""
        SUMMARIES.save(connection, self._sandbox, self._changed_summaries.values())
        insert_rows(connection, summary_member, ("declaration_id", "sandbox", "summary_id", "month"),
                    [(number, self._sandbox, *claim) for number, claim in sorted(self._claims.items())])
        if self._freed:
            connection.execute(delete(summary_member).where(
                one_of(connection, summary_member.c.declaration_id, self._freed)))
        MADE.save(connection, self._sandbox, self._changed_made.values())
        insert_rows(connection, summary_part, ("sandbox", *_SHARE), self._new_shares)
        insert_rows(connection, summary_place, ("sandbox", "summary_id", "month", "first", "lists"), self._new_places)
        for share in self._told:
            connection.execute(delete(summary_part).where(
                summary_part.c.summary_id == share.summary_id, summary_part.c.position == share.position))
        MONTHS.save(connection, self._sandbox, self._changed_months.values())


def _admitted_return() -> Any:
    return and_(request.c.kind == "export_refund", request.c.state.in_(sorted(COUNTED)))


def waits(sandbox: str, modes: Iterable[str], counted: Iterable[str], since: int, until: int) -> Any:
    """That a closed list of a period would be summarised, and is not."""
    return and_(
        _CLOSED_EXPORT, declaration.c.sandbox == sandbox, declaration.c.closed_at >= since,
        declaration.c.closed_at < until, declaration.c.state == "closed", declaration.c.trade_mode.in_(list(modes)),
        not_(declaration.c.statistics_flag.in_(list(counted))),
        not_(exists().where(summary_member.c.declaration_id == declaration.c.id)),
        not_(exists().where(request.c.declaration_id == declaration.c.id, _admitted_return())))



