"""Checks one link number: its exports and purchases have the same goods, quantities and levy rate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from declarations.money import MAX_AMOUNT, plain, scaled
from declarations.refund import bases
from declarations.refund.bases import Cited
from declarations.refund.faults import LineFault, fault, in_order, normal
from declarations.refund.lines import ExportLine, InvoiceKey, InvoiceLine, ItemTaken, LinkedLines, PurchaseLine
from declarations.refund.rates import percent
from declarations.refund.rule import MatchingRule

_NO_RATE = Decimal(0)
_MAX_SCALED = scaled(MAX_AMOUNT)
_SHOWN = 4


def link_of(
    link_no: str,
    exports: tuple[ExportLine, ...],
    purchases: tuple[PurchaseLine, ...],
    invoices: Mapping[InvoiceKey, InvoiceLine],
    items_taken: Iterable[ItemTaken],
    faults: list[LineFault],
    rule: MatchingRule,
) -> LinkedLines:
    """Return a link with its base. `faults` has those of its lines; the faults of the whole link are appended."""
    cited = [
        (line, invoice)
        for line in purchases
        if (invoice := invoices.get((line.invoice_no, line.invoice_line))) is not None
    ]
    vat = [citation for citation in cited if citation[1].kind in rule.vat_kinds]
    certificates = [citation for citation in cited if citation[1].kind in rule.consumption_kinds]
    link = _head(link_no, exports, purchases, vat[0][1].tax_rate if vat else _NO_RATE, bool(certificates))
    faults.extend(_belonging(link_no, exports, purchases))
    faults.extend(_counted(link, [invoice for _, invoice in vat], certificates))
    if not faults:
        average = bases.average(vat)
        base = average.base(link.qty)
        faults.extend(bases.misstated(link, vat, base, rule))
        if not faults:
            return link._replace(
                base=base,
                items_taken=tuple(sorted(items_taken)),
                working=(average.working(link, base),),
                invoices_taken=(*bases.taken(vat, base), *bases.taken_in_proportion(certificates)),
            )
    return link._replace(reasons=tuple(fault.reason for fault in in_order(faults)))


def link_of_exports(
    link_no: str, exports: tuple[ExportLine, ...], items_taken: Iterable[ItemTaken], faults: Sequence[LineFault]
) -> LinkedLines:
    """Return a link of exports without purchases, as manufacturers claim them."""
    link = _head(link_no, exports, (), _NO_RATE, False)
    if faults:
        return link._replace(reasons=tuple(fault.reason for fault in in_order(faults)))
    return link._replace(items_taken=tuple(sorted(items_taken)))


def _head(
    link_no: str, exports: tuple[ExportLine, ...], purchases: tuple[PurchaseLine, ...], levy: Decimal, certified: bool
) -> LinkedLines:
    first = exports[0] if exports else purchases[0]
    return LinkedLines(
        link_no=link_no,
        hs10=first.hs10,
        unit=first.unit,
        qty=sum(line.qty for line in exports),
        exports=exports,
        purchases=purchases,
        base=0,
        levy=levy,
        reasons=(),
        certified=certified,
    )


def _belonging(link_no: str, exports: Sequence[ExportLine], purchases: Sequence[PurchaseLine]) -> Iterator[LineFault]:
    """Check that a link has exports and purchases, with the same goods in the same unit."""
    lines: list[ExportLine | PurchaseLine] = [*exports, *purchases]
    number = min(line.number for line in lines)
    if not link_no.strip():
        yield fault("20249", number, link_no)
    if not purchases:
        yield fault("20240", number, link_no)
    if not exports:
        yield fault("20241", number, link_no)
    if len(codes := {line.hs10 for line in lines}) > 1:
        yield fault("20242", number, link_no, found=_some(codes))
    if len(units := {line.unit for line in lines}) > 1 and len({normal(unit) for unit in units}) > 1:
        yield fault("20243", number, link_no, found=_some(units))
    if len(names := {line.name for line in lines}) > 1 and len({normal(name) for name in names}) > 1:
        yield fault("20246", number, link_no, found=_some(names))


def _counted(link: LinkedLines, vat: Sequence[InvoiceLine], certificates: Sequence[Cited]) -> Iterator[LineFault]:
    """Check that quantities bought and exported are equal, and that all invoices have one rate.

    A faulty line also counts as bought (unless it is a certificate), so that one mistake leads to only one reason.
    """
    if not link.exports or not link.purchases:
        return
    number, link_no, qty, unit = link.exports[0].number, link.link_no, link.qty, link.unit
    certified = sum(line.qty for line, _ in certificates)
    bought = sum(line.qty for line in link.purchases) - certified
    if bought != qty:
        yield fault("20244", number, link_no, found=plain(bought), expected=plain(qty), unit=unit)
    if certificates and certified != qty:
        yield fault("20248", number, link_no, found=plain(certified), expected=plain(qty), unit=unit)
    if qty > _MAX_SCALED:
        yield fault("20250", number, link_no, found=plain(qty))
    if len(rates := {invoice.tax_rate for invoice in vat}) > 1:
        yield fault("20245", number, link_no, found=_some({percent(rate) for rate in rates}))


def _some(texts: set[str]) -> str:
    """Join the first few texts; a claim may contain thousands."""
    shown = sorted(texts)
    return " | ".join([*shown[:_SHOWN], *(["…"] if len(shown) > _SHOWN else [])])
