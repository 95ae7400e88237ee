"""Explains a claim from stored rows, in words, with every number and its source; reads only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Row

from declarations.calendar import day_of
from declarations.money import amount_text
from declarations.parameters import Parameters
from declarations.reasons import Reason
from declarations.refund.conditions import Condition
from declarations.refund.rates import RefundRates
from single_window.cases.declarations.assembly import answer
from single_window.cases.declarations.coming_next import next_steps
from single_window.cases.declarations.happenings import happenings_of
from single_window.cases.declarations.parts import GivenReceiptOut, HappeningOut
from single_window.cases.refunds import amounts, evidence, filed_lines, queries
from single_window.cases.refunds.days import days
from single_window.cases.refunds.exchange import Exchange, exchange_of
from single_window.cases.refunds.parts import (
    AccountEntryOut,
    ClaimHeadOut,
    ClaimPaperOut,
    ExplanationOut,
    FormulaOut,
    TreatmentOut,
)
from single_window.cases.refunds.wording import Wording
from single_window.frame.typed import instant_text
from single_window.language import phrases
from single_window.language.words import Words
from single_window.receipts import rows as receipts
from single_window.refused import demand_found
from single_window.store import sandboxes
from single_window.work.dispatch import open_deliveries

KIND = "refund_claim"
AMOUNTS = ("fob", "refund", "cost", "credited", "carry", "domestic_vat", "set_off", "paid", "recovered")
_reasons = msgspec.json.Decoder(tuple[Reason, ...]).decode
_conditions = msgspec.json.Decoder(tuple[tuple[tuple[str, ...], str, tuple[Condition, ...]], ...]).decode
_workings = msgspec.json.Decoder(tuple[tuple[str, tuple[Reason, ...]], ...]).decode


def explain(connection: Connection, sandbox: str, number: str, law: Parameters, rates: RefundRates) -> ExplanationOut:
    """Return the explanation of the claim with a number (copNo, ebcCode|copNo or id); raises `NotFound`."""
    row = demand_found(queries.find_claim(connection, sandbox, number), number, sandbox)
    return of_claim(connection, sandbox, row, Wording(law, rates))


def of_claim(connection: Connection, sandbox: str, row: Row[Any], wording: Wording) -> ExplanationOut:
    """Return the explanation of a claim's row."""
    now = sandboxes.find(connection, sandbox).clock.now()
    stored_exports = queries.exports(connection, sandbox, row.id)
    exports: Sequence[Any] = stored_exports
    purchases: Sequence[Any] = queries.purchases(connection, row.id)
    if not (exports or purchases):
        exports, purchases = filed_lines.filed_lines_of(connection, sandbox, row, wording.law)
    entries = queries.entries(connection, row.id)
    papers = queries.papers(connection, row.id)
    received, happened = _receipts_and_timeline(connection, sandbox, row, papers, wording)
    name = queries.company(connection, sandbox, row.ebc_code)
    exchange = exchange_of(connection, sandbox, row, exports, day_of(now))
    deadlines = days(row, exports, day_of(now), wording)
    return ExplanationOut(
        sandbox=sandbox,
        now=instant_text(now),
        claim=_head(row, name, exchange.overdue, wording),
        exports=evidence.export_parts(exports, wording),
        purchases=evidence.purchase_parts(purchases),
        exchange=exchange.pooled(),
        treatments=_treatment_parts(row.conditions, exchange, wording),
        workings=_formula_parts(row.working, wording),
        sums=amounts.sums(row, stored_exports, entries),
        entries=tuple(_entry_part(entry, wording) for entry in entries),
        papers=tuple(_paper(paper, wording) for paper in papers),
        income_tax=amounts.income(row, exports, wording),
        days=deadlines,
        receipts=received,
        timeline=happened,
        next=next_steps(row.state, KIND),
        open_deliveries=open_deliveries(connection, sandbox),
        next_day=min((day for day in deadlines if day.open), key=lambda day: day.day, default=None),
    )


def _receipts_and_timeline(
    connection: Connection, sandbox: str, row: Row[Any], papers: Sequence[Any], wording: Wording
) -> tuple[tuple[GivenReceiptOut, ...], tuple[HappeningOut, ...]]:
    """Return the receipts about a claim and its papers, and their timeline."""
    keys = {(KIND, row.key), *((paper.kind, paper.key) for paper in papers)}
    places = sorted({key.partition("|")[2] for _, key in keys} | {row.cop_no})

    def concerns(kind: str, key: str) -> bool:
        return (kind, key) in keys

    pairs = [pair for pair in receipts.of_orders(connection, sandbox, places) if concerns(pair[1].kind, pair[1].key)]
    happened = happenings_of(connection, sandbox, places, [receipt for _, receipt in pairs], concerns, wording.law)
    return tuple(answer(box, receipt) for box, receipt in pairs), tuple(happened)


def _head(row: Any, name: str, overdue: bool, wording: Wording) -> ClaimHeadOut:
    return ClaimHeadOut.of(
        row,
        ebc_name=name,
        state_words=phrases.state(row.state, KIND),
        kind_words=phrases.phrase("claim_kind", row.kind),
        stage_words=phrases.phrase("refund_stage", row.stage) if row.stage else Words("", ""),
        provisional=bool(row.provisional),
        overdue=overdue,
        because=_because(row.reasons, wording),
        amounts={name: amount_text(getattr(row, name)) for name in AMOUNTS},
    )


def _because(text: str, wording: Wording) -> Any:
    return wording.all(_reasons(text)) if text else ()


def _treatment_parts(text: str, exchange: Exchange, wording: Wording) -> tuple[TreatmentOut, ...]:
    return tuple(
        TreatmentOut(
            items=items,
            treatment=kind,
            treatment_words=phrases.phrase("refund_treatment", kind),
            conditions=tuple(map(wording.tested, exchange.judged(items, kind, condition))),
        )
        for items, kind, condition in (_conditions(text) if text else ())
    )


def _formula_parts(text: str, wording: Wording) -> tuple[FormulaOut, ...]:
    return tuple(
        FormulaOut(link_no=link, steps=wording.all(steps_)) for link, steps_ in (_workings(text) if text else ())
    )


def _entry_part(row: Any, wording: Wording) -> AccountEntryOut:
    entry_words = phrases.phrase("refund_entry", row.kind)
    return AccountEntryOut.of(row, words=entry_words, because=_because(row.reason, wording))


def _paper(row: Any, wording: Wording) -> ClaimPaperOut:
    return ClaimPaperOut.of(
        row,
        words=phrases.kind(row.kind),
        state_words=phrases.state(row.state, row.kind),
        because=_because(row.reasons, wording),
    )
