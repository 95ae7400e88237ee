"""Changes of a guarantee's amount: checked before they are proposed or filed, carried out in the commit that files
them.

The window writes the amount itself, as the import of master data does; the tax gateway finds it when it handles its
next batch (ADR 39).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from sqlalchemy import Connection, select

from declarations.money import Scaled, amount_text, scaled_from_text
from declarations.reasons import Reason
from declarations.refusals import refusal_reason
from gateways.decisions import SUBJECT_CHANGED
from gateways.records import DecisionAnswer
from gateways.topics.shared import Decision
from single_window.language.refusal import Refusal
from single_window.store import sandboxes
from single_window.store.bulk import on_sqlite
from single_window.store.decisions import answer_decisions
from single_window.store.gateways.tax import upsert_guarantees
from single_window.store.tables import guarantee

_YUAN = re.compile(r"\d{1,12}(\.\d{1,2})?", re.ASCII)


class LodgedGuarantee(NamedTuple):
    """A guarantee, with scaled amounts; `taken`: reserved or booked by open bills."""

    code: str
    name: str
    amount: Scaled
    taken: Scaled


def find_guarantee(connection: Connection, sandbox: str, code: str, lock: bool = False) -> LodgedGuarantee | None:
    """A guarantee by its code, or None; `lock`: lock its row until the transaction ends."""
    columns = guarantee.c
    chosen = select(columns.assure_code, columns.name, columns.amount, columns.reserved + columns.booked).where(
        columns.sandbox == sandbox, columns.assure_code == code
    )
    row = connection.execute(chosen if on_sqlite(connection) or not lock else chosen.with_for_update()).one_or_none()
    return None if row is None else LodgedGuarantee(*row)


def check(current: LodgedGuarantee | None, code: str, text: str) -> Scaled:
    """Parse a new amount in yuan (scaled) and check it against the guarantee; raises `Refusal`."""
    if current is None:
        raise Refusal("guarantee_unknown", code=code[:30])
    if not _YUAN.fullmatch(text.strip()):
        raise Refusal("guarantee_amount", amount=text[:40])
    amount = scaled_from_text(text.strip())
    if amount < current.taken:
        raise Refusal("guarantee_taken", code=code, taken=amount_text(current.taken))
    if amount == current.amount:
        raise Refusal("guarantee_unchanged", code=code)
    return amount


def carry_out(connection: Connection, sandbox: str, decision: Decision) -> None:
    """Carry out and answer a decision that is filed in this transaction. Refused if the amount was changed since it was
    seen, or bills have taken more meanwhile."""
    current, code = find_guarantee(connection, sandbox, decision.subject_id, lock=True), decision.subject_id
    reasons: tuple[Reason, ...] = ()
    if current is not None and amount_text(current.amount) != decision.values["was"]:
        reasons = (Reason(SUBJECT_CHANGED, {"action": decision.action, "state": amount_text(current.amount)}),)
    else:
        try:
            amount = check(current, code, decision.values["amount"])
            upsert_guarantees(connection, sandbox, ("assure_code", "amount"), [(code, amount)])
        except Refusal as refusal:
            reasons = (refusal_reason(refusal.words.zh, refusal.words.en),)
    answer_decisions(
        connection,
        sandbox,
        [DecisionAnswer(decision.id, refused=bool(reasons), reasons=reasons)],
        sandboxes.find(connection, sandbox).clock.now(),
    )
