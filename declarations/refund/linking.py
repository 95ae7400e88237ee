"""One link number: its exports and purchases belong together, and the average price of its invoices makes its base.

The base is round2(Σ amount ÷ Σ quantity × exported quantity) over what is left of the invoice lines it cites (reading
36): the average is not rounded, and no line goes out before another. What stays of the lines is worth the same average.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from declarations.money import LARGEST, Scaled, plain, scaled
from declarations.refund.faults import Fault, fault, in_order, normal
from declarations.refund.invoices import amount_left
from declarations.refund.lines import (
    ExportLine,
    InvoiceKey,
    InvoiceLine,
    InvoiceTaken,
    ItemTaken,
    Link,
    PurchaseLine,
)
from declarations.refund.rule import MatchingRule
from declarations.refund.trader import percent
from declarations.tax.allocation import FEN, allocate

_NO_RATE = Decimal(0)
_LARGEST = scaled(LARGEST)
_SHOWN = 4
_Cited = tuple[PurchaseLine, InvoiceLine]


def link_of(link_no: str, exports: tuple[ExportLine, ...], purchases: tuple[PurchaseLine, ...],
            invoices: Mapping[InvoiceKey, InvoiceLine], items_taken: Iterable[ItemTaken], faults: list[Fault],
            rule: MatchingRule) -> Link:
    """A link with its base; what stands against it as a whole is added to `faults`, which holds that of its lines."""
    cited = [(line, invoice) for line in purchases
             if (invoice := invoices.get((line.invoice_no, line.invoice_line))) is not None]
    vat = [one for one in cited if one[1].kind in rule.vat_kinds]
    certificates = [one for one in cited if one[1].kind in rule.consumption_kinds]
    qty = sum(line.qty for line in exports)
    faults.extend(_belonging(link_no, exports, purchases))
    faults.extend(_counted(link_no, exports, purchases, [invoice for _, invoice in vat], certificates, qty))
    found = _head(link_no, exports, purchases, qty)._replace(
        levy=vat[0][1].tax_rate if vat else _NO_RATE, certified=bool(certificates))
    if not faults:
        base = _base(vat, qty)
        faults.extend(_stated(found, vat, base, rule))
        if not faults:
            return found._replace(base=base, items_taken=tuple(sorted(items_taken)),
                                  invoices_taken=(*_taken(vat, base), *_taken_whole(certificates)))
    return found._replace(reasons=tuple(one.reason for one in in_order(faults)))


def linkless(link_no: str, exports: tuple[ExportLine, ...], items_taken: Iterable[ItemTaken],
             faults: Sequence[Fault]) -> Link:
    """A link of exports alone, as manufacturers claim them."""
    found = _head(link_no, exports, (), sum(line.qty for line in exports))
    if faults:
        return found._replace(reasons=tuple(one.reason for one in in_order(faults)))
    return found._replace(items_taken=tuple(sorted(items_taken)))


def _head(link_no: str, exports: tuple[ExportLine, ...], purchases: tuple[PurchaseLine, ...], qty: Scaled) -> Link:
    first = exports[0] if exports else purchases[0]
    return Link(link_no, first.hs10, first.unit, qty, exports, purchases, 0, _NO_RATE, ())


def _belonging(link_no: str, exports: Sequence[ExportLine], purchases: Sequence[PurchaseLine]) -> Iterator[Fault]:
    """Both sides are there, and speak of the same goods in the same unit."""
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


def _counted(link_no: str, exports: Sequence[ExportLine], purchases: Sequence[PurchaseLine],
             vat: Sequence[InvoiceLine], certificates: Sequence[_Cited], qty: Scaled) -> Iterator[Fault]:
    """Quantities bought and exported are equal, and all invoices have one rate.

    What is no certificate counts as bought even where its own line is at fault: one mistake, one reason.
    """
    if not exports or not purchases:
        return
    number = exports[0].number
    certified = sum(line.qty for line, _ in certificates)
    bought = sum(line.qty for line in purchases) - certified
    if bought != qty:
        yield fault("20244", number, link_no, found=plain(bought), expected=plain(qty), unit=exports[0].unit)
    if certificates and certified != qty:
        yield fault("20248", number, link_no, found=plain(certified), expected=plain(qty), unit=exports[0].unit)
    if qty > _LARGEST:
        yield fault("20250", number, link_no, found=plain(qty))
    if len(rates := {invoice.tax_rate for invoice in vat}) > 1:
        yield fault("20245", number, link_no, found=_some({percent(rate) for rate in rates}))


def _some(texts: set[str]) -> str:
    """The first few: a claim may hold thousands of different ones."""
    shown = sorted(texts)
    return " | ".join([*shown[:_SHOWN], *(["…"] if len(shown) > _SHOWN else [])])


def _base(vat: Sequence[_Cited], qty: Scaled) -> Scaled:
    amount = sum(amount_left(invoice) for _, invoice in vat)
    bought = sum(invoice.qty - invoice.used for _, invoice in vat)
    return (2 * amount * qty + bought * FEN) // (2 * bought * FEN) * FEN


def _stated(link: Link, vat: Sequence[_Cited], base: Scaled, rule: MatchingRule) -> Iterator[Fault]:
    """What the claim states for the purchases is their share, at the average or at each invoice's own price."""
    stated = sum(line.amount for line, _ in vat)
    own = sum(invoice.amount * line.qty // invoice.qty for line, invoice in vat)
    most = rule.amount * len(vat)
    if abs(stated - base) > most and abs(stated - own) > most:
        yield fault("20247", link.purchases[0].number, link.link_no, rule.parameters, found=plain(stated),
                    expected=plain(base))


def _taken(vat: Sequence[_Cited], base: Scaled) -> Iterator[InvoiceTaken]:
    """What each line gives: all it had less what stays, and what stays is shared by the quantities that stay."""
    left = [invoice.qty - invoice.used - line.qty for line, invoice in vat]
    amounts = [amount_left(invoice) for _, invoice in vat]
    stays = allocate(max(0, sum(amounts) - base), left) if any(left) else [0] * len(left)
    for (line, _), amount, stay in zip(vat, amounts, stays, strict=True):
        yield InvoiceTaken(line.invoice_no, line.invoice_line, line.qty, amount - stay)


def _taken_whole(certificates: Sequence[_Cited]) -> Iterator[InvoiceTaken]:
    for line, invoice in certificates:
        yield InvoiceTaken(line.invoice_no, line.invoice_line, line.qty, invoice.amount * line.qty // invoice.qty)
