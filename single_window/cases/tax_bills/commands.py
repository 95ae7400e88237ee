"""`single-window tax`: the taxes of goods, and tax bills."""

from __future__ import annotations

import click

from single_window.cases.tax_bills.answers import PaidOut, TaxBillOut, TaxBillsOut
from single_window.cases.tax_bills.parcel_command import parcel
from single_window.frame.commands.call import FAILED, Call, Columns
from single_window.frame.commands.cases import convert_answer
from single_window.frame.commands.rows import CommandGroup, Listed, limit
from single_window.frame.commands.through_api import PARTICIPANT
from single_window.language import phrases
from single_window_client import SandboxClient
from single_window_client.calls import part

tax = CommandGroup("tax")


tax.add_command(parcel)


STATES = ("made", "overdue", "collected", "void")
_COLUMNS: Columns[TaxBillOut] = (
    ("taxNo 税单编号", lambda bill: bill.tax_no),
    ("guarantor 担保企业", lambda bill: bill.assure_code),
    ("tax 税款", lambda bill: bill.tax),
    ("until 截止日", lambda bill: bill.until),
    ("days late 滞纳天数", lambda bill: bill.days_late),
    ("surcharge 滞纳金", lambda bill: bill.surcharge),
    ("state 状态", lambda bill: phrases.state(bill.state, "tax_bill")),
)


tax.row(
    "bills",
    "GET /tax/bills",
    "List tax bills, newest release first: tax, last day of payment, days late and current surcharge.",
    Listed(TaxBillsOut, _COLUMNS, "There are no such tax bills."),
    options=(
        click.option("--state", type=click.Choice(STATES), default=None, help="Only bills in this state."),
        limit(500, 50, "Maximum number of bills."),
    ),
    examples=("", "--state overdue"),
)


@tax.client(examples=("42272026I000000001_0",))
@PARTICIPANT
def pay(call: Call, sandbox: SandboxClient, tax_no: str, participant: str | None = None) -> None:
    """Pay a tax bill, possible from its first day of collection; an overdue bill is paid with its surcharge."""
    answer = call.answered(sandbox.call("POST", f"/tax/bills/{part(tax_no)}/payment", json={"by": participant or ""}))
    paid = convert_answer(answer, PaidOut)
    state = call.pick(phrases.state(paid.after, "tax_bill"))
    call.print_line(f"{tax_no}: {paid.before} → {paid.after} ({state}); {paid.bill.tax} + {paid.bill.charged}")
    if paid.status != "done":
        call.print_line(f"The request is not completed yet; see: single-window tax bills{call.scope_options}")
        raise click.exceptions.Exit(FAILED)
