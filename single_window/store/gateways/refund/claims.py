"""Refund claims with their lines, money entries and papers, for one batch of deliveries in one sandbox."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, select

from declarations.reasons import Reason
from gateways.refund.repository import Claim, ClaimLine, Entry, RefundPaper
from single_window.store.bulk import insert_rows, one_of, update_rows
from single_window.store.records import Records, decoder, from_json, to_json
from single_window.store.tables import refund_claim, refund_entry, refund_line, refund_paper

_reasons = decoder(tuple[Reason, ...], tuple)
CALCULATION_COLUMNS = ("working", "conditions")
"""Long columns of a claim, loaded never and written only after a new calculation."""
CLAIMS = Records(
    Claim, refund_claim, {"pools": decoder(dict[str, int], dict), "reasons": _reasons}, skip=CALCULATION_COLUMNS
)
PAPERS = Records(RefundPaper, refund_paper, {"lines": decoder(dict[str, int], dict), "reasons": _reasons})
_LINES = [refund_line.c[name] for name in ClaimLine._fields]
_ENTRIES = [refund_entry.c[name] for name in Entry._fields]
UNPROVED = ("due", "missing", "other_currency")
"""States of `exchange` of claims that still need proof of foreign exchange."""


def _in_pools(pools: Mapping[str, int], names: Collection[str]) -> bool:
    return any(pool.partition("|")[0] in names for pool in pools)


class StoredRefundClaims:
    """Implements the claims of `gateways.refund.repository.RefundRepository`."""

    def __init__(self, connection: Connection, sandbox: str) -> None:
        self._connection, self._sandbox = connection, sandbox
        self._claims: dict[int, Claim] = {}
        self._changed_claims: dict[int, Claim] = {}
        self._lines: dict[int, list[ClaimLine]] = {}
        self._replaced: set[int] = set()
        self._repaid: dict[tuple[int, int], ClaimLine] = {}
        self._entries: dict[int, list[Entry]] = {}
        self._new_entries: list[Entry] = []
        self._papers: dict[int, RefundPaper] = {}
        self._changed_papers: dict[int, RefundPaper] = {}

    # claims

    def claims(self, ids: Collection[int]) -> Mapping[int, Claim]:
        """Claims by id."""
        self._cache_claims(
            CLAIMS.load(self._connection, self._sandbox, "id", [number for number in ids if number not in self._claims])
        )
        return {number: self._claims[number] for number in ids if number in self._claims}

    def claims_by_key(self, keys: Collection[str]) -> Mapping[str, Claim]:
        """Claims by key."""
        self._cache_claims(CLAIMS.load(self._connection, self._sandbox, "key", keys))
        wanted = set(keys)
        return {claim.key: claim for claim in self._claims.values() if claim.key in wanted}

    def claims_waiting(self, ebc_codes: Collection[str], pools: Collection[str]) -> Sequence[Claim]:
        """Claims of these companies that still need proof of exchange from these pools, in the order of their filing:
        what is left of a pool goes to the oldest."""
        if not ebc_codes or not pools:
            return []
        wanted, wanted_pools = set(ebc_codes), set(pools)
        rows = self._connection.execute(
            select(refund_claim.c.id, refund_claim.c.pools).where(
                refund_claim.c.sandbox == self._sandbox,
                one_of(self._connection, refund_claim.c.ebc_code, wanted),
                refund_claim.c.exchange.in_(UNPROVED),
            )
        ).all()
        self.claims([number for number, text in rows if _in_pools(from_json(text), wanted_pools)])
        return sorted(
            [
                claim
                for claim in self._claims.values()
                if claim.ebc_code in wanted and claim.exchange in UNPROVED and _in_pools(claim.pools, wanted_pools)
            ],
            key=lambda claim: (claim.filed_at, claim.key),
        )

    def claims_of_kind(self, ebc_code: str, kind: str) -> Sequence[Claim]:
        """A company's claims of a kind, by id."""
        column = refund_claim.c
        of_kind = (column.sandbox == self._sandbox, column.ebc_code == ebc_code, column.kind == kind)
        self.claims(list(self._connection.execute(select(column.id).where(*of_kind)).scalars()))
        found = [claim for claim in self._claims.values() if (claim.ebc_code, claim.kind) == (ebc_code, kind)]
        return sorted(found, key=lambda claim: claim.id)

    def claims_of_items(self, items: Collection[str]) -> Collection[int]:
        """Ids of the claims with lines for these exported items."""
        rows = self._connection.execute(
            select(refund_line.c.claim_id)
            .distinct()
            .where(
                refund_line.c.sandbox == self._sandbox,
                refund_line.c.item_no != "",
                one_of(self._connection, refund_line.c.item_no, items),
            )
        ).scalars()
        wanted = set(items)
        unsaved = (number for number in self._replaced if any(line.item_no in wanted for line in self._lines[number]))
        return {number for number in rows if number not in self._replaced} | set(unsaved)

    def _cache_claims(self, loaded: Iterable[Claim]) -> None:
        for claim in loaded:
            if claim.id not in self._claims:
                claim.working = claim.conditions = None
                self._claims[claim.id] = claim

    def put_claim(self, claim: Claim) -> None:
        """Put a new or changed claim."""
        self._claims[claim.id] = self._changed_claims[claim.id] = claim

    # lines

    def lines(self, claim_ids: Collection[int]) -> Mapping[int, Sequence[ClaimLine]]:
        """The lines of claims, in their order."""
        missing = [number for number in claim_ids if number not in self._lines]
        if missing:
            self._lines.update({number: [] for number in missing})
            for row in self._connection.execute(
                select(*_LINES)
                .where(one_of(self._connection, refund_line.c.claim_id, missing))
                .order_by(refund_line.c.claim_id, refund_line.c.number)
            ).all():
                self._lines[row[0]].append(ClaimLine(*row))
        return {number: self._lines[number] for number in claim_ids}

    def put_lines(self, claim_id: int, lines: Sequence[ClaimLine]) -> None:
        """Replace the lines of a claim."""
        self._lines[claim_id] = list(lines)
        self._replaced.add(claim_id)

    def repay_lines(self, lines: Collection[ClaimLine]) -> None:
        """Put changed repayments of lines."""
        changed = {(line.claim_id, line.number): line for line in lines}
        for number in {line.claim_id for line in lines}:
            current = self.lines([number])[number]
            self._lines[number] = [changed.get((number, line.number), line) for line in current]
        self._repaid.update(changed)

    # money

    def entries(self, claim_ids: Collection[int]) -> Mapping[int, Sequence[Entry]]:
        """Claim id → its money entries, by id."""
        missing = [number for number in claim_ids if number not in self._entries]
        if missing:
            self._entries.update({number: [] for number in missing})
            for row in self._connection.execute(
                select(*_ENTRIES)
                .where(one_of(self._connection, refund_entry.c.claim_id, missing))
                .order_by(refund_entry.c.id)
            ).all():
                self._entries[row.claim_id].append(Entry._make((*row[:-1], _reasons(row.reason))))
            for entry in self._new_entries:
                if entry.claim_id in missing:
                    self._entries[entry.claim_id].append(entry)
        return {number: self._entries[number] for number in claim_ids}

    def put_entry(self, entry: Entry) -> None:
        """Put a new money entry."""
        self._new_entries.append(entry)
        if entry.claim_id in self._entries:
            self._entries[entry.claim_id].append(entry)

    # papers

    def papers(self, kind: str, keys: Collection[str]) -> Mapping[str, RefundPaper]:
        """Papers of a kind by key."""
        wanted = set(keys)
        if wanted:
            self._cache_papers(refund_paper.c.kind == kind, one_of(self._connection, refund_paper.c.key, wanted))
        return {paper.key: paper for paper in self._papers.values() if paper.kind == kind and paper.key in wanted}

    def papers_of_lists(self, invt_nos: Collection[str]) -> Mapping[str, Sequence[RefundPaper]]:
        """List number → accepted repayments for it."""
        wanted = {number for number in invt_nos if number}
        if wanted:
            self._cache_papers(refund_paper.c.invt_no != "", one_of(self._connection, refund_paper.c.invt_no, wanted))
        by_list: dict[str, list[RefundPaper]] = {}
        for paper in sorted(self._papers.values(), key=lambda paper: paper.id):
            if paper.kind == "repayment" and paper.invt_no in wanted and paper.state == "accepted":
                by_list.setdefault(paper.invt_no, []).append(paper)
        return by_list

    def _cache_papers(self, *where: Any) -> None:
        for row in self._connection.execute(
            PAPERS.select().where(refund_paper.c.sandbox == self._sandbox, *where)
        ).all():
            paper = PAPERS.make(row)
            self._papers.setdefault(paper.id, paper)

    def put_paper(self, paper: RefundPaper) -> None:
        """Put a new or changed paper."""
        self._papers[paper.id] = self._changed_papers[paper.id] = paper

    def save_claims(self, connection: Connection) -> None:
        """Write all changes."""
        CLAIMS.save(connection, self._sandbox, self._changed_claims.values())
        update_rows(
            connection,
            refund_claim,
            ("id",),
            CALCULATION_COLUMNS,
            [
                (to_json(claim.working), to_json(claim.conditions), claim.id)
                for claim in self._changed_claims.values()
                if claim.working is not None and claim.conditions is not None
            ],
        )
        self._save_lines(connection)
        insert_rows(
            connection,
            refund_entry,
            ("sandbox", *Entry._fields),
            [(self._sandbox, *entry[:-1], to_json(entry.reason)) for entry in self._new_entries],
        )
        PAPERS.save(connection, self._sandbox, self._changed_papers.values())

    def _save_lines(self, connection: Connection) -> None:
        if self._replaced:
            connection.execute(
                delete(refund_line).where(one_of(connection, refund_line.c.claim_id, sorted(self._replaced)))
            )
            insert_rows(
                connection,
                refund_line,
                ("sandbox", *ClaimLine._fields),
                [(self._sandbox, *line) for number in sorted(self._replaced) for line in self._lines[number]],
            )
        update_rows(
            connection,
            refund_line,
            ("claim_id", "number"),
            ("repaid_qty", "repaid"),
            [
                (line.repaid_qty, line.repaid, *key)
                for key, line in sorted(self._repaid.items())
                if key[0] not in self._replaced
            ],
        )
