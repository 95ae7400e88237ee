"""The goods that companies have sent to warehouses abroad (9810), and the claims ahead of sale for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, func, select

from declarations.documents import ExportInventory, unpack
from declarations.forex.rates import letters_of
from declarations.overseas.corrections import RefundedQuantity
from declarations.overseas.drafting import AheadLine
from declarations.overseas.moves import Supply
from declarations.refund.numbers import LAST_LINE, item_number
from declarations.refund.overseas import CreditOfClaim
from gateways.overseas.repository import AheadClaim, Goods
from gateways.refund.brought_forward import STATES_WITHOUT_USE
from gateways.refund.checking import MANUFACTURER
from gateways.refund.papers import AHEAD, SOLD
from gateways.refund.repaying import REFUNDED_STATES, SETTLED
from single_window.store.bulk import one_of
from single_window.store.tables import declaration, document, refund_claim, refund_line

TRADE_MODE, WAITS, BY_SEA, EXPORT = "9810", "reconciliation", "2", "E"
ENDED = ("rejected", "deleted", "to_repay")
"""States of claims whose lines count no more."""


def supplies_of(
    connection: Connection, sandbox: str, codes: Collection[str], countries: Mapping[str, str]
) -> dict[Goods, list[Supply]]:
    """Return the lines of lists of 9810 that have left, of companies, by goods; those to other countries are left
    out."""
    if not codes:
        return {}
    columns = declaration.c
    rows: Sequence[Any] = connection.execute(
        select(columns.ebc_code, columns.invt_no, columns.closed_at, document.c.facts)
        .join(document, document.c.id == columns.document_id)
        .where(
            columns.sandbox == sandbox,
            columns.flow == "E",
            columns.closed_at > 0,
            columns.trade_mode == TRADE_MODE,
            one_of(connection, columns.ebc_code, sorted(codes)),
        )
        .order_by(columns.closed_at, columns.invt_no)
    ).all()
    found: dict[Goods, list[Supply]] = {}
    for code, invt_no, closed_at, packed in rows:
        facts: ExportInventory = unpack(ExportInventory, packed)
        for line in facts.lines:
            country = countries.get(line.country, "")
            if country and 1 <= line.gnum <= LAST_LINE:
                supply = Supply(
                    item_no=item_number(invt_no, line.gnum),
                    sku=line.item_no,
                    country=country,
                    qty=line.qty,
                    unit=line.unit,
                    departed_at=closed_at,
                    by_sea=facts.traf_mode == BY_SEA,
                    legal_qty=line.qty1,
                    gname=line.gname,
                )
                found.setdefault((code, line.item_no), []).append(supply)
    return found


def ahead_claims(
    connection: Connection, sandbox: str, code: str, countries: Mapping[str, str], claim_no: str = ""
) -> list[AheadClaim]:
    """Return the claims ahead of sale of a company that wait for their reconciliation; `claim_no`: only that one."""
    column = refund_claim.c
    own = (column.sandbox == sandbox, column.ebc_code == code)
    waiting = (column.business == AHEAD, column.stage == WAITS, column.state == "paid")
    named = (column.cop_no == claim_no,) if claim_no else ()
    claims: Sequence[Any] = connection.execute(select(refund_claim).where(*own, *waiting, *named)).all()
    if not claims:
        return []
    supplies = {
        supply.item_no: supply
        for sent in supplies_of(connection, sandbox, [code], countries).values()
        for supply in sent
    }
    of_claim: dict[int, list[AheadLine]] = defaultdict(list)
    sold: dict[str, int] = defaultdict(int)
    lines = _lines(connection, sandbox, code)
    for line in sorted(lines, key=_waits):  # what others have claimed as sold is not sold of this line
        supply = supplies.get(line.item_no)
        if line.repaid_qty < line.taken:
            of_claim[line.claim_id].append(_ahead_line(line, supply, sold[line.item_no]))
        sold[line.item_no] += _declared(line, line.taken - line.repaid_qty, supply)
    last = _last_period(connection, sandbox, code)
    return [_ahead(claim, of_claim[claim.id], claim.carry if claim.period >= last else 0) for claim in claims]


def refunded_quantities(connection: Connection, sandbox: str, code: str) -> list[RefundedQuantity]:
    """Return what the claims of a company have left of items, oldest first."""
    return [
        RefundedQuantity(
            claim_no=line.cop_no,
            item_no=line.item_no,
            qty=line.taken - line.repaid_qty,
            settled=not _waits(line) and line.state in REFUNDED_STATES,
            reconciled=_is_ahead(line),
        )
        for line in _lines(connection, sandbox, code)
        if line.repaid_qty < line.taken
    ]


def _lines(connection: Connection, sandbox: str, code: str) -> Sequence[Any]:
    """The lines of exports of a company's claims that count, oldest first."""
    column = refund_claim.c
    chosen = (
        select(refund_line, column.cop_no, column.state, column.stage, column.business)
        .join(refund_claim, column.id == refund_line.c.claim_id)
        .where(column.sandbox == sandbox, column.ebc_code == code)
        .where(column.state.not_in(ENDED), refund_line.c.part == EXPORT)
        .order_by(refund_line.c.claim_id, refund_line.c.number)
    )
    return connection.execute(chosen).all()


def _waits(line: Any) -> bool:
    """True if a line that was claimed ahead of sale is not reconciled."""
    return _is_ahead(line) and line.state != SETTLED


def _is_ahead(line: Any) -> bool:
    return bool(line.business == AHEAD and line.sale_state != SOLD)


def _last_period(connection: Connection, sandbox: str, code: str) -> str:
    """The last month of which a manufacturer's claim is in effect, which may have brought credit forward."""
    column = refund_claim.c
    return (
        connection.scalar(
            select(func.max(column.period)).where(
                column.sandbox == sandbox,
                column.ebc_code == code,
                column.kind == MANUFACTURER,
                column.state.not_in(STATES_WITHOUT_USE),
            )
        )
        or ""
    )


def _declared(line: Any, taken: int, supply: Supply | None) -> int:
    """A quantity of a claim's line as the goods were declared."""
    return int(supply.qty * taken // supply.legal_qty) if supply and supply.legal_qty else 0


def _ahead_line(line: Any, supply: Supply | None, sold_before: int) -> AheadLine:
    return AheadLine(
        link_no=line.link_no,
        item_no=line.item_no,
        qty=line.qty,
        quantity_left=line.qty - line.qty * line.repaid_qty // line.taken,
        refund_left=line.refund - line.repaid,
        currency=letters_of(line.currency),
        fob=line.fob,
        claimed=_declared(line, line.taken, supply),
        sold_before=sold_before,
        base=line.base,
        refund=line.refund,
        rate=line.rate,
        ahead=_is_ahead(line),
    )


def _ahead(claim: Any, lines: Sequence[AheadLine], carry: int) -> AheadClaim:
    return AheadClaim(
        claim_no=claim.cop_no,
        ebc_code=claim.ebc_code,
        ebc_name="",
        manufacturer=claim.kind == MANUFACTURER,
        until=claim.reconcile_until,
        lines=tuple(lines),
        credit=CreditOfClaim(claim.credited, carry),
    )
