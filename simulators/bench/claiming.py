"""Generates refund claims for measures: registration, invoices and claims for every line of closed lists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import NamedTuple

from schemas import catalogue
from schemas.reading import open_message, read
from simulators.refunds import arithmetic, documents
from simulators.refunds.documents import together
from simulators.refunds.firms import RefundExporter, supplier
from simulators.refunds.items import ExportedItem, item_of
from simulators.refunds.papers import SPECIAL, Bought, ClaimLink, ClaimPaper, InvoiceUse, PurchaseInvoice
from simulators.world import World

LINKS = 1_000
"""Links in a claim: 1,000 exports and 1,000 purchases make 2,000 lines."""
PER_INVOICE = 100
RATE = Decimal("0.13")


class ClaimingMessages(NamedTuple):
    """The messages of a run, the claim numbers, and the expected refund in yuan."""

    registration: bytes
    invoices: list[bytes]
    claims: list[bytes]
    numbers: list[str]
    refund: Decimal


def papers(
    world: World,
    firm: RefundExporter,
    patterns: Sequence[Sequence[dict[str, str]]],
    lists: Sequence[tuple[str, str]],
    lines: int,
    exported: date,
    when: str,
) -> ClaimingMessages:
    """Make invoices, and claims of `lines` lines each, for lists that repeat the patterns in turn."""
    items = list(islice(_items(patterns, lists, exported), lines // 2))
    invoices, claims, numbers, refund = list[bytes](), list[bytes](), list[str](), Decimal(0)
    for place in range(0, len(items), LINKS):
        number, part = place // LINKS, items[place : place + LINKS]
        claim, bought = _claim(f"TB{number:012d}", when, part)
        refund += sum(
            (arithmetic.trader(line.amount, line.levy, RATE) for each in bought for line in each.lines), Decimal(0)
        )
        numbers.append(claim.number)
        made = [documents.invoice(firm, supplier(world, firm), each, when) for each in bought]
        invoices.append(together("VatInvoice", made, firm.company, [invoice.number for invoice in bought]).body)
        claims.append(together("RefundClaim", [documents.claim(firm, claim, when)], firm.company, [claim.number]).body)
    registered = together("Registration", [documents.registration(firm, when)], firm.company, [firm.code])
    return ClaimingMessages(registered.body, invoices, claims, numbers, refund)


def _items(
    patterns: Sequence[Sequence[dict[str, str]]], lists: Sequence[tuple[str, str]], exported: date
) -> Iterator[ExportedItem]:
    for place, (order_no, invt_no) in enumerate(lists):
        for line in patterns[place % len(patterns)]:
            yield item_of(line, exported, "9710", order_no, invt_no)


def _claim(number: str, when: str, items: Sequence[ExportedItem]) -> tuple[ClaimPaper, list[PurchaseInvoice]]:
    """Make a claim with one invoice line per item, 100 lines to an invoice."""
    links, bought = [], []
    for first in range(0, len(items), PER_INVOICE):
        invoice_no = f"26{number[2:]}{first:06d}"
        rows = []
        for line, item in enumerate(items[first : first + PER_INVOICE], 1):
            cost = arithmetic.rounded(arithmetic.in_yuan(item.fob, item.currency) * Decimal("0.65"))
            rows.append(Bought(item.code, item.name, item.unit, item.qty, cost, RATE))
            links.append(
                ClaimLink(
                    f"{number}{first + line:04d}",
                    item,
                    item.qty,
                    item.fob,
                    (InvoiceUse(invoice_no, line, item.qty, cost),),
                )
            )
        bought.append(PurchaseInvoice(invoice_no, SPECIAL, when[:8], f"HT{number}", tuple(rows)))
    return ClaimPaper(number, "T", when[:6], tuple(links)), bought


def patterns_of(bodies: Iterator[bytes]) -> list[list[dict[str, str]]]:
    """The lines of every list in messages (603), in order."""
    _, names = catalogue.names("603")
    return [
        [{name: text for name, text in zip(names, line, strict=True) if text is not None} for line in block.lines]
        for body in bodies
        for block in read(open_message(body)).blocks
    ]
