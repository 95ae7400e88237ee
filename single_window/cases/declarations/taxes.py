"""The tax bills of a list, each with its calculation in words, its guarantee and its dates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, select

from declarations import collection, goods
from declarations.calendar import day_of
from declarations.goods import GoodsRegister
from declarations.money import amount_text
from declarations.parameters import NoValue, Parameters
from declarations.tax.explanation import explain, explain_values
from declarations.tax.steps import TaxStep, steps
from gateways.tax.repository import Bill
from single_window.cases.declarations.parts import Billed, Guaranteed, ReservationView
from single_window.cases.declarations.revaluing import AMOUNTS, listed_goods
from single_window.cases.tax_bills import queries as tax_bills
from single_window.language import phrases, words
from single_window.language.refusal import Refusal
from single_window.store import goods_rows, sandboxes
from single_window.store.gateways.tax import BILLS
from single_window.store.tables import guarantee, tax_bill

DROPPED = "dropped"
"""The state of a bill whose reservation was freed before the release."""
SUPPOSED = -1
"""The place of a bill that was not made, among those of its list."""


def bills_of(
    connection: Connection, declaration_id: int, sandbox: str, parameters: Parameters, accepted_at: int = 0
) -> tuple[Billed, ...]:
    """Return the bills of a list, newest first. A freed one is replaced if a later one was made, or if the tax is
    another by what officers determined or the declarant amended since."""
    now = sandboxes.find(connection, sandbox).clock.now()
    register = goods_rows.register(connection, sandbox, goods.load())
    day = day_of(accepted_at) if accepted_at else None
    all_bills = _bill_rows(connection, declaration_id)
    stands = all_bills[:1] if all_bills and not _is_outdated(connection, sandbox, all_bills[0]) else []
    return tuple(
        # a replaced bill may belong to an earlier acceptance, whose day is not stored
        _describe_bill(
            bill,
            connection,
            sandbox,
            parameters,
            None if bill.state == DROPPED and bill not in stands else day,
            register,
            now,
            replaced=bill.state == DROPPED and bill not in stands,
        )
        for bill in all_bills
    )


class SupposedTax(NamedTuple):
    """The tax of a list for which no bill was made, as it would be assessed: the bill, and its calculation as rows."""

    bill: Billed
    steps: Sequence[TaxStep]


def _is_outdated(connection: Connection, sandbox: str, bill: Bill) -> bool:
    """True if a bill was freed and its list would be assessed otherwise as it stands."""
    if bill.state != DROPPED:
        return False
    try:
        listed = listed_goods(connection, sandbox, bill.declaration_id)
        assessed = listed.assess()
    except (Refusal, NoValue):
        return False
    # a list that was refused has its determined value no longer, but the amount of it
    return listed.value != bill.assessment.value or any(
        getattr(assessed, name) != getattr(bill.assessment, name) for name in AMOUNTS
    )


def supposed_tax(
    connection: Connection, sandbox: str, declaration_id: int, *, as_declared: bool = False
) -> SupposedTax | None:
    """Return the tax of an import list by the law of its acceptance, with the account of its guarantor: what an officer
    weighs while nothing is reserved. It is that of the value and the cosmetics as officers determined them; or
    `as_declared`. None where there is nothing to assess."""
    try:
        listed = listed_goods(connection, sandbox, declaration_id)
        listed = listed.as_declared() if as_declared else listed
        assessed = listed.assess()
    except (Refusal, NoValue):
        return None
    bill = Bill(declaration_id, SUPPOSED, "", "", "reserved", listed.facts.assure_code, assessed)
    now = sandboxes.find(connection, sandbox).clock.now()
    shown = _describe_bill(bill, connection, sandbox, listed.law, listed.day, listed.register, now)
    return SupposedTax(shown, steps(assessed))


def steps_of_bills(connection: Connection, declaration_id: int) -> dict[int, list[TaxStep]]:
    """Return the calculation of each bill of a list as the rows of a table, by the bill's place."""
    return {bill.sequence: steps(bill.assessment) for bill in _bill_rows(connection, declaration_id)}


def _bill_rows(connection: Connection, declaration_id: int) -> list[Bill]:
    chosen = BILLS.select().where(tax_bill.c.declaration_id == declaration_id)
    return [BILLS.make(row) for row in connection.execute(chosen.order_by(tax_bill.c.sequence.desc()))]


def _describe_bill(
    bill: Bill,
    connection: Connection,
    sandbox: str,
    parameters: Parameters,
    day: date | None,
    register: GoodsRegister,
    now: int,
    *,
    replaced: bool = False,
) -> Billed:
    assessed, days = bill.assessment, _window_days(bill, parameters)
    owed = tax_bills.amounts_owed(bill, now, parameters) if days else None
    dated = (*days.parameter_ids, *(owed.late.parameter_ids if owed and owed.late.days else ())) if days else ()
    return Billed.of(
        bill,
        state_words=phrases.state("replaced" if replaced else bill.state, "tax_bill"),
        replaced=replaced,
        **{name: amount_text(getattr(assessed, name)) for name in AMOUNTS},
        working_zh=(
            *explain(assessed, words.ZH, parameters, day=day, goods=register),
            *explain_values(dated, words.ZH, parameters),
        ),
        working_en=(
            *explain(assessed, words.EN, parameters, day=day, goods=register),
            *explain_values(dated, words.EN, parameters),
        ),
        guarantee=_guarantee_account(connection, sandbox, bill.assure_code),
        days=(*_day_texts(days), *_late_days(owed)) if days and owed else (),
    )


def _guarantee_account(connection: Connection, sandbox: str, assure_code: str) -> Guaranteed | None:
    row = connection.execute(
        select(guarantee.c.assure_code, guarantee.c.amount, guarantee.c.reserved, guarantee.c.booked).where(
            guarantee.c.sandbox == sandbox, guarantee.c.assure_code == assure_code
        )
    ).first()
    if row is None:
        return None
    available = row.amount - row.reserved - row.booked
    return Guaranteed(
        row.assure_code,
        amount_text(row.amount),
        amount_text(row.reserved),
        amount_text(row.booked),
        amount_text(available),
    )


def _window_days(bill: Bill, parameters: Parameters) -> collection.BillWindows | None:
    """Return the periods that began with the release; None before it, or if the law of that day defines none."""
    try:
        return collection.windows_of_bill(day_of(bill.released_at), parameters) if bill.released_at else None
    except NoValue:
        return None


def _late_days(owed: tax_bills.OwedBill) -> tuple[ReservationView, ...]:
    """Return days late and the surcharge with its formula; empty if the bill was not late or not payable."""
    late = owed.late
    if not late.days or owed.bill.state not in ("made", "overdue", "collected"):
        return ()
    working = f"{amount_text(late.unpaid)} × {late.rate.normalize():f} × {late.days} = {amount_text(late.computed)}"
    return ReservationView(phrases.phrase("day", "days_late"), str(late.days)), ReservationView(
        phrases.phrase("day", "surcharge"), f"{amount_text(late.amount)} ({working})"
    )


def _day_texts(days: collection.BillWindows) -> tuple[ReservationView, ...]:
    """Return the dates that are counted from the day of release."""
    dated = (
        ("last_return", days.last_return_application),
        ("goods_back", days.goods_back_by),
        ("collect_from", days.collect_from),
        ("collect_until", days.collect_until),
    )
    return tuple(ReservationView(phrases.phrase("day", name), day.isoformat()) for name, day in dated)
