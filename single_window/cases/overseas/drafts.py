"""Drafts of reconciliations, and of repayments after them, from what warehouses abroad have told: as answers, and as
messages that exporters send."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from declarations.calendar import day_of, stamp14
from declarations.money import amount_text, round_to_fen
from declarations.overseas.corrections import RefundDifference, corrections
from declarations.overseas.drafting import DraftLine, DraftTerms, draft_claim
from declarations.overseas.moves import StockMove, Supply
from gateways.overseas.repository import AheadClaim
from gateways.refund.repaying import UNSOLD_ABROAD
from schemas.message import Transfer
from schemas.writing import write
from single_window.cases.overseas.answers import DraftLineOut, ReconciliationDraftOut
from single_window.cases.overseas.queries import countries_of, goods_of
from single_window.intake.made_messages import nobodys_mailbox
from single_window.receipts.rows import NAMESPACE
from single_window.store.gateways.overseas_exports import ahead_claims, refunded_quantities
from single_window.store.law_books import law_of
from single_window.store.sandboxes import clocks
from single_window.store.tables import participant

Goods = tuple[Mapping[str, Sequence[Supply]], Mapping[str, Sequence[StockMove]]]


def drafts_of(
    connection: Connection, sandbox: str, code: str, claim_no: str = ""
) -> tuple[ReconciliationDraftOut, ...]:
    """Return the drafts of a company's claims that wait for their reconciliation; `claim_no`: only of that one."""
    claims = ahead_claims(connection, sandbox, code, countries_of(connection, sandbox), claim_no)
    if not claims:
        return ()
    goods, today = goods_of(connection, sandbox, code), day_of(clocks(connection)[sandbox].now())
    return tuple(
        ReconciliationDraftOut(
            claim_no=claim.claim_no,
            ebc_code=claim.ebc_code,
            until=claim.until,
            days_left=(date.fromisoformat(claim.until) - today).days,
            lines=tuple(map(_line_out, _drafted(connection, sandbox, claim, goods))),
        )
        for claim in claims
    )


def corrections_of(connection: Connection, sandbox: str, code: str) -> list[RefundDifference]:
    """Return what notices say since then of items that are refunded, whose reconciliations stay as they are."""
    refunded = refunded_quantities(connection, sandbox, code)
    return corrections(refunded, *goods_of(connection, sandbox, code)) if refunded else []


def _drafted(connection: Connection, sandbox: str, claim: AheadClaim, goods: Goods) -> list[DraftLine]:
    law = law_of(connection, sandbox)
    terms = DraftTerms(date.fromisoformat(claim.until), claim.manufacturer, law, claim.credit)
    return draft_claim(claim.lines, *goods, terms)


def _line_out(line: DraftLine) -> DraftLineOut:
    receipts = {currency: f"{round_to_fen(amount)}" for currency, amount in sorted(line.receipts.items())}
    return DraftLineOut.of(line, receipts=receipts)


def draft_message(connection: Connection, sandbox: str, draft: ReconciliationDraftOut) -> bytes:
    """Return a draft as the message that the exporter sends. The same sales make the same numbers."""
    lines = [
        {
            "linkNo": line.link_no,
            "itemNo": line.item_no,
            "soldQty": line.sold_qty,
            "currency": line.currency,
            "amount": line.amount,
            "outcome": line.outcome,
        }
        for line in draft.lines
    ]
    month = f"{day_of(clocks(connection)[sandbox].now()):%Y%m}"
    return _message(connection, sandbox, "RefundReconciliation", (draft.ebc_code, draft.claim_no), lines, period=month)


def repayment_message(
    connection: Connection, sandbox: str, code: str, claim_no: str, differences: Sequence[RefundDifference]
) -> bytes:
    """Return the repayment of what is refunded by a claim and not sold any more, as the message that the exporter
    sends."""
    lines = [{"itemNo": one.item_no, "qty": amount_text(one.to_repay)} for one in differences]
    return _message(connection, sandbox, "RefundRepayment", (code, claim_no), lines, reasonKind=UNSOLD_ABROAD)


def _message(
    connection: Connection,
    sandbox: str,
    name: str,
    about: tuple[str, str],
    given: Sequence[Mapping[str, str]],
    **more: str,
) -> bytes:
    """A message about a claim (company and number)."""
    now, (code, claim_no) = clocks(connection)[sandbox].now(), about
    company: Any = connection.execute(
        select(participant.c.name, participant.c.dxp_id).where(
            participant.c.sandbox == sandbox, participant.c.code == code
        )
    ).first()
    company_name, dxp_id = (company.name, company.dxp_id) if company else (code, "")
    lines = [{"gnum": str(number), **line} for number, line in enumerate(given, 1)]
    said = "|".join((code, claim_no, *(value for line in lines for value in line.values())))
    head = {
        "guid": str(uuid.uuid5(NAMESPACE, said)).upper(),
        "appType": "1",
        "appTime": stamp14(now),
        "ebcCode": code,
        "ebcName": company_name or code,
        "copNo": f"HS{uuid.uuid5(NAMESPACE, said).hex[:12].upper()}",
        "claimNo": claim_no,
        **more,
    }
    return write(
        name,
        [(head, lines)],
        guid=str(uuid.uuid5(NAMESPACE, f"message|{said}|{now}")).upper(),
        transfer=Transfer(code, company_name or code, "DXP", dxp_id or nobodys_mailbox(code)),
    )
