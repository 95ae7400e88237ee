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
from simulators.refunds.documents import join_documents
from simulators.refunds.firms import RefundExporter, supplier
from simulators.refunds.items import ExportedItem, item_of
from simulators.refunds.papers import SPECIAL, BoughtLine, ClaimLink, ClaimPaper, InvoiceUse, PurchaseInvoice
from simulators.world import World

LINKS_PER_CLAIM = 1_000
"""Links in a claim: 1,000 exports and 1,000 purchases make 2,000 lines."""
LINES_PER_INVOICE = 100
RATE = Decimal("0.13")


class ClaimingMessages(NamedTuple):
    """The messages of a run, the claim numbers, and the expected refund in yuan."""

    registration: bytes
    invoices: list[bytes]
    claims: list[bytes]
    numbers: list[str]
    refund: Decimal


def claiming_messages(
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
    for place in range(0, len(items), LINKS_PER_CLAIM):
        number, part = place // LINKS_PER_CLAIM, items[place : place + LINKS_PER_CLAIM]
        claim, claim_invoices = _claim(f"TB{number:012d}", when, part)
        refund += sum(
            (
                arithmetic.trader_refund(line.amount, line.levy, RATE)
                for invoice in claim_invoices
                for line in invoice.lines
            ),
            Decimal(0),
        )
        numbers.append(claim.number)
        documents_of_claim = [
            documents.invoice(firm, supplier(world, firm), invoice, when) for invoice in claim_invoices
        ]
        invoices.append(
            join_documents(
                "VatInvoice", documents_of_claim, firm.company, [invoice.number for invoice in claim_invoices]
            ).body
        )
        claims.append(
            join_documents("RefundClaim", [documents.claim(firm, claim, when)], firm.company, [claim.number]).body
        )
    registration = join_documents("Registration", [documents.registration(firm, when)], firm.company, [firm.code])
    return ClaimingMessages(registration.body, invoices, claims, numbers, refund)


def _items(
    patterns: Sequence[Sequence[dict[str, str]]], lists: Sequence[tuple[str, str]], exported: date
) -> Iterator[ExportedItem]:
    for place, (order_no, invt_no) in enumerate(lists):
        for line in patterns[place % len(patterns)]:
            yield item_of(line, exported, "9710", order_no, invt_no)


def _claim(number: str, when: str, items: Sequence[ExportedItem]) -> tuple[ClaimPaper, list[PurchaseInvoice]]:
    """Make a claim with one invoice line per item, 100 lines to an invoice."""
    links, invoices = [], []
    for first in range(0, len(items), LINES_PER_INVOICE):
        invoice_no = f"26{number[2:]}{first:06d}"
        rows = []
        for line, item in enumerate(items[first : first + LINES_PER_INVOICE], 1):
            cost = arithmetic.round_to_fen(arithmetic.in_yuan(item.fob, item.currency) * Decimal("0.65"))
            rows.append(BoughtLine(item.code, item.name, item.unit, item.qty, cost, RATE))
            use = InvoiceUse(invoice_no, line, item.qty, cost)
            links.append(ClaimLink(f"{number}{first + line:04d}", item, item.qty, item.fob, (use,)))
        invoices.append(PurchaseInvoice(invoice_no, SPECIAL, when[:8], f"HT{number}", tuple(rows)))
    return ClaimPaper(number, "T", when[:6], tuple(links)), invoices


def patterns_of(bodies: Iterator[bytes]) -> list[list[dict[str, str]]]:
    """The lines of every list in messages (603), in order."""
    _, names = catalogue.names("603")
    return [
        [{name: text for name, text in zip(names, line, strict=True) if text is not None} for line in block.lines]
        for body in bodies
        for block in read(open_message(body)).blocks
    ]
