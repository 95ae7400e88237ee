"""Tells of refunds: purchase papers and claims of a merchant, what the desk answers, what its ledgers hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import insert, select

from declarations.calendar import instant_of
from declarations.documents import ExportInventory
from declarations.money import scaled_from_text
from single_window import auditing
from single_window.receipts.rows import Receipt, of_orders
from single_window.store.numbering import ROWS
from single_window.store.tables import (
    exchange_pool,
    export_item,
    forex_leg,
    refund_account,
    refund_claim,
    refund_entry,
    refund_line,
    refund_paper,
    vat_invoice,
    vat_invoice_line,
)
from tests.databases import carry_out, fetch
from tests.stories.story import WORLD, Driver, StoryRunner, first_code, message_of, parties
from tests.stories.summarising import MERCHANT, Summarising, inventory, line

REFUNDS = (refund_account, refund_claim, refund_entry, refund_line, refund_paper)
TABLES = {table.name: table for table in (exchange_pool, export_item, *REFUNDS, vat_invoice, vat_invoice_line)}
NAME, UNIT, CODE = "短袖衫", "011", "6109100010"
GOODS = {"gcode": CODE, "gname": NAME, "unit": UNIT}
Row = dict[str, str]


def bought(number: int = 1, qty: str = "2", amount: str = "20.00", rate: str = "0.13", **changes: str) -> Row:
    """A line of a purchase paper; its tax is what rate and amount give."""
    tax = f"{round(float(amount) * float(rate), 2):.2f}"
    return {**GOODS, "gnum": str(number), "qty": qty, "amount": amount, "taxRate": rate, "tax": tax, **changes}


def export(item_no: str, number: int = 1, link: str = "L1", qty: str = "2", fob: str = "25.80", **changes: str) -> Row:
    """A line E of a claim."""
    sold = {"itemNo": item_no, "qty": qty, "currency": "USD", "amount": fob}
    return {**GOODS, "gnum": str(number), "part": "E", "linkNo": link, **sold, **changes}


def purchase(
    invoice: str, number: int = 2, link: str = "L1", qty: str = "2", amount: str = "20.00", row: int = 1, **changes: str
) -> Row:
    """A line P of a claim."""
    paid = {"qty": qty, "amount": amount, "invoiceNo": invoice, "invoiceLine": str(row)}
    return {**GOODS, "gnum": str(number), "part": "P", "linkNo": link, **paid, **changes}


@dataclass
class Refunding(Driver):
    """The refunds of a story; `other` is a second merchant."""

    story: StoryRunner
    clock: int = field(default=0)

    # exports

    def summarised(
        self,
        inventories: Iterable[ExportInventory] = (),
        day: date = date(2026, 10, 10),
        cop_no: str = "HZ1",
        merchant: str = MERCHANT.code,
        **request: str,
    ) -> list[str]:
        """Close lists on a day and sum them up by a request; gives the numbers of the declarations."""
        driver = Summarising(self.story)
        numbers = driver.closed(list(inventories) or [inventory(1, merchant=merchant)], day)
        self.story.submit(driver.request(numbers, cop_no, ebcCode=merchant, **request))
        return [declaration.entry_id for declaration in driver.made(cop_no)]

    def listed(self, number: int = 50, mode: str = "9810", day: date = date(2026, 10, 10), *lines: Any) -> str:
        """Close a list that is a declaration of its own; gives its number."""
        return Summarising(self.story).closed([inventory(number, *lines or (line(),), mode=mode)], day)[0]

    def leg(
        self,
        amount: str,
        currency: str = "USD",
        entry: str = "",
        order: str = "",
        say: bool = True,
        merchant: str = MERCHANT.code,
    ) -> None:
        """Book what a bank collected, and say so to the desk."""
        window = self.story.window
        number = window.numbering.next_number(ROWS, "row")
        carry_out(
            window.engine,
            insert(forex_leg).values(
                report_id=number,
                number=1,
                sandbox=self.story.sandbox,
                state="booked",
                ebc_code=merchant,
                direction="1",
                leg_kind="1",
                order_no=order,
                entry_no=entry,
                currency=currency,
                amount=scaled_from_text(amount),
            ),
        )
        if say:
            self.deliver("exchange.collected", [merchant, [entry] if entry else [], [order] if order else []])

    # messages

    def _message(self, code: str, head: Row, lines: Sequence[Row], merchant: Any = MERCHANT) -> bytes:
        self.clock += 1
        sent = {"appType": "1", "appTime": f"20261120{self.clock:06d}", **parties(ebc=merchant)}
        return message_of(merchant, code, {**sent, **head}, lines)

    def paper(self, number: str = "FP1", lines: Sequence[Row] = (), merchant: Any = MERCHANT, **changes: str) -> bytes:
        """A purchase paper."""
        head = {
            "invoiceNo": number,
            "invoiceKind": "1",
            "invoiceDate": "20260901",
            "sellerCode": "91370211MA3CABCD12",
            "sellerName": "青岛服装厂",
            "contractNo": "HT1",
            "usage": "1",
            **changes,
        }
        return self._message("VatInvoice", head, lines or [bought()], merchant)

    def claim(
        self, lines: Sequence[Row], number: str = "TS2", kind: str = "T", merchant: Any = MERCHANT, **changes: str
    ) -> bytes:
        """A claim."""
        head = {"copNo": number, "period": "202611", "claimKind": kind, **changes}
        return self._message("RefundClaim", head, lines, merchant)

    def reconciliation(self, lines: Sequence[Row], number: str = "HS1", claim: str = "TS2") -> bytes:
        """A reconciliation of a claim ahead of sale."""
        return self._message("RefundReconciliation", {"copNo": number, "claimNo": claim, "period": "202612"}, lines)

    def index(self, *kinds: str, number: str = "BA1", claim: str = "TS2", **changes: str) -> bytes:
        """An index of the filing documents of a claim: a paper of each kind, for all its exports."""
        lines = [
            {"gnum": str(place), "paperKind": kind, "paperNo": f"{kind}-1", "medium": "I", **changes}
            for place, kind in enumerate(kinds or ("C", "T"), 1)
        ]
        return self._message("FilingIndex", {"copNo": number, "claimNo": claim}, lines)

    def repayment(self, lines: Sequence[Row], number: str = "BJ1", claim: str = "TS2", **changes: str) -> bytes:
        """A repayment of a claim."""
        return self._message(
            "RefundRepayment", {"copNo": number, "claimNo": claim, "reasonKind": "1", **changes}, lines
        )

    def act(self, action: str, number: str = "TS2", seen: int = 0, reason: str = "", **values: str) -> None:
        """An officer decides about a claim; 0: whatever its version."""
        self.deliver("decision.refund_claim", [self.claim_row(number).id, 0, seen, action, reason, "officer", values])

    def reviewed(self, days: int = 40) -> None:
        """Let the review of every class end."""
        self.story.pass_time(days=days)

    def on(self, day: date) -> None:
        """Let time pass until noon of a day."""
        self.story.window.advance(self.story.sandbox, instant_of(day, 12))

    # what came of it

    def receipts(self, number: str = "TS2", code: str = "RefundClaimReturn") -> list[Receipt]:
        """Receipts of a kind under a number, in the order of their times."""
        return [receipt for _, receipt in self.story.read(of_orders, [number]) if receipt.code == code]

    def answers(self, number: str = "TS2", code: str = "RefundClaimReturn") -> list[tuple[str, str]]:
        """Status and rule of each."""
        return [(receipt.return_status, first_code(receipt)) for receipt in self.receipts(number, code)]

    def notices(self, number: str = "TS2") -> list[tuple[str, str]]:
        """Kind and amount of each notice."""
        return [
            (receipt.fields["noticeKind"], receipt.fields["amount"])
            for receipt in self.receipts(number, "RefundNotice")
        ]

    def rows(self, table: str, **where: Any) -> list[Any]:
        """Rows of a table of the desk."""
        source = TABLES[table]
        return list(
            fetch(
                self.story.window.engine,
                select(source).where(
                    source.c.sandbox == self.story.sandbox,
                    *[source.c[name] == value for name, value in where.items()],
                ),
            )
        )

    def claim_row(self, number: str = "TS2") -> Any:
        """A claim as it stands."""
        return self.rows("refund_claim", cop_no=number)[0]

    def unbalanced(self) -> list[Any]:
        """What the audit finds wrong."""
        return [ledger for ledger in self.story.read(auditing.audit_ledgers) if not ledger.balanced]

    def net(self, number: str = "TS2") -> int:
        """What a claim has brought, by its entries: paid and set off, less recovered and repaid."""
        signs = {"paid": 1, "set_off": 1, "recovered": -1, "repaid": -1}
        return sum(
            signs.get(entry.kind, 0) * entry.amount
            for entry in self.rows("refund_entry", claim_id=self.claim_row(number).id)
        )


__all__ = [
    "CODE",
    "MERCHANT",
    "NAME",
    "UNIT",
    "WORLD",
    "Refunding",
    "bought",
    "export",
    "inventory",
    "line",
    "purchase",
]
