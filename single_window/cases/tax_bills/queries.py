"""Queries of tax bills, and requests to pay one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, bindparam, func, select

from declarations import collection, goods
from declarations.calendar import day_of
from declarations.goods import GoodsRegister
from declarations.money import Scaled
from declarations.parameters import Parameters
from declarations.tax.import_tax import Assessment
from gateways.decisions import SubjectKind
from gateways.tax.repository import Bill, Guarantee
from single_window.accounts.people import Person
from single_window.context import Context
from single_window.refused import Refused
from single_window.store import goods_rows, sandboxes
from single_window.store.engine import reading
from single_window.store.gateways.tax import BILLS, GUARANTEES
from single_window.store.law_books import law_of
from single_window.store.tables import tax_bill
from single_window.work import filing


class Law(NamedTuple):
    """The data for calculating taxes: dated values, goods register, rounding policy (empty: that of the day)."""

    parameters: Parameters
    goods: GoodsRegister
    rounding: str = ""


def sandbox_law(connection: Connection, sandbox: str) -> Law:
    """Return the tax data of a sandbox, with its imported goods and rates; raises `UnknownSandbox`."""
    rounding = sandboxes.find(connection, sandbox).options.rounding
    return Law(law_of(connection, sandbox), goods_rows.register(connection, sandbox, goods.load()), rounding)


DEFAULT_PAGE_SIZE = 50
"""Number of listed bills unless more are requested."""


class NoSuchBill(Refused):
    """Raised for an unknown tax bill number."""

    def __init__(self, sandbox: str, tax_no: str) -> None:
        text = f"There is no tax bill {tax_no!r} in sandbox {sandbox!r}. See: single-window tax bills"
        super().__init__("no-such-tax-bill", text, sandbox=sandbox, number=tax_no)


class OwedBill(NamedTuple):
    """A bill on a day: its tax, the last day of payment, and the current surcharge."""

    bill: Bill
    tax: Scaled
    until: str
    late: collection.Surcharge


def list_bills(
    connection: Connection,
    sandbox: str,
    today: int,
    parameters: Parameters,
    state: str = "",
    limit: int = DEFAULT_PAGE_SIZE,
) -> list[OwedBill]:
    """Return released bills, newest release first; `today`: the sandbox's current instant."""
    chosen = BILLS.select().where(tax_bill.c.sandbox == sandbox, tax_bill.c.released_at > 0)
    if state:
        chosen = chosen.where(_in_state(state))
    rows = connection.execute(chosen.order_by(tax_bill.c.released_at.desc(), tax_bill.c.tax_no.desc()).limit(limit))
    return [amounts_owed(BILLS.make(row), today, parameters) for row in rows.all()]


def count_overdue(connection: Connection, sandbox: str) -> int:
    """Return the number of overdue bills."""
    chosen = select(func.count()).where(tax_bill.c.sandbox == sandbox, _in_state("overdue"))
    return connection.execute(chosen).scalar_one()


def _in_state(state: str) -> ColumnElement[bool]:
    # written into the statement, as the index of overdue bills needs it
    return tax_bill.c.state == bindparam(None, state, literal_execute=True)


def guarantees_of(connection: Connection, sandbox: str, bills: Iterable[OwedBill]) -> Mapping[str, Guarantee]:
    """Return the guarantees that stand for bills, by the code of the guarantor."""
    codes = {owed.bill.assure_code for owed in bills}
    return {one.assure_code: one for one in GUARANTEES.load(connection, sandbox, "assure_code", sorted(codes))}


def find_bill(connection: Connection, sandbox: str, tax_no: str) -> Bill | None:
    """Return the bill with this number (taxNo of its message 816)."""
    row = (
        connection.execute(BILLS.select().where(tax_bill.c.sandbox == sandbox, tax_bill.c.tax_no == tax_no)).first()
        if tax_no
        else None
    )
    return BILLS.make(row) if row is not None else None


def amounts_owed(bill: Bill, today: int, parameters: Parameters) -> OwedBill:
    """Return the amounts due for a bill today, or on the day when it was paid. A bill that never became overdue,
    because a return was pending, is never late."""
    until = collection.windows_of_bill(day_of(bill.released_at), parameters).collect_until
    assessed: Assessment = bill.assessment
    day = day_of(bill.collected_at or today) if bill.overdue_at else until
    late = collection.calculate_surcharge(assessed.total, until, day, parameters)
    return OwedBill(bill, assessed.total, until.isoformat(), late)


def pay_bill(context: Context, sandbox: str, tax_no: str, who: Person) -> tuple[int, Bill]:
    """Store a request to pay a bill with its surcharge; return the decision's id and the current bill.

    Raises `NoSuchBill`. A bill that is not due is refused in the decision's answer.
    """
    context.sandbox(sandbox)
    with reading(context.engine) as connection:
        bill = find_bill(connection, sandbox, tax_no)
    if bill is None:
        raise NoSuchBill(sandbox, tax_no)
    return filing.file(
        context,
        sandbox,
        SubjectKind.TAX_BILL,
        bill.declaration_id,
        "pay",
        by=who,
        seen=bill.version,
        values={"tax_no": tax_no},
    ), bill
