"""The draft of a reconciliation of goods that were refunded ahead of their sale: what the notices make of each line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from declarations.forex.rates import NoExchangeRate, letters_of, rate_of
from declarations.money import Scaled, decimal_of, round_to_fen, scaled_of
from declarations.overseas.allocation import DESTROYED, LOST, SENT_BACK, SOLD, Taken, allocate, counts, quantities
from declarations.overseas.moves import StockMove, Supply
from declarations.parameters import Parameters
from declarations.refund.overseas import (
    RESULT_CODES,
    CreditOfClaim,
    PreRefundLine,
    ReconciliationResult,
    reconcile_claim,
)

_FEN: Scaled = 1_000


class AheadLine(NamedTuple):
    """A line of a claim ahead of sale: what it has left of quantity and refund. `claimed`: the quantity as it was
    declared; `sold_before`: what other claims have of the item: what is sold first is theirs. `fob`: of `qty`, in
    `currency`; `base`, `refund`, `rate`: those of `PreRefundLine`. `ahead`: False if it was claimed after its sale."""

    link_no: str
    item_no: str
    qty: Scaled
    quantity_left: Scaled
    refund_left: Scaled
    currency: str
    fob: Scaled
    claimed: Scaled
    sold_before: Scaled = 0
    base: Scaled = 0
    refund: Scaled = 0
    rate: Scaled = 0
    ahead: bool = True


class DraftLine(NamedTuple):
    """A line of a draft: what is sold of it, in the unit of the claim, and for how much in the currency of the export;
    what was lost, destroyed or sent back, and so is unsold. `correct`, `repay`, `offset`: what follows for the refund.
    `receipts`: what the sales brought by currency, with the tax that the seller pays himself. `estimated`: a sale named
    no price, or one in a currency without a rate, and counts with its share of the FOB."""

    link_no: str
    item_no: str
    sold_qty: Scaled
    currency: str
    amount: Scaled
    outcome: str
    lost: Scaled
    destroyed: Scaled
    sent_back: Scaled
    unsold: Scaled
    refund: Scaled
    correct: Scaled
    repay: Scaled
    offset: Scaled
    receipts: Mapping[str, Decimal]
    estimated: bool


class DraftTerms(NamedTuple):
    """The basis of a draft: the last business day of sales that count, whether the exporter is a manufacturer, and what
    his claim came to beside its refund."""

    until: date
    manufacturer: bool
    law: Parameters
    credit: CreditOfClaim = CreditOfClaim()


class _StatedLine(NamedTuple):
    """A line with what was taken of its goods, and what its reconciliation states as sold."""

    line: AheadLine
    taken: Sequence[Taken]
    worth: _Worth
    sold_qty: Scaled
    amount: Scaled

    @property
    def pre_refund(self) -> PreRefundLine:
        line = self.line
        return PreRefundLine(
            qty=line.qty,
            fob=line.fob,
            base=line.base,
            refund=line.refund or line.refund_left,
            rate=line.rate,
            quantity_left=line.quantity_left,
            refund_left=line.refund_left,
            sold_qty=self.sold_qty,
            amount=self.amount,
        )


def draft_line(line: AheadLine, taken: Sequence[Taken], terms: DraftTerms) -> DraftLine:
    """Return the draft of a claim of one line from what was taken of its goods."""
    return _draft([_state(line, taken, terms)], terms)[0]


def draft_claim(
    lines: Sequence[AheadLine],
    supplies: Mapping[str, Sequence[Supply]],
    moves: Mapping[str, Sequence[StockMove]],
    terms: DraftTerms,
) -> list[DraftLine]:
    """Return the draft of a claim; `supplies` and `moves` are those of the company, by goods (SKU)."""
    sku_of = {supply.item_no: sku for sku, of_goods in supplies.items() for supply in of_goods}
    taken: dict[str, Sequence[Taken]] = {}
    stated = []
    for line in lines:
        sku = sku_of.get(line.item_no, "")
        if sku not in taken:
            taken[sku] = allocate(moves.get(sku, ()), supplies.get(sku, ())).taken
        stated.append(_state(line, taken[sku], terms))
    return _draft(stated, terms)


def _state(line: AheadLine, taken: Sequence[Taken], terms: DraftTerms) -> _StatedLine:
    if not line.ahead:
        share = decimal_of(line.fob) * line.quantity_left / line.qty
        return _StatedLine(line, (), _Worth(share, {}, False), line.quantity_left, scaled_of(round_to_fen(share)))
    of_item = [took for took in taken if took.item_no == line.item_no]
    in_claim = _Unit(line)
    counted = quantities(of_item, SOLD, terms.until).get(line.item_no, 0)
    sold = min(in_claim.of(max(0, counted - line.sold_before)), line.quantity_left)
    worth = _worth(_sales_of(of_item, line.sold_before, in_claim.declared(sold), terms), line, terms)
    stated = max(_FEN, scaled_of(round_to_fen(worth.amount))) if sold else 0
    return _StatedLine(line, of_item, worth, sold, stated)


def _draft(stated: Sequence[_StatedLine], terms: DraftTerms) -> list[DraftLine]:
    reconciled = reconcile_claim(terms.manufacturer, [each.pre_refund for each in stated], terms.credit)
    return [_line_of(each, result) for each, result in zip(stated, reconciled.results, strict=True) if each.line.ahead]


def _line_of(stated: _StatedLine, result: ReconciliationResult) -> DraftLine:
    line, in_claim = stated.line, _Unit(stated.line)
    others = {event: quantities(stated.taken, event).get(line.item_no, 0) for event in (LOST, DESTROYED, SENT_BACK)}
    return DraftLine(
        link_no=line.link_no,
        item_no=line.item_no,
        sold_qty=stated.sold_qty,
        currency=line.currency,
        amount=stated.amount,
        outcome=RESULT_CODES[result.outcome],
        lost=in_claim.of(others[LOST]),
        destroyed=in_claim.of(others[DESTROYED]),
        sent_back=in_claim.of(others[SENT_BACK]),
        unsold=line.quantity_left - stated.sold_qty,
        refund=line.refund_left,
        correct=line.refund_left - result.repay - result.offset,
        repay=result.repay,
        offset=result.offset,
        receipts=stated.worth.receipts,
        estimated=stated.worth.estimated,
    )


class _Unit(NamedTuple):
    """Converts quantities as declared to the unit of a claim's line."""

    line: AheadLine

    def of(self, declared: Scaled) -> Scaled:
        return declared * self.line.qty // self.line.claimed if self.line.claimed else declared

    def declared(self, claimed: Scaled) -> Scaled:
        return claimed * self.line.claimed // self.line.qty if self.line.claimed else claimed


class _Worth(NamedTuple):
    amount: Decimal
    receipts: Mapping[str, Decimal]
    estimated: bool


def _sales_of(taken: Sequence[Taken], before: Scaled, sold: Scaled, terms: DraftTerms) -> Iterator[Taken]:
    """The sales that are a line's: the first pieces are those `before`, of other claims; then come its own."""
    for took in taken:
        if took.move.event != SOLD or not counts(took.move, terms.until):
            continue
        others = min(before, took.qty)
        own = min(sold, took.qty - others)
        before, sold = before - others, sold - own
        if own:
            yield Taken(took.item_no, took.move, own)


def _worth(sales: Iterable[Taken], line: AheadLine, terms: DraftTerms) -> _Worth:
    """The receipts from sales of an item: without the tax abroad in the currency of the export, at the rates of
    their business days."""
    amount, receipts, estimated = Decimal(0), dict[str, Decimal](), False
    for took in sales:
        move, quantity = took.move, decimal_of(took.qty)
        brought: Decimal | None = None
        if move.price and move.currency:
            brought = _converted(quantity * move.net_price, move.currency, line.currency, move.day, terms.law)
            name = letters_of(move.currency)
            receipts[name] = receipts.get(name, Decimal(0)) + quantity * move.receipt_of_one
        estimated = estimated or brought is None
        amount += decimal_of(line.fob) * took.qty / line.claimed if brought is None else brought
    return _Worth(amount, receipts, estimated)


def _converted(amount: Decimal, currency: str, wanted: str, day: str, law: Parameters) -> Decimal | None:
    """An amount in another currency at the rates of a day; None without such rates, of which a sale can be told."""
    if letters_of(currency) == letters_of(wanted):
        return amount
    on = date.fromisoformat(day)
    try:
        return amount * rate_of(currency, on, law)[0] / rate_of(wanted, on, law)[0]
    except NoExchangeRate:
        return None
