"""The goods that companies have sent to warehouses abroad (9810), and the claims ahead of sale for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, func, select

from declarations.documents import ExportInventory, unpack
from declarations.forex.rates import letters_of
from declarations.overseas.drafting import AheadLine
from declarations.overseas.moves import Supply
from declarations.refund.numbers import LAST_LINE, item_number
from declarations.refund.overseas import CreditOfClaim
from gateways.overseas.repository import AheadClaim, Goods
from gateways.refund.brought_forward import STATES_WITHOUT_USE
from gateways.refund.checking import MANUFACTURER
from single_window.store.bulk import one_of
from single_window.store.tables import declaration, document, refund_claim, refund_line

TRADE_MODE, AHEAD, WAITS, BY_SEA, EXPORT, SOLD = "9810", "HWC-YT", "reconciliation", "2", "E", "1"
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
    chosen = select(refund_line, column.state).join(refund_claim, column.id == refund_line.c.claim_id)
    lines: Sequence[Any] = connection.execute(
        chosen.where(*own, column.state.not_in(ENDED), refund_line.c.part == EXPORT).order_by(
            refund_line.c.claim_id, refund_line.c.number
        )
    ).all()
    sold: dict[str, int] = defaultdict(int)
    of_claim: dict[int, list[Any]] = defaultdict(list)
    for line in lines:
        supply = supplies.get(line.item_no)
        if line.sale_state == SOLD and supply is not None:
            sold[line.item_no] += _declared(line, supply)
        of_claim[line.claim_id].append(line)
    last = _last_period(connection, sandbox, code)
    return [
        _ahead(claim, of_claim[claim.id], supplies, sold, claim.carry if claim.period >= last else 0)
        for claim in claims
    ]


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


def _declared(line: Any, supply: Supply) -> int:
    """The quantity of a claim's line as the goods were declared."""
    return int(supply.qty * line.taken // supply.legal_qty) if supply.legal_qty else 0


def _ahead(
    claim: Any, lines: Sequence[Any], supplies: Mapping[str, Supply], sold: Mapping[str, int], carry: int
) -> AheadClaim:
    drafted = []
    for line in lines:
        supply = supplies.get(line.item_no)
        if line.repaid_qty >= line.taken:
            continue
        drafted.append(
            AheadLine(
                link_no=line.link_no,
                item_no=line.item_no,
                qty=line.qty,
                quantity_left=line.qty - line.qty * line.repaid_qty // line.taken,
                refund_left=line.refund - line.repaid,
                currency=letters_of(line.currency),
                fob=line.fob,
                claimed=_declared(line, supply) if supply else 0,
                sold_before=sold.get(line.item_no, 0),
                base=line.base,
                refund=line.refund,
                rate=line.rate,
            )
        )
    return AheadClaim(
        claim_no=claim.cop_no,
        ebc_code=claim.ebc_code,
        ebc_name="",
        manufacturer=claim.kind == MANUFACTURER,
        until=claim.reconcile_until,
        lines=tuple(drafted),
        credit=CreditOfClaim(claim.credited, carry),
    )
