"""Drafts of reconciliations from what warehouses abroad have told, as answers and as messages that exporters send."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from declarations.calendar import day_of, stamp14
from declarations.documents import RefundReconciliation, unpack
from declarations.money import Scaled, amount_text, round_to_fen
from declarations.overseas.allocation import SOLD, allocate, quantities
from declarations.overseas.drafting import DraftLine, DraftTerms, draft_claim
from declarations.overseas.moves import StockMove, Supply
from gateways.overseas.repository import AheadClaim
from schemas.message import Transfer
from schemas.writing import write
from single_window.cases.overseas.answers import CorrectionOut, DraftLineOut, ReconciliationDraftOut
from single_window.cases.overseas.queries import countries_of, goods_of
from single_window.receipts.rows import NAMESPACE
from single_window.store.bulk import begins_with
from single_window.store.gateways.overseas_exports import ahead_claims
from single_window.store.law_books import law_of
from single_window.store.sandboxes import clocks
from single_window.store.tables import document, participant, refund_claim, refund_line, refund_paper

NO_MAILBOX = "DXPENT0000000011"
"""Mailbox used for a company without one."""
Goods = tuple[Mapping[str, Sequence[Supply]], Mapping[str, Sequence[StockMove]]]


def drafts_of(
    connection: Connection, sandbox: str, code: str, claim_no: str = ""
) -> tuple[ReconciliationDraftOut, ...]:
    """Return the drafts of a company's claims that wait for their reconciliation; `claim_no`: only of that one."""
    claims = ahead_claims(connection, sandbox, code, countries_of(connection, sandbox), claim_no)
    if not claims:
        return ()
    goods, today = goods_of(connection, sandbox, code), day_of(clocks(connection)[sandbox].now())
    corrections = tuple(_corrections(connection, sandbox, code, goods))
    return tuple(
        ReconciliationDraftOut(
            claim_no=claim.claim_no,
            ebc_code=claim.ebc_code,
            until=claim.until,
            days_left=(date.fromisoformat(claim.until) - today).days,
            lines=tuple(map(_line_out, _drafted(connection, sandbox, claim, goods))),
            corrections=corrections,
        )
        for claim in claims
    )


def _drafted(connection: Connection, sandbox: str, claim: AheadClaim, goods: Goods) -> list[DraftLine]:
    law = law_of(connection, sandbox)
    terms = DraftTerms(date.fromisoformat(claim.until), claim.manufacturer, law, claim.credit)
    return draft_claim(claim.lines, *goods, terms)


def _line_out(line: DraftLine) -> DraftLineOut:
    receipts = {currency: f"{round_to_fen(amount)}" for currency, amount in sorted(line.receipts.items())}
    return DraftLineOut.of(line, receipts=receipts)


def _corrections(connection: Connection, sandbox: str, code: str, goods: Goods) -> Iterator[CorrectionOut]:
    """Yield what notices say since then of items that reconciliations are about, which stay as they are."""
    supplies, moves = goods
    stated = _stated(connection, sandbox, code)
    for sku, sent in sorted(supplies.items()):
        if not any(supply.item_no in stated for supply in sent):
            continue
        sold = quantities(allocate(moves.get(sku, ()), sent).taken, SOLD)
        for supply in sent:
            claim_no, quantity = stated.get(supply.item_no, ("", 0))
            said = quantity * supply.qty // supply.legal_qty if supply.legal_qty else quantity
            now = sold.get(supply.item_no, 0)
            if claim_no and now != said:
                yield CorrectionOut(
                    claim_no=claim_no,
                    item_no=supply.item_no,
                    reconciled=amount_text(said),
                    sold_now=amount_text(now),
                    difference=amount_text(now - said),
                )


def _stated(connection: Connection, sandbox: str, code: str) -> Mapping[str, tuple[str, Scaled]]:
    """Item → the claim whose reconciliation was accepted, and the quantity that it said was sold, in the unit of the
    item."""
    chosen = (
        select(refund_claim.c.id, refund_claim.c.cop_no, document.c.facts)
        .join(refund_paper, refund_paper.c.claim_id == refund_claim.c.id)
        .join(document, document.c.id == refund_paper.c.document_id)
        .where(
            refund_claim.c.sandbox == sandbox,
            refund_claim.c.ebc_code == code,
            refund_paper.c.sandbox == sandbox,
            begins_with(connection, refund_paper.c.key, f"{code}|"),
            refund_paper.c.kind == "reconciliation",
            refund_paper.c.state == "accepted",
        )
    )
    found: dict[str, tuple[str, Scaled]] = {}
    for claim_id, claim_no, packed in connection.execute(chosen):
        facts: RefundReconciliation = unpack(RefundReconciliation, packed)
        units = _units(connection, claim_id)
        for line in facts.lines:
            qty, taken = units.get(line.item_no, (1, 1))
            found[line.item_no] = claim_no, line.sold_qty * taken // qty
    return found


def _units(connection: Connection, claim_id: int) -> Mapping[str, tuple[int, int]]:
    """Item → the quantity of its line of a claim in the claim's unit, and in that of the item."""
    column = refund_line.c
    chosen = select(column.item_no, column.qty, column.taken).where(column.claim_id == claim_id, column.item_no != "")
    return {row[0]: (row[1], row[2]) for row in connection.execute(chosen) if row[1] and row[2]}


def draft_message(connection: Connection, sandbox: str, draft: ReconciliationDraftOut) -> bytes:
    """Return a draft as the message that the exporter sends. The same sales make the same numbers."""
    now = clocks(connection)[sandbox].now()
    company: Any = connection.execute(
        select(participant.c.name, participant.c.dxp_id).where(
            participant.c.sandbox == sandbox, participant.c.code == draft.ebc_code
        )
    ).first()
    name, dxp_id = (company.name, company.dxp_id) if company else (draft.ebc_code, "")
    lines = [
        {
            "gnum": str(number),
            "linkNo": line.link_no,
            "itemNo": line.item_no,
            "soldQty": line.sold_qty,
            "currency": line.currency,
            "amount": line.amount,
            "outcome": line.outcome,
        }
        for number, line in enumerate(draft.lines, 1)
    ]
    said = "|".join((draft.ebc_code, draft.claim_no, *(value for line in lines for value in line.values())))
    head = {
        "guid": str(uuid.uuid5(NAMESPACE, said)).upper(),
        "appType": "1",
        "appTime": stamp14(now),
        "ebcCode": draft.ebc_code,
        "ebcName": name or draft.ebc_code,
        "copNo": f"HS{uuid.uuid5(NAMESPACE, said).hex[:12].upper()}",
        "claimNo": draft.claim_no,
        "period": f"{day_of(now):%Y%m}",
    }
    return write(
        "RefundReconciliation",
        [(head, lines)],
        guid=str(uuid.uuid5(NAMESPACE, f"message|{said}|{now}")).upper(),
        transfer=Transfer(draft.ebc_code, name or draft.ebc_code, "DXP", dxp_id or NO_MAILBOX),
    )
