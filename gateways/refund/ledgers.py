"""Reserves what an accepted claim uses of items, invoices and exchange; frees it when the claim is withdrawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from declarations import lifecycle
from declarations.documents import RefundClaim, RefundClaimLine
from declarations.money import Scaled
from declarations.refund import treatment_facts
from declarations.refund.matching import LinkedLines
from declarations.refund.treatment import DOMESTIC_SALE, REFUND
from declarations.tax.allocation import allocate
from gateways.refund.case import ClaimCase
from gateways.refund.checking import is_ahead
from gateways.refund.eligibility import amounts_by_pool, exchange_state_of
from gateways.refund.evidence import EXPORT, PURCHASE, items_of, pools_by_name
from gateways.refund.papers import AHEAD, SOLD
from gateways.refund.repository import (
    Claim,
    ClaimLine,
    ExchangePool,
    Invoice,
    InvoiceLineRow,
    Item,
    RefundDesk,
    RefundRepository,
)


def reserve(case: ClaimCase) -> None:
    """Reserve what a claim uses: quantities of items and invoices, and its exchange."""
    claim, repository = case.claim, case.repository
    lines: list[ClaimLine] = []
    for link in case.eligibility.links:
        lines += _reserve_exports(link, case)
        lines += _reserve_purchases(link, case)
    repository.put_lines(claim.id, sorted(lines, key=lambda line: line.number))
    amounts = amounts_by_pool(
        (case.items[line.item_no], line.fob) for line in lines if line.part == EXPORT and line.treatment == REFUND
    )
    claim.pools = {f"{name}|{currency}": amount for (name, currency), amount in sorted(amounts.items())}
    if claim.exchange == treatment_facts.COLLECTED:
        _use_pools(amounts, 1, claim.ebc_code, case.evidence.pools, repository)


def _reserve_exports(link: LinkedLines, case: ClaimCase) -> Iterable[ClaimLine]:
    quantities = {item_taken.item_no: item_taken.qty for item_taken in link.item_uses}
    stated = {line.gnum: line for line in case.export_lines()}
    for line in link.exports:
        item, share = case.items[line.item_no], case.calculation.shares[line.number]
        item.used += quantities[line.item_no]
        case.repository.put_item(item)
        yield ClaimLine(
            claim_id=case.claim.id,
            number=line.number,
            part=EXPORT,
            link_no=link.link_no,
            item_no=item.item_no,
            gcode=item.gcode,
            unit=line.unit,
            qty=line.qty,
            taken=quantities[line.item_no],
            currency=item.currency,
            fob=line.fob,
            base=share.base,
            refund=share.refund,
            cost=share.cost,
            treatment=case.eligibility.kind_of(link),
            sale_state=_sale_state(stated[line.number], item, case.facts),
            rate=share.rate,
        )


def _sale_state(line: RefundClaimLine, item: Item, facts: RefundClaim) -> str:
    return line.sale_state if facts.business != AHEAD or is_ahead(facts, line, item) else SOLD


def _reserve_purchases(link: LinkedLines, case: ClaimCase) -> Iterable[ClaimLine]:
    """The purchase lines of a link. For goods taxed as domestic sales no invoice is used: the VAT return deducts it."""
    kind, evidence = case.eligibility.kind_of(link), case.evidence
    uses = {(invoice_taken.invoice_no, invoice_taken.line): invoice_taken for invoice_taken in link.invoice_uses}
    for line in link.purchases:
        key = line.invoice_no, line.invoice_line
        invoice, row, use = evidence.invoices[line.invoice_no], evidence.lines[key], uses[key]
        is_used = kind != DOMESTIC_SALE
        if is_used:
            _use_invoice_line(invoice, row, use.qty, use.amount, case.repository)
        yield ClaimLine(
            claim_id=case.claim.id,
            number=line.number,
            part=PURCHASE,
            link_no=link.link_no,
            item_no="",
            gcode=row.gcode,
            unit=row.unit,
            qty=line.qty,
            taken=use.qty if is_used else 0,
            currency="",
            fob=0,
            base=use.amount if is_used else 0,
            refund=0,
            cost=0,
            treatment=kind,
            sale_state="",
            invoice_id=invoice.id,
            invoice_line=row.number,
        )


def _use_invoice_line(
    invoice: Invoice, row: InvoiceLineRow, qty: Scaled, amount: Scaled, repository: RefundRepository
) -> None:
    """Use a quantity and an amount of an invoice line, or free them (negative)."""
    row.used += qty
    row.used_amount += amount
    repository.use_invoice_line(row)
    action = "use" if qty > 0 else "free"
    if action == "use" and invoice.state == "accepted":
        invoice.state = lifecycle.transition_of(invoice.state, action, "vat_invoice").to
        repository.put_invoice(invoice)


def free_claims(claims: Sequence[Claim], desk: RefundDesk) -> None:
    """Free all reservations of claims and delete their lines."""
    lines_by_claim = desk.repository.lines([claim.id for claim in claims])
    lines = [line for of_claim in lines_by_claim.values() for line in of_claim]
    items = items_of({line.item_no for line in lines if line.part == EXPORT}, desk)
    for line in lines:
        if line.part == EXPORT:
            items[line.item_no].used -= line.taken - line.repaid_qty
            desk.repository.put_item(items[line.item_no])
    bought = [line for line in lines if line.part == PURCHASE and line.taken > line.repaid_qty]
    freed = [(line, line.taken - line.repaid_qty, line.base - line.repaid) for line in bought]
    free_invoice_lines(freed, desk.repository)
    for claim in claims:
        free_exchange(claim, desk.repository)
        desk.repository.put_lines(claim.id, ())


def free_invoice_lines(purchases: Sequence[tuple[ClaimLine, Scaled, Scaled]], repository: RefundRepository) -> None:
    """Free quantities and amounts of invoice lines; `purchases` are (claim line, quantity, amount)."""
    ids = {line.invoice_id for line, _, _ in purchases}
    invoices, rows = repository.invoices_by_id(ids), repository.invoice_lines(ids)
    rows_by_key = {(invoice_id, row.number): row for invoice_id, of_invoice in rows.items() for row in of_invoice}
    for line, qty, amount in purchases:
        _use_invoice_line(
            invoices[line.invoice_id], rows_by_key[line.invoice_id, line.invoice_line], -qty, -amount, repository
        )
    for invoice_id in ids:
        invoice = invoices[invoice_id]
        if invoice.state == "used" and not any(row.used for row in rows[invoice_id]):
            invoice.state = lifecycle.transition_of(invoice.state, "free", "vat_invoice").to
            repository.put_invoice(invoice)


def reserve_exchange(claim: Claim, repository: RefundRepository) -> str:
    """Reserve the exchange of a claim if enough is collected. Return its exchange state."""
    amounts, pools = _amounts_and_pools(claim, repository)
    states = {exchange_state_of(amount, currency, pools.get(name, {})) for (name, currency), amount in amounts.items()}
    if states <= {treatment_facts.COLLECTED}:
        _use_pools(amounts, 1, claim.ebc_code, pools, repository)
        return treatment_facts.COLLECTED
    return treatment_facts.OTHER_CURRENCY if treatment_facts.OTHER_CURRENCY in states else treatment_facts.DUE


def free_exchange(claim: Claim, repository: RefundRepository) -> None:
    """Free the exchange reserved for a claim."""
    if claim.exchange == treatment_facts.COLLECTED:
        amounts, pools = _amounts_and_pools(claim, repository)
        _use_pools(amounts, -1, claim.ebc_code, pools, repository)
    claim.exchange = ""


def reduce_exchange(claim: Claim, amounts: Mapping[tuple[str, str], Scaled], repository: RefundRepository) -> None:
    """Reduce the exchange that a claim needs to `amounts`, amounts by (pool, currency), and free the rest. If nothing
    is left, the claim needs no exchange."""
    previous = claim.exchange
    free_exchange(claim, repository)
    needed_amounts = {pool_key: amount for pool_key, amount in sorted(amounts.items()) if amount}
    claim.pools = {f"{name}|{currency}": amount for (name, currency), amount in needed_amounts.items()}
    if needed_amounts:
        claim.exchange = previous
    if claim.exchange == treatment_facts.COLLECTED:
        pools = pools_by_name({name for name, _ in needed_amounts}, repository)
        _use_pools(needed_amounts, 1, claim.ebc_code, pools, repository)


def _amounts_and_pools(
    claim: Claim, repository: RefundRepository
) -> tuple[dict[tuple[str, str], Scaled], dict[str, dict[str, ExchangePool]]]:
    """The amounts that a claim needs by (pool, currency), and these pools by name and currency."""
    amounts = {
        (name, currency): amount
        for pool_key, amount in claim.pools.items()
        for name, _, currency in (pool_key.partition("|"),)
    }
    return amounts, pools_by_name({name for name, _ in amounts}, repository)


def _use_pools(
    amounts: Mapping[tuple[str, str], Scaled],
    sign: int,
    ebc_code: str,
    pools: Mapping[str, Mapping[str, ExchangePool]],
    repository: RefundRepository,
) -> None:
    for (name, currency), amount in amounts.items():
        pool = pools[name][currency]
        pool.used += sign * amount
        pool.ebc_code = ebc_code
        repository.put_pool(pool)


def divide_reduced_refund(claim: Claim, refund: Scaled, repository: RefundRepository) -> None:
    """Divide a reduced refund among the lines of a claim, in proportion to their refunds."""
    lines = repository.lines([claim.id])[claim.id]
    shares = allocate(refund, [line.refund for line in lines])
    repository.put_lines(claim.id, [line._replace(refund=share) for line, share in zip(lines, shares, strict=True)])
