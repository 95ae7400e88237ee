"""Repayments and reconciliations of refunds: the repaid amount must be the share of returned goods, to the fen, and
booked once; a claim is reconciled once; returned quantities must match certificates and returns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import ColumnElement, Connection, String, Table, and_, cast, func, or_, select

from declarations.documents import RefundRepayment, unpack
from declarations.money import SCALE, Scaled, decimal_of, round_to_fen, scaled_of
from gateways.decisions import SubjectKind
from single_window.auditing.ledger import Keyed, LedgerDifference, compare_amounts
from single_window.store.bulk import one_of
from single_window.store.records import from_json
from single_window.store.tables import (
    decision,
    delivery,
    document,
    export_item,
    refund_claim,
    refund_entry,
    refund_line,
    refund_paper,
    request,
)

FEN = SCALE // 100
REPAYMENT, RECONCILIATION, RETURN = "repayment", "reconciliation", "export_return"
CAME_BACK = "1"
"""The reason code of a repayment whose goods were returned."""
FEN_AMOUNTS: tuple[tuple[Table, str, tuple[str, ...]], ...] = (
    (refund_claim, "cop_no", ("refund", "credited", "carry", "domestic_vat", "set_off", "paid", "recovered")),
    (refund_paper, "key", ("amount",)),
    (refund_entry, "id", ("amount",)),
)
"""(table, naming column, amounts that must be whole fen)"""


def find_differences(connection: Connection, sandbox: str) -> Iterator[LedgerDifference]:
    """Amounts with fractions of a fen, shares that were not repaid, papers that were not booked or booked twice."""
    yield from _check_fractions(connection, sandbox)
    yield from _check_shares(connection, sandbox)
    yield from _check_booked(connection, sandbox)
    yield from _reconciled_twice(connection, sandbox)


def _check_fractions(connection: Connection, sandbox: str) -> Iterator[LedgerDifference]:
    for table, key, names in FEN_AMOUNTS:
        columns = [table.c[name] for name in names]
        chosen = select(table.c[key], *columns).where(
            table.c.sandbox == sandbox, or_(*[column % FEN != 0 for column in columns])
        )
        for row in connection.execute(chosen.order_by(table.c.id)):
            for name, amount in zip(names, row[1:], strict=True):
                if amount % FEN:
                    yield LedgerDifference(
                        str(row[0]), f"{name} of a {table.name}, in fen", amount, amount // FEN * FEN
                    )


def _check_shares(connection: Connection, sandbox: str) -> Iterator[LedgerDifference]:
    """Compare repayments with the returned share of each export's refund, rounded to the fen.

    Exports sold at another price, or reduced by an officer after a partial return, are skipped.
    """
    line, claim, own = refund_line.c, refund_claim.c, decision.c
    reduced = {
        int(number)
        for number in connection.execute(
            select(own.subject_id).where(
                own.sandbox == sandbox, own.subject == SubjectKind.REFUND_CLAIM, own.action == "reduce"
            )
        ).scalars()
    }
    chosen = (
        select(line.claim_id, claim.cop_no, line.item_no, line.refund, line.taken, line.repaid_qty, line.repaid)
        .join(refund_claim, claim.id == line.claim_id)
        .where(line.sandbox == sandbox, line.part == "E", line.taken > 0, (line.repaid_qty != 0) | (line.repaid != 0))
        .where(line.claim_id.not_in(select(refund_paper.c.claim_id).where(*_accepted_papers(sandbox, RECONCILIATION))))
        .order_by(line.claim_id, line.number)
    )
    for number, cop_no, item_no, refund, taken, back, repaid in connection.execute(chosen):
        due = scaled_of(round_to_fen(decimal_of(refund) * back / taken))
        if number not in reduced and repaid != due:
            yield LedgerDifference(f"{cop_no} {item_no}", "repaid of what came back", repaid, due)


def _check_booked(connection: Connection, sandbox: str) -> Iterator[LedgerDifference]:
    """Compare the sum of a claim's repayments with the amount booked as repaid."""
    paper, entry, claim = refund_paper.c, refund_entry.c, refund_claim.c

    def sums(number: ColumnElement[int], amount: ColumnElement[int], *where: ColumnElement[bool]) -> Keyed:
        chosen = select(claim.cop_no, func.sum(amount)).join(refund_claim, claim.id == number)
        return {
            (cop_no,): int(total) for cop_no, total in connection.execute(chosen.where(*where).group_by(claim.cop_no))
        }

    of_papers = sums(paper.claim_id, paper.amount, *_accepted_papers(sandbox, REPAYMENT))
    of_entries = sums(entry.claim_id, entry.amount, entry.sandbox == sandbox, entry.kind == "repaid")
    yield from compare_amounts("repaid by its papers", of_papers, of_entries)


def _reconciled_twice(connection: Connection, sandbox: str) -> Iterator[LedgerDifference]:
    paper = refund_paper.c
    chosen = (
        select(refund_claim.c.cop_no, func.count())
        .join(refund_claim, refund_claim.c.id == paper.claim_id)
        .where(*_accepted_papers(sandbox, RECONCILIATION))
        .group_by(refund_claim.c.cop_no)
        .having(func.count() > 1)
        .order_by(refund_claim.c.cop_no)
    )
    for cop_no, count in connection.execute(chosen):
        yield LedgerDifference(cop_no, "reconciliations accepted", count * SCALE, SCALE)


def _accepted_papers(sandbox: str, kind: str) -> tuple[ColumnElement[bool], ...]:
    paper = refund_paper.c
    return (paper.sandbox == sandbox, paper.kind == kind, paper.state == "accepted", paper.claim_id > 0)


def returned_quantities(connection: Connection, sandbox: str) -> Iterator[LedgerDifference]:
    """Compare the returned quantity of each export item with certificates of returned goods and returns closed by
    customs; nothing while deliveries are open."""
    if connection.execute(select(delivery.c.id).where(delivery.c.sandbox == sandbox).limit(1)).first():
        return
    paper, item = refund_paper.c, export_item.c
    counter: Counter[tuple[object, ...]] = Counter()
    certified = (
        select(paper.lines, document.c.facts)
        .join(document, document.c.id == paper.document_id)
        .where(*_accepted_papers(sandbox, REPAYMENT))
    )
    for lines, facts in connection.execute(certified):
        if unpack(RefundRepayment, facts).reason_kind == CAME_BACK:
            counter.update({(number,): quantity for number, quantity in from_json(lines).items()})
    for lines in connection.execute(
        select(paper.lines).where(paper.sandbox == sandbox, paper.kind == RETURN)
    ).scalars():
        counter.update({(number,): quantity for number, quantity in from_json(lines).items()})
    came_back = one_of(connection, item.item_no, sorted(str(key[0]) for key in counter))
    rows = connection.execute(
        select(item.item_no, item.returned).where(item.sandbox == sandbox, or_(item.returned != 0, came_back))
    ).all()
    stored: dict[tuple[object, ...], Scaled] = {(number,): quantity for number, quantity in rows}
    yield from compare_amounts("returned", stored, {key: total for key, total in counter.items() if key in stored})
    yield from _unreported_returns(connection, sandbox)


def _unreported_returns(connection: Connection, sandbox: str) -> Iterator[LedgerDifference]:
    """Returns closed by customs that the tax authority was not notified of."""
    paper, goods = refund_paper.c, request.c
    told = and_(paper.sandbox == goods.sandbox, paper.kind == RETURN, paper.key == cast(goods.id, String))
    chosen = (
        select(goods.key)
        .outerjoin(refund_paper, told)
        .where(goods.sandbox == sandbox, goods.kind == "export_refund", goods.state == "returned", paper.id.is_(None))
        .order_by(goods.id)
    )
    for key in connection.execute(chosen).scalars():
        yield LedgerDifference(key, "returned, and known to the tax authority;", SCALE, 0)
