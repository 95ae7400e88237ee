"""Makes the link of one link number (关联号), after checking that its exports and purchases have the same goods,
quantities and levy rate.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from declarations.money import MAX_AMOUNT, amount_text, scaled_of
from declarations.refund import bases
from declarations.refund.bases import CitedInvoiceLine
from declarations.refund.faults import LineFault, make_fault, normalise, sort_faults
from declarations.refund.lines import ExportLine, InvoiceKey, InvoiceLine, ItemUse, LinkedLines, PurchaseLine
from declarations.refund.rates import percent_text
from declarations.refund.rule import MatchingRule

_NO_RATE = Decimal(0)
_MAX_SCALED = scaled_of(MAX_AMOUNT)
_MAX_SHOWN_TEXTS = 4


def make_link(
    link_no: str,
    exports: tuple[ExportLine, ...],
    purchases: tuple[PurchaseLine, ...],
    invoices: Mapping[InvoiceKey, InvoiceLine],
    item_uses: Iterable[ItemUse],
    faults: list[LineFault],
    rule: MatchingRule,
) -> LinkedLines:
    """Return a link with its base (计税金额); without faults only.

    `faults`: those of its lines, to which this function appends those of the link.
    """
    citations = [
        (line, invoice)
        for line in purchases
        if (invoice := invoices.get((line.invoice_no, line.invoice_line))) is not None
    ]
    vat_citations = [citation for citation in citations if citation[1].kind in rule.vat_kinds]
    certificates = [citation for citation in citations if citation[1].kind in rule.consumption_kinds]
    link = _make_empty_link(
        link_no, exports, purchases, vat_citations[0][1].tax_rate if vat_citations else _NO_RATE, bool(certificates)
    )
    faults.extend(_check_same_goods(link_no, exports, purchases))
    faults.extend(_check_quantities(link, [invoice for _, invoice in vat_citations], certificates))
    if not faults:
        average = bases.average_price_of(vat_citations)
        base = average.base_of(link.qty)
        faults.extend(bases.check_stated_amount(link, vat_citations, base, rule))
        if not faults:
            return link._replace(
                base=base,
                item_uses=tuple(sorted(item_uses)),
                working=(average.working_of(link, base),),
                invoice_uses=(
                    *bases.amounts_used(vat_citations, base),
                    *bases.amounts_used_in_proportion(certificates),
                ),
            )
    return link._replace(reasons=tuple(fault.reason for fault in sort_faults(faults)))


def make_link_of_exports(
    link_no: str, exports: tuple[ExportLine, ...], item_uses: Iterable[ItemUse], faults: Sequence[LineFault]
) -> LinkedLines:
    """Return a link of exports without purchases, as manufacturers claim them."""
    link = _make_empty_link(link_no, exports, (), _NO_RATE, False)
    if faults:
        return link._replace(reasons=tuple(fault.reason for fault in sort_faults(faults)))
    return link._replace(item_uses=tuple(sorted(item_uses)))


def _make_empty_link(
    link_no: str,
    exports: tuple[ExportLine, ...],
    purchases: tuple[PurchaseLine, ...],
    levy: Decimal,
    has_certificates: bool,
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
        has_certificates=has_certificates,
    )


def _check_same_goods(
    link_no: str, exports: Sequence[ExportLine], purchases: Sequence[PurchaseLine]
) -> Iterator[LineFault]:
    """Check that a link has exports and purchases, with the same goods in the same unit."""
    lines: list[ExportLine | PurchaseLine] = [*exports, *purchases]
    number = min(line.number for line in lines)
    for is_missing, code in ((not link_no.strip(), "20249"), (not purchases, "20240"), (not exports, "20241")):
        if is_missing:
            yield make_fault(code, number, link_no)
    if len(codes := {line.hs10 for line in lines}) > 1:
        yield make_fault("20242", number, link_no, found=_join_first(codes))
    if len(units := {line.unit for line in lines}) > 1 and len({normalise(unit) for unit in units}) > 1:
        yield make_fault("20243", number, link_no, found=_join_first(units))
    if len(names := {line.name for line in lines}) > 1 and len({normalise(name) for name in names}) > 1:
        yield make_fault("20246", number, link_no, found=_join_first(names))


def _check_quantities(
    link: LinkedLines, vat: Sequence[InvoiceLine], certificates: Sequence[CitedInvoiceLine]
) -> Iterator[LineFault]:
    """Check that quantities bought and exported are equal, and that all invoices have one rate.

    A purchase line with faults counts as bought too, unless it is a certificate: its own fault is enough, without one
    about the quantity.
    """
    if not link.exports or not link.purchases:
        return
    number, link_no, qty, unit = link.exports[0].number, link.link_no, link.qty, link.unit
    certified_quantity = sum(line.qty for line, _ in certificates)
    bought_quantity = sum(line.qty for line in link.purchases) - certified_quantity
    if bought_quantity != qty:
        yield make_fault(
            "20244", number, link_no, found=amount_text(bought_quantity), expected=amount_text(qty), unit=unit
        )
    if certificates and certified_quantity != qty:
        yield make_fault(
            "20248", number, link_no, found=amount_text(certified_quantity), expected=amount_text(qty), unit=unit
        )
    if qty > _MAX_SCALED:
        yield make_fault("20250", number, link_no, found=amount_text(qty))
    if len(rates := {invoice.tax_rate for invoice in vat}) > 1:
        yield make_fault("20245", number, link_no, found=_join_first({percent_text(rate) for rate in rates}))


def _join_first(texts: set[str]) -> str:
    """Join the first few texts; a claim may contain thousands."""
    ordered_texts = sorted(texts)
    return " | ".join([*ordered_texts[:_MAX_SHOWN_TEXTS], *(["…"] if len(ordered_texts) > _MAX_SHOWN_TEXTS else [])])
